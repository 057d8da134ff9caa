import Bus
import NIOCore
import Testing

@testable import API

/// What comes from the log and what comes live, joined.
struct DurableJoinTests {
    private func event(_ offset: UInt64) -> DurableJoin.Held { DurableJoin.Held(offset: offset, bytes: ByteBuffer()) }

    private func receive(_ join: inout DurableJoin, _ offsets: [UInt64]) -> [DurableJoin.Verdict] {
        offsets.map { join.receive(event($0)) }
    }

    private func page(_ join: inout DurableJoin, next: UInt64) -> [UInt64]? {
        join.receivePage(next: next)?.map(\.offset)
    }

    @Test func `live events pass, each once`() {
        var join = DurableJoin(liveFrom: 5)
        let verdicts = receive(&join, [4, 5, 7, 7, 6, 8])
        #expect(verdicts == [.skip, .send, .send, .skip, .skip, .send])
        #expect(join.position == 9)
    }

    @Test func `what came live while pages were read follows them, without what they held`() {
        var join = DurableJoin(readingFrom: 1, next: 101)
        var verdicts = receive(&join, [101, 102, 103, 104])
        #expect(verdicts == [.skip, .skip, .skip, .skip])
        var rest = page(&join, next: 60)
        #expect(rest == nil && join.position == 60 && join.isReading)
        rest = page(&join, next: 103)
        #expect(rest == [103, 104] && !join.isReading)
        verdicts = receive(&join, [104, 105])
        #expect(verdicts == [.skip, .send])
    }

    @Test func `what finds no room is read`() {
        var join = DurableJoin(readingFrom: 1, next: 1)
        let many = UInt64(DurableJoin.heldMax)
        _ = receive(&join, Array(1...(many + 3)))
        // All up to the one behind the limit were let go.
        var rest = page(&join, next: many)
        #expect(rest == nil)
        rest = page(&join, next: many + 2)
        #expect(rest == [many + 2, many + 3])
    }

    @Test func `a page that reaches further than what came live leaves nothing twice`() {
        var join = DurableJoin(readingFrom: 1, next: 5)
        let rest = page(&join, next: 9)
        let verdicts = receive(&join, [5, 6, 7, 8, 9])
        #expect(rest == [] && verdicts == [.skip, .skip, .skip, .skip, .send])
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `whatever the timing, every event comes once and in order`(seed: UInt64) {
        var random = SplitMix64(state: seed)
        let wantsOnly: UInt64 = seed.isMultiple(of: 3) ? 3 : 1
        var (head, live): (UInt64, UInt64) = (UInt64.random(in: 0...40, using: &random), 0)
        live = head
        var join = DurableJoin(readingFrom: 1, next: head + 1)
        var sent: [UInt64] = []
        var page: (next: UInt64, events: [UInt64])?
        while head < 600 || live < head || join.isReading {
            switch Int.random(in: 0..<8, using: &random) {
            case 0...2 where head < 600:
                head += UInt64.random(in: 1...(seed.isMultiple(of: 2) ? 3 : 90), using: &random)
            case 3...4 where live < head:
                live += 1
                if live.isMultiple(of: wantsOnly), join.receive(event(live)) == .send { sent.append(live) }
            case 5 where page == nil && join.isReading:
                let end = min(head, join.position + UInt64.random(in: 0...30, using: &random))
                let all = join.position > end ? [] : Array(join.position...end)
                page = (max(join.position, end + 1), all.filter { $0.isMultiple(of: wantsOnly) })
            case 6:
                guard let (next, events) = page else { continue }
                page = nil
                sent += events
                sent += (join.receivePage(next: next) ?? []).map(\.offset)
            case 7 where !join.isReading && Bool.random(using: &random) && join.position <= live:
                // The outbox could not take one: it goes back to the log, from there.
                let from = join.position
                join.read(from: from, next: live + 1)
            default: continue
            }
        }
        #expect(sent == Array(1...head).filter { $0.isMultiple(of: wantsOnly) })
    }
}
