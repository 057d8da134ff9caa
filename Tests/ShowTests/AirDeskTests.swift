import Bus
import Domain
import Testing

@testable import Show

/// Where segments are between the paper and the ears.
@Suite struct AirDeskTests {
    private let now = Timestamp(seconds: 1_790_000_000)
    private var ids = UUIDv7Generator(seed: 5)
    private var position: Int64 = 0

    private mutating func segment(_ text: String = "One two three four five.") -> Segment {
        position += 1
        return Segment(
            id: ids.next(at: now),
            position: position,
            spoken: SegmentContract.spoken(text),
            writtenAt: now
        )
    }

    private func states(_ changes: [AirDesk.Change]) -> [Segment.State] { changes.map(\.state) }

    /// Hands a segment over in sentences of two seconds.
    private func deliver(_ desk: inout AirDesk, _ segment: Segment, _ count: Int, _ fate: AirDesk.Fate = .waiting)
        -> [AirDesk.Change]
    {
        var changes: [AirDesk.Change] = []
        for _ in 0..<count {
            changes += desk.delivered(segment.id, voice: "flite/slt", duration: .seconds(2), fate: fate, at: now)
        }
        return changes + desk.finishedSpeaking(segment.id, at: now)
    }

    @Test mutating func `off the air only what the playout had before is handed over again`() throws {
        var (airing, queued, written) = (segment(), segment(), segment())
        (airing.state, queued.state, written.state) = (.airing, .queued, .written)
        var desk = AirDesk(open: [airing, queued, written])
        for one in [airing, queued] {
            #expect(desk.takeNext(ahead: .seconds(600), isOffAir: true)?.id == one.id)
            _ = deliver(&desk, one, 1, .finished)
        }
        #expect(desk.takeNext(ahead: .seconds(600), isOffAir: true) == nil)
        #expect(desk.open.map(\.id) == [written.id])
        #expect(desk.takeNext(ahead: .seconds(600))?.id == written.id)
    }

    @Test mutating func `a segment is spoken, queued, heard and over, each told once`() throws {
        var desk = AirDesk()
        let segment = segment()
        #expect(desk.takeNext(ahead: .seconds(20)) == nil)
        desk.add(segment)
        desk.add(segment)
        #expect(desk.open == [segment] && desk.ahead == .seconds(2))
        #expect(desk.takeNext(ahead: .seconds(20)) == segment)
        #expect(desk.takeNext(ahead: .seconds(20)) == nil)
        #expect(desk.nextItem(of: segment.id) == "\(segment.id)/0")
        let queued = deliver(&desk, segment, 2)
        #expect(states(queued) == [.queued])
        #expect(queued.first?.news.duration == .seconds(4) && queued.first?.news.voice == "flite/slt")
        #expect(desk.ahead == .seconds(4))
        let later = now.advanced(by: .seconds(1))
        #expect(states(desk.heard("\(segment.id)/0", .playing, at: later)) == [.airing])
        let heard = try #require(desk.open.first)
        #expect(heard.state == .airing && heard.startedAt == later)
        #expect(heard.voice == "flite/slt" && heard.duration == .seconds(4))
        #expect(desk.heard("\(segment.id)/0", .playing, at: later).isEmpty)
        #expect(desk.heard("\(segment.id)/0", .finished, at: later).isEmpty)
        #expect(desk.ahead == .seconds(2))
        #expect(desk.heard("\(segment.id)/0", .playing, at: later).isEmpty)
        let over = desk.heard("\(segment.id)/1", .finished, at: later)
        #expect(states(over) == [.aired] && over.first?.news.at == later)
        #expect(desk.open.isEmpty && desk.ahead == .zero)
        #expect(desk.heard("\(segment.id)/1", .finished, at: later).isEmpty)
    }

