import Bus
import JSON
import PlayoutLink
import Testing

@testable import Playout

struct DirectorTests {
    private let now = Timestamp(seconds: 1_800_000_000)

    private func director(_ state: StationState = StationState()) -> Director {
        var director = Director(state: state, bufferCount: 5, audioFolder: "/audio")
        director.start(at: now)
        return director
    }

    private func item(_ id: String) -> PlayoutItem { PlayoutItem(id: id, kind: .speech, file: "\(id).wav") }

    /// What was wanted since the last time, in short.
    private func wishes(_ director: inout Director) -> [String] {
        director.takeActions().map { action in
            switch action {
            case .mixer(.cue(let cue)): "cue \(cue.serial)"
            case .mixer(.uncueAll(let token)): "uncue \(token)"
            case .mixer(.skip(let serial)): "skip \(serial)"
            case .mixer(let command): "mixer \(command)"
            case .loader(.load(let buffer, let serial, let path, let start)):
                "load \(serial) \(path) from \(start) into \(buffer)"
            case .loader(.release(let buffer, let serial)): "release \(serial) of \(buffer)"
            case .loader(.bed(let path)): "bed \(path ?? "none")"
            case .keep(let change): "keep \("\(change)".prefix { $0 != "(" })"
            case .tell(let detail): "tell \(detail.name)"
            case .news: "news"
            }
        }
    }

    @Test func `an item is loaded, cued when it is ready, and told when it plays`() throws {
        var director = director()
        let answer = try director.put(QueuePut(item: item("a")), at: now)
        #expect(answer == QueuePut.Answer(id: "a", state: .queued, isNew: true, waiting: 1))
        #expect(wishes(&director) == ["keep put", "load 1 /audio/a.wav from 0 into 0"])
        director.observe(.ready(serial: 1, totalFrames: 96_000), at: now)
        #expect(wishes(&director) == ["cue 1"])
        director.observe(.started(serial: 1, at: 0), at: now)
        #expect(wishes(&director) == ["keep began", "tell item.started", "news"])
        director.observe(.ended(serial: 1, .finished, position: 96_000, at: 96_000), at: now)
        #expect(wishes(&director) == ["release 1 of 0", "keep ended", "tell item.finished", "news"])
        #expect(director.state.order.state(of: "a") == .finished)
    }

    @Test func `two items are loaded ahead, and cued in order though the second is ready first`() throws {
        var director = director()
        for id in ["a", "b", "c"] { _ = try director.put(QueuePut(item: item(id)), at: now) }
        #expect(wishes(&director).filter { $0.hasPrefix("load") }.count == 2)
        director.observe(.ready(serial: 2, totalFrames: 1), at: now)
        #expect(wishes(&director).isEmpty)
        director.observe(.ready(serial: 1, totalFrames: 1), at: now)
        #expect(wishes(&director) == ["cue 1", "cue 2"])
        director.observe(.started(serial: 1, at: 0), at: now)
        #expect(wishes(&director).contains { $0.hasPrefix("load 3 /audio/c.wav") })
    }

    @Test func `what is put next takes back what was cued before it`() throws {
        var director = director()
        for id in ["a", "b"] { _ = try director.put(QueuePut(item: item(id)), at: now) }
        for serial in [1, 2] as [Int64] { director.observe(.ready(serial: serial, totalFrames: 1), at: now) }
        director.observe(.started(serial: 1, at: 0), at: now)
        _ = wishes(&director)
        _ = try director.put(QueuePut(item: item("now"), position: .next), at: now)
        #expect(wishes(&director) == ["keep put", "load 3 /audio/now.wav from 0 into 2", "uncue 4"])
        director.observe(.ready(serial: 3, totalFrames: 1), at: now)
        #expect(wishes(&director).isEmpty)
        director.observe(.uncued(token: 4), at: now)
        #expect(wishes(&director) == ["cue 3", "cue 2"])
    }

    @Test func `a removed item that was cued is taken back, and never told as started`() throws {
        var director = director()
        _ = try director.put(QueuePut(item: item("a")), at: now)
        director.observe(.ready(serial: 1, totalFrames: 1), at: now)
        _ = wishes(&director)
        #expect(try director.remove(QueueRemove(id: "a"), at: now).removed == ["a"])
        #expect(wishes(&director) == ["keep ended", "tell item.removed", "uncue 2"])
        // It began in the moment before the mixer heard of it.
        director.observe(.started(serial: 1, at: 0), at: now)
        #expect(wishes(&director) == ["skip 1"])
        director.observe(.uncued(token: 2), at: now)
        director.observe(.ended(serial: 1, .skipped, position: 960, at: 960), at: now)
        #expect(wishes(&director) == ["release 1 of 0"])
        #expect(director.state.order.state(of: "a") == .removed)
    }

    @Test func `a file that cannot be played fails its item, and the next one is loaded`() throws {
        var director = director()
        for id in ["a", "b", "c"] { _ = try director.put(QueuePut(item: item(id)), at: now) }
        _ = wishes(&director)
        director.observe(.failed(serial: 1, reason: "the file is no WAV file"), at: now)
        let wanted = wishes(&director)
        #expect(wanted.prefix(3) == ["release 1 of 0", "keep ended", "tell item.failed"])
        #expect(wanted.last?.hasPrefix("load 3 /audio/c.wav") == true)
        #expect(director.state.order.state(of: "a") == .failed(reason: "the file is no WAV file"))
    }

    @Test func `an item whose file breaks off while it plays fails with that reason`() throws {
        var director = director()
        _ = try director.put(QueuePut(item: item("a")), at: now)
        director.observe(.ready(serial: 1, totalFrames: 1), at: now)
        director.observe(.started(serial: 1, at: 0), at: now)
        director.observe(.failed(serial: 1, reason: "cut"), at: now)
        #expect(director.state.order.state(of: "a") == .playing)
        director.observe(.ended(serial: 1, .broken, position: 500, at: 500), at: now)
        #expect(director.state.order.state(of: "a") == .failed(reason: "cut"))
    }

    @Test func `after a restart the item that played goes on where it was, before what waits`() throws {
        var state = StationState()
        for id in ["a", "b", "c"] { state.apply(.put(item(id), at: .end)) }
        state.apply(.began(id: "a", frame: 0, time: now))
        state.apply(.moved(frame: 480_000, framesEmitted: 1_000_000, time: now))
        var director = director(state)
        #expect(
            wishes(&director) == ["load 1 /audio/a.wav from 480000 into 0", "load 2 /audio/b.wav from 0 into 1"]
        )
        director.observe(.ready(serial: 1, totalFrames: 1), at: now)
        director.observe(.started(serial: 1, at: 0), at: now)
        let told = director.takeActions().compactMap { action -> PlayoutEvent.ItemStart? in
            if case .tell(.itemStarted(let start)) = action { start } else { nil }
        }
        #expect(told.map(\.frame) == [480_000])
        director.observe(.position(serial: 1, frame: 489_600, at: 9600), at: now)
        #expect(director.state.order.playing?.frame == 489_600)
        #expect(director.state.framesEmitted == 1_009_600)
    }

