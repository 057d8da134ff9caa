import NIOCore
import Testing

@testable import FaultServer

/// What of an answer goes out when.
@Suite struct TimedBytesTests {
    private func plan(_ start: AnswerPlan.Start, gap: Duration = .zero, flushesEach: Bool = false) -> AnswerPlan {
        var plan = AnswerPlan(head: AnswerPlan.Head(fields: ["a": "b"], length: .chunked), start: start)
        plan.pace = Pace(first: .seconds(9), gap: gap, flushesEach: flushesEach)
        plan.body.append(.frame) { $0.append("open") }
        plan.body.append(.content) { $0.append("one") }
        plan.body.append(.content) { $0.append("two") }
        plan.body.append(.closing) { $0.append("close") }
        return plan
    }

    private func writes(_ plan: AnswerPlan) -> [(Duration, String, Int)] {
        let timed = TimedBytes(plan, keepsAlive: true, knowsChunks: true)
        return timed.writes.map { write in
            let text = timed.buffer.getString(at: write.bytes.lowerBound, length: write.bytes.count) ?? ""
            return (write.delay, text, write.contentCount)
        }
    }

    private static let head = "HTTP/1.1 200 OK\r\na: b\r\ntransfer-encoding: chunked\r\n\r\n"
    private static let opening = "4\r\nopen\r\n"
    private static let one = "3\r\none\r\n"
    private static let two = "3\r\ntwo\r\n"
    private static let closing = "5\r\nclose\r\n0\r\n\r\n"

    @Test func `without a gap everything leaves in one write when the first content is due`() {
        let writes = writes(plan(.withContent))
        #expect(writes.map(\.0) == [.seconds(9)] && writes.map(\.2) == [2])
        let all = TimedBytesTests.head + TimedBytesTests.opening + TimedBytesTests.one + TimedBytesTests.two
        #expect(writes.first?.1 == all + TimedBytesTests.closing)
    }

    @Test func `a gap stands before each content but the first, and the end follows the last at once`() {
        let writes = writes(plan(.withContent, gap: .seconds(1)))
        #expect(writes.map(\.0) == [.seconds(9), .seconds(1)])
        #expect(writes.map(\.2) == [1, 1])
        #expect(writes.last?.1 == TimedBytesTests.two + TimedBytesTests.closing)
    }

    @Test func `the head can go first, alone or with the opening`() {
        let head = writes(plan(.headFirst))
        #expect(head.map(\.0) == [.zero, .seconds(9)])
        #expect(head.first?.1 == TimedBytesTests.head)
        let opening = writes(plan(.openingFirst))
        #expect(opening.map(\.0) == [.zero, .seconds(9)])
        #expect(opening.first?.1 == TimedBytesTests.head + TimedBytesTests.opening)
    }

    @Test func `each event can have a write of its own`() {
        let writes = writes(plan(.withContent, flushesEach: true))
        #expect(
            writes.map(\.1) == [
                TimedBytesTests.head + TimedBytesTests.opening, TimedBytesTests.one, TimedBytesTests.two,
                TimedBytesTests.closing,
            ]
        )
    }

    @Test func `an empty event is no chunk, which would be the end`() {
        var plan = AnswerPlan(head: AnswerPlan.Head(fields: [:], length: .chunked))
        plan.body.append([], eventCount: 0)
        #expect(writes(plan).first?.1.hasSuffix("\r\n\r\n0\r\n\r\n") ?? false)
    }

    @Test func `the connection is kept only when both sides know where the answer ends`() {
        let plan = plan(.withContent)
        #expect(TimedBytes(plan, keepsAlive: true, knowsChunks: true).ending == .keepAlive)
        #expect(TimedBytes(plan, keepsAlive: false, knowsChunks: true).ending == .close)
        let old = TimedBytes(plan, keepsAlive: true, knowsChunks: false)
        #expect(old.ending == .close)
        #expect(String(buffer: old.buffer) == "HTTP/1.1 200 OK\r\na: b\r\nconnection: close\r\n\r\nopenonetwoclose")
        let broken = TimedBytes(AnswerPlan(head: plan.head, ending: .breakOff), keepsAlive: true, knowsChunks: true)
        #expect(broken.ending == .close && String(buffer: broken.buffer) == TimedBytesTests.head)
    }

    @Test func `no answer at all is a wait and an end`() {
        let timed = TimedBytes(
            AnswerPlan(pace: Pace(first: .seconds(9)), ending: .reset),
            keepsAlive: true,
            knowsChunks: true
        )
        #expect(timed.writes == [TimedBytes.Write(bytes: 0..<0, delay: .seconds(9), contentCount: 0)])
        #expect(timed.ending == .reset)
    }
}