    @Test mutating func `the first sentence may be heard before the last is made`() {
        var desk = AirDesk()
        let segment = segment()
        desk.add(segment)
        _ = desk.takeNext(ahead: .zero)
        #expect(desk.delivered(segment.id, voice: "v", duration: .seconds(2), fate: .waiting, at: now).isEmpty)
        #expect(states(desk.heard("\(segment.id)/0", .playing, at: now)) == [.airing])
        // It is not over as long as more may come.
        #expect(desk.heard("\(segment.id)/0", .finished, at: now).isEmpty)
        _ = desk.delivered(segment.id, voice: "v", duration: .seconds(3), fate: .waiting, at: now)
        #expect(desk.finishedSpeaking(segment.id, at: now).isEmpty)
        let over = desk.heard("\(segment.id)/1", .finished, at: now)
        #expect(states(over) == [.aired] && over.first?.news.duration == .seconds(5))
    }

    @Test mutating func `no more is spoken than is soon to be heard`() {
        var desk = AirDesk()
        let segments = (0..<4).map { _ in segment() }
        for segment in segments { desk.add(segment) }
        var spoken: [Segment] = []
        while let next = desk.takeNext(ahead: .seconds(5)) {
            spoken.append(next)
            _ = deliver(&desk, next, 2)
        }
        // After two there are eight seconds to be heard.
        #expect(spoken == Array(segments.prefix(2)))
        _ = desk.heard("\(segments[0].id)/0", .finished, at: now)
        #expect(desk.takeNext(ahead: .seconds(5)) == nil)
        _ = desk.heard("\(segments[0].id)/1", .finished, at: now)
        #expect(desk.takeNext(ahead: .seconds(5)) == segments[2])
    }

    @Test mutating func `one that cannot be spoken fails, and the next is spoken`() {
        var desk = AirDesk()
        let (one, two) = (segment(), segment())
        desk.add(one)
        desk.add(two)
        _ = desk.takeNext(ahead: .zero)
        let failed = desk.failedSpeaking(one.id, reason: "no voice", at: now)
        #expect(states(failed) == [.failed] && failed.first?.news.reason == "no voice")
        #expect(desk.takeNext(ahead: .zero) == two)
        // What of it is with the playout already will be heard.
        _ = desk.delivered(two.id, voice: "v", duration: .seconds(2), fate: .playing, at: now)
        #expect(desk.failedSpeaking(two.id, reason: "gone", at: now).isEmpty)
        #expect(states(desk.heard("\(two.id)/0", .finished, at: now)) == [.aired])
    }

    @Test mutating func `one that is broken off is over at once, also while its next sentence is being made`() {
        var desk = AirDesk()
        let (one, two) = (segment(), segment())
        desk.add(one)
        desk.add(two)
        _ = desk.takeNext(ahead: .zero)
        _ = desk.delivered(one.id, voice: "v", duration: .seconds(2), fate: .playing, at: now)
        let over = desk.brokenOff(one.id, at: now)
        #expect(states(over) == [.skipped] && over.first?.news.reason == "an operator broke it off")
        #expect(desk.open == [two] && desk.brokenOff(one.id, at: now).isEmpty)
        // Nothing more of it is handed over, and what is told of it comes too late.
        #expect(desk.nextItem(of: one.id) == nil)
        #expect(desk.delivered(one.id, voice: "v", duration: .seconds(2), fate: .waiting, at: now).isEmpty)
        #expect(desk.heard("\(one.id)/0", .finished, at: now).isEmpty)
        #expect(desk.takeNext(ahead: .zero) == nil)
        #expect(desk.finishedSpeaking(one.id, at: now).isEmpty)
        #expect(desk.takeNext(ahead: .zero) == two)
    }