    @Test func `the journal leads to the same state`() throws {
        var director = director()
        var replayed = StationState()
        func replay() {
            for case .keep(let change) in director.takeActions() { replayed.apply(change) }
        }
        for id in ["a", "b", "c", "d"] { _ = try director.put(QueuePut(item: item(id)), at: now) }
        director.observe(.ready(serial: 1, totalFrames: 1), at: now)
        director.observe(.started(serial: 1, at: 0), at: now)
        director.observe(.position(serial: 1, frame: 4800, at: 4800), at: now)
        director.mute(true)
        try director.setTargets(
            TargetsSet(targets: OutputTargets(push: [OutputTargets.Push(name: "a", url: "rtmp://b/c", key: "d")]))
        )
        try director.setCaptions(
            CaptionsSet(id: "b", words: [CaptionWord(text: "hi", startMilliseconds: 0, endMilliseconds: 9)])
        )
        _ = director.clear(QueueClear(segment: nil, kind: .jingle), at: now)
        _ = try director.remove(QueueRemove(id: "d"), at: now)
        director.observe(.ended(serial: 1, .finished, position: 1, at: 1), at: now)
        replay()
        #expect(replayed == director.state)
    }

    @Test func `an id that is known answers with what became of it, and changes nothing`() throws {
        var director = director()
        _ = try director.put(QueuePut(item: item("a")), at: now)
        _ = wishes(&director)
        let again = try director.put(QueuePut(item: item("a")), at: now)
        #expect(again == QueuePut.Answer(id: "a", state: .queued, isNew: false, waiting: 1))
        #expect(wishes(&director).isEmpty)
    }

