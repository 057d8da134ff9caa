import Bus
import NIOCore
import Testing

@testable import API

/// What waits for a slow client, and what of it goes first.
struct LiveOutboxTests {
    private func bytes(_ text: String) -> ByteBuffer { ByteBuffer(string: text) }

    private func state(_ name: String) -> LiveClass { .state(FullTopic("market.test.quoted", Subject(name))) }

    /// - Returns: whether each found room.
    private func put(_ outbox: inout LiveOutbox, _ messages: [(String, LiveClass)]) -> [Bool] {
        messages.map { outbox.put(bytes($0.0), $0.1) }
    }

    private func drained(_ outbox: inout LiveOutbox) -> [String] {
        var texts: [String] = []
        while let bytes = outbox.next() { texts.append(String(buffer: bytes)) }
        return texts
    }

    private func outbox(_ messages: Int, bytes: Int = 1000) -> LiveOutbox {
        LiveOutbox(limits: LiveOutbox.Limits(messagesMax: messages, bytesMax: bytes, noticesMax: 2))
    }

    @Test func `messages leave in the order in which they came, whatever their class`() {
        var outbox = outbox(10)
        _ = put(&outbox, [("1", .data), ("2", state("a")), ("3", .durable(7)), ("4", .notice), ("5", .data)])
        #expect(outbox.count == 5 && outbox.hasDurables && outbox.bytesCount == 5)
        let texts = drained(&outbox)
        #expect(texts == ["1", "2", "3", "4", "5"])
        #expect(outbox.isEmpty && outbox.bytesCount == 0 && outbox.losses.isEmpty)
    }

    @Test func `a newer state takes the place of the older one`() {
        var outbox = outbox(10)
        _ = put(&outbox, [("a1", state("a")), ("b1", state("b")), ("a2 longer", state("a"))])
        #expect(outbox.bytesCount == 11 && outbox.count == 2)
        let texts = drained(&outbox)
        #expect(texts == ["a2 longer", "b1"])
        let told = [outbox.takeLosses(), outbox.takeLosses()].map { $0?.state }
        #expect(told == [1, nil])
    }

    @Test func `without room the oldest states go first, then the oldest data, and no durable message ever`() {
        var outbox = outbox(4)
        _ = put(&outbox, [("d1", .data), ("s1", state("a")), ("x1", .durable(1)), ("s2", state("b"))])
        // s1 goes, s2 goes, d1 goes.
        var kept = put(&outbox, [("x2", .durable(2)), ("d2", .data), ("x3", .durable(3))])
        #expect(kept == [true, true, true] && outbox.losses.state == 0 && outbox.losses.data == 1)
        // d2 goes; then nothing else may.
        kept = put(&outbox, [("x4", .durable(4)), ("x5", .durable(5))])
        #expect(kept == [true, false])
        // What is lossy is counted: the newest state of `a` is owed, the one before is lost.
        kept = put(&outbox, [("s3", state("a")), ("d3", .data)])
        #expect(kept == [true, true] && outbox.losses.state == 1 && outbox.losses.data == 3)
        let isKept = outbox.put(bytes("x5"), .durable(5), isPromised: true)
        let early = outbox.takeOwed()
        let texts = drained(&outbox)
        #expect(isKept && texts == ["x1", "x2", "x3", "x4", "x5"] && early.isEmpty)
        let owed = outbox.takeOwed()
        #expect(owed == Set(["a", "b"].map { FullTopic("market.test.quoted", Subject($0)) }))
    }

    @Test func `notices find room where nothing else does, but not without end`() {
        var outbox = outbox(1)
        let kept = put(&outbox, [("x1", .durable(1)), ("n1", .notice), ("n2", .notice), ("n3", .notice)])
        let texts = drained(&outbox)
        #expect(kept == [true, true, true, false] && texts == ["x1", "n1", "n2"])
    }

    @Test func `bytes are bounded as messages are`() {
        var outbox = outbox(100, bytes: 10)
        var kept = put(&outbox, [("123456", .data), ("1234567", .data)])
        #expect(kept == [true, true] && outbox.count == 1 && outbox.losses.data == 1 && outbox.bytesCount == 7)
        kept = put(&outbox, [("12345678901", .durable(1))])
        #expect(kept == [false] && outbox.isEmpty)
    }
}