    @Test(arguments: [
        ([AirDesk.Fate.finished, .skipped], Segment.State.aired), ([.skipped, .skipped], .skipped),
        ([.failed(reason: "x"), .failed(reason: "y")], .failed), ([.failed(reason: "x"), .skipped], .skipped),
        ([.failed(reason: "x"), .finished], .aired),
    ])
    func `what a segment comes to follows from its sentences`(fates: [AirDesk.Fate], state: Segment.State) {
        var copy = self
        var desk = AirDesk()
        let segment = copy.segment()
        desk.add(segment)
        _ = desk.takeNext(ahead: .zero)
        _ = deliver(&desk, segment, fates.count)
        var changes: [AirDesk.Change] = []
        for (number, fate) in fates.enumerated() { changes += desk.heard("\(segment.id)/\(number)", fate, at: now) }
        #expect(changes.last?.state == state)
        if state == .failed { #expect(changes.last?.news.reason == "x") }
        #expect(desk.open.isEmpty)
    }

    @Test
    mutating func `after a restart all that is not over is handed over again, and what was heard is not heard twice`() {
        var (one, two) = (segment(), segment())
        one.state = .airing
        two.state = .queued
        var desk = AirDesk(open: [one, two])
        #expect(desk.takeNext(ahead: .seconds(20))?.id == one.id)
        // The playout knows them all by their names.
        _ = desk.delivered(one.id, voice: "v", duration: .seconds(2), fate: .finished, at: now)
        _ = desk.delivered(one.id, voice: "v", duration: .seconds(2), fate: .playing, at: now)
        #expect(desk.finishedSpeaking(one.id, at: now).isEmpty)
        #expect(desk.takeNext(ahead: .seconds(20))?.id == two.id)
        #expect(states(deliver(&desk, two, 1, .finished)) == [.airing, .aired])
        #expect(states(desk.heard("\(one.id)/1", .finished, at: now)) == [.aired])
    }

    @Test mutating func `while the playout is away nothing fails, and everything is handed over when it is back`() {
        var desk = AirDesk()
        let (one, two) = (segment(), segment())
        desk.add(one)
        desk.add(two)
        _ = desk.takeNext(ahead: .seconds(20))
        _ = deliver(&desk, one, 2)
        _ = desk.takeNext(ahead: .seconds(20))
        _ = desk.delivered(two.id, voice: "v", duration: .seconds(2), fate: .waiting, at: now)
        desk.putOff(two.id)
        desk.playoutCameBack()
        #expect(desk.takeNext(ahead: .seconds(20))?.id == one.id)
        #expect(desk.nextItem(of: one.id) == "\(one.id)/0")
        #expect(deliver(&desk, one, 2).isEmpty)
        #expect(desk.takeNext(ahead: .seconds(20))?.id == two.id)
        #expect(desk.nextItem(of: two.id) == "\(two.id)/0")
    }

    @Test mutating func `words that waited too long are given up, unless somebody may hear them already`() {
        var (late, queued) = (segment(), segment())
        queued.state = .queued
        late.state = .written
        var desk = AirDesk(open: [late, queued])
        let spoken = segment()
        desk.add(spoken)
        #expect(desk.dropStale(before: now, at: now).isEmpty)
        let later = now.advanced(by: .seconds(121))
        _ = desk.takeNext(ahead: .zero)
        // The first is being spoken now, the second is with the playout as far as anybody knows.
        let dropped = desk.dropStale(before: now.advanced(by: .seconds(1)), at: later)
        #expect(states(dropped) == [.skipped] && dropped.first?.segment == spoken.id)
        #expect(dropped.first?.news.reason == "it waited too long to be spoken")
        #expect(desk.open.map(\.id) == [late.id, queued.id])
    }

    @Test mutating func `items that are none of ours change nothing`() {
        var desk = AirDesk()
        let segment = segment()
        desk.add(segment)
        for name in ["", "ident", "\(segment.id)", "\(segment.id)/0", "\(segment.id)/-1", "\(segment.id)/x", "a/b/c"] {
            #expect(desk.heard(name, .finished, at: now).isEmpty, "\(name)")
        }
    }
}