    @Test func `skip wants something that plays, and the right one`() throws {
        var director = director()
        #expect(throws: LinkError(.notPossible, "nothing plays")) { try director.skip(Skip(), at: now) }
        _ = try director.put(QueuePut(item: item("a")), at: now)
        director.observe(.ready(serial: 1, totalFrames: 1), at: now)
        director.observe(.started(serial: 1, at: 0), at: now)
        _ = wishes(&director)
        #expect(throws: LinkError(.notPossible, "id: b does not play, a does")) {
            try director.skip(Skip(id: "b"), at: now)
        }
        #expect(try director.skip(Skip(id: "a"), at: now).id == "a")
        #expect(wishes(&director) == ["skip 1"])
    }

    @Test func `a dump without the delay is refused`() {
        var director = director()
        #expect(throws: LinkError.self) { try director.dump() }
        director.setDelay(DelaySet(on: true))
        #expect(throws: Never.self) { try director.dump() }
    }

    @Test func `the loudness is kept, told to the mixer, and told again after a restart`() throws {
        var first = director()
        try first.setLoudness(LoudnessSet(speechLUFS: -23))
        #expect(
            first.takeActions().contains { if case .mixer(.gain(let factor)) = $0 { factor < 0.45 } else { false } }
        )
        #expect(throws: LinkError.self) { try first.setLoudness(LoudnessSet(speechLUFS: 0)) }
        var second = Director(state: first.state, bufferCount: 5, audioFolder: "/audio")
        second.start(at: now)
        #expect(
            second.takeActions().contains { if case .mixer(.gain(let factor)) = $0 { factor < 0.45 } else { false } }
        )
    }

    // MARK: Standby

    @Test func `on standby the chime sounds after ten seconds and then every few minutes`() {
        var director = director()
        director.observe(.standby(true, at: 24_000), at: now)
        #expect(wishes(&director) == ["tell standby.began"])
        director.tick(at: now.advanced(by: .seconds(9)))
        #expect(wishes(&director).isEmpty)
        director.tick(at: now.advanced(by: .seconds(10)))
        #expect(wishes(&director) == ["mixer chime"])
        director.tick(at: now.advanced(by: .seconds(189)))
        #expect(wishes(&director).isEmpty)
        director.tick(at: now.advanced(by: .seconds(190)))
        #expect(wishes(&director) == ["mixer chime"])
    }

    @Test func `an ident that is a file is loaded and played; one that cannot be is told, and the chime sounds`() throws
    {
        var director = director()
        try director.setIdent(IdentSet(file: "ident.wav", everySeconds: 60))
        director.observe(.standby(true, at: 24_000), at: now)
        _ = wishes(&director)
        director.tick(at: now.advanced(by: .seconds(10)))
        #expect(wishes(&director) == ["load 1 /audio/ident.wav from 0 into 0"])
        director.observe(.ready(serial: 1, totalFrames: 1), at: now)
        director.tick(at: now.advanced(by: .seconds(10)))
        #expect(wishes(&director) == ["cue 1"])
        director.observe(.started(serial: 1, at: 0), at: now)
        director.observe(.ended(serial: 1, .finished, position: 1, at: 1), at: now)
        #expect(wishes(&director) == ["release 1 of 0"])
        director.tick(at: now.advanced(by: .seconds(70)))
        _ = wishes(&director)
        director.observe(.failed(serial: 2, reason: "gone"), at: now)
        #expect(wishes(&director) == ["release 2 of 1", "tell sound.failed", "mixer chime"])
    }

    @Test func `a bed that cannot be played gives way to the station's own`() throws {
        var director = director()
        try director.setBed(BedSet(file: "bed.wav", gainDecibels: -6))
        #expect(wishes(&director) == ["keep bed", "bed /audio/bed.wav"])
        director.observe(.bedReady, at: now)
        #expect(wishes(&director).first?.hasPrefix("mixer bedFile(true") == true)
        director.observe(.bedFailed(reason: "gone"), at: now)
        #expect(wishes(&director) == ["mixer bedFile(false, gain: 1.0)", "tell sound.failed"])
    }

    @Test func `settings that make no sense name the field`() {
        var director = director()
        #expect(throws: LinkError(.badParameters, "everySeconds is between 10 and 3600")) {
            try director.setIdent(IdentSet(file: nil, everySeconds: 1))
        }
        #expect(throws: LinkError(.badParameters, "file is a path of at most 1024 bytes")) {
            try director.setBed(BedSet(file: ""))
        }
        #expect(throws: LinkError(.badParameters, "after is given together with position")) {
            try director.put(QueuePut(item: item("a"), position: .next, after: "b"), at: now)
        }
    }
}

struct EventLogTests {
    private let now = Timestamp(seconds: 1)

    @Test func `events are numbered without gaps, levels are not kept`() {
        var log = EventLog(epoch: UUIDv7(high: 1, low: 2))
        #expect(log.add(.mute(isOn: true), at: now).seq == 1)
        let level = LevelReading(rmsDecibels: 0, peakDecibels: 0, silentForMilliseconds: 0)
        #expect(log.add(.level(level), at: now).seq == 1)
        #expect(log.add(.mute(isOn: false), at: now).seq == 2)
        let answer = log.since(EventsSince(epoch: log.epoch, seq: 0))
        #expect(answer.events.map(\.seq) == [1, 2])
        #expect(!answer.isIncomplete && !answer.hasMore)
    }

    @Test func `events that are gone, or of another start, are told as missing`() {
        var log = EventLog(epoch: UUIDv7(high: 1, low: 2))
        for _ in 0..<1100 { _ = log.add(.mute(isOn: true), at: now) }
        let old = log.since(EventsSince(epoch: log.epoch, seq: 50))
        #expect(old.isIncomplete && old.hasMore && old.events.first?.seq == 101)
        let whole = log.since(EventsSince(epoch: log.epoch, seq: 100))
        #expect(!whole.isIncomplete && whole.events.count == EventLog.answerMax)
        #expect(log.since(EventsSince(epoch: UUIDv7(high: 9, low: 9), seq: 0)).isIncomplete)
    }
}

extension DirectorTests {
    @Test func `what is to be seen is kept, told, and told again after a start`() throws {
        var director = director()
        _ = wishes(&director)
        let scene: JSONValue = ["layout": "oneHost", "station": "CryptoCall FM", "hosts": []]
        try director.setPicture(PictureSet(scene: scene))
        #expect(wishes(&director) == ["keep picture", "news"])
        // The same once more changes nothing.
        try director.setPicture(PictureSet(scene: scene))
        #expect(wishes(&director) == [])
        #expect(throws: LinkError.self) { try director.setPicture(PictureSet(scene: "no scene")) }
        var again = Director(state: director.state, bufferCount: 4, audioFolder: "/audio")
        again.start(at: now)
        #expect(wishes(&again) == ["news"])
    }
}
