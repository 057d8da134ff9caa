import NIOCore
import NIOWebSocket
import Testing
import WebSocket
import WebSocketClient

/// Frames and messages, each by plain calls.
struct FrameTests {
    private func frame(_ first: UInt8, _ payload: [UInt8], masked: Bool = true) -> WebSocketFrame {
        let key: WebSocketMaskingKey? = masked ? [1, 2, 3, 4] : nil
        var data = ByteBuffer(bytes: payload)
        if let key { data.webSocketMask(key) }
        return WebSocketFrame(
            fin: first & 0x80 != 0,
            rsv1: first & 0x40 != 0,
            rsv2: first & 0x20 != 0,
            rsv3: first & 0x10 != 0,
            opcode: WebSocketOpcode(encodedWebSocketOpcode: first & 0x0F) ?? .text,
            maskKey: key,
            data: data
        )
    }

    @Test func `frames become messages`() {
        var assembler = WebSocketAssembler(framesOf: .client, bytesMax: 65_536)
        let actions = [
            frame(0x81, [65, 66]), frame(0x01, [65]), frame(0x89, [1]), frame(0x00, []), frame(0x80, [67]),
            // A character may be cut by a fragment, not by a message.
            frame(0x01, [0xC3]), frame(0x80, [0xA9]), frame(0x88, []), frame(0x88, [3, 0xE8, 65]),
        ].map { assembler.receive($0) }
        #expect(
            actions == [
                .message([65, 66]), .nothing, .ping([1]), .nothing, .message([65, 67]), .nothing,
                .message([0xC3, 0xA9]), .close(nil), .close(1000),
            ]
        )
    }

    @Test(
        arguments: [
            (0x81, [65], false, 1002), (0xC1, [65], true, 1002), (0xA1, [65], true, 1002), (0x91, [65], true, 1002),
            (0x83, [65], true, 1002), (0x8B, [65], true, 1002), (0x80, [65], true, 1002), (0x82, [65], true, 1003),
            (0x81, [0xFF], true, 1007), (0x88, [3], true, 1002), (0x88, [3, 0xED], true, 1002),
            (0x88, [3, 0xE8, 0xFF], true, 1007),
        ] as [(UInt8, [UInt8], Bool, UInt16)]
    )
    func `what must not be sent is named`(first: UInt8, payload: [UInt8], isMasked: Bool, code: UInt16) {
        var assembler = WebSocketAssembler(framesOf: .client, bytesMax: 65_536)
        let action = assembler.receive(frame(first, payload, masked: isMasked))
        guard case .fail(let fault) = action else {
            Issue.record("accepted: \(action)")
            return
        }
        #expect(fault.code == code)
    }

    @Test func `texts that go out are framed by their length`() {
        for (count, head) in [(5, [0x81, 5]), (125, [0x81, 125]), (126, [0x81, 126, 0, 126])] as [(Int, [UInt8])] {
            let bytes = WebSocketText.message([UInt8](repeating: 65, count: count))
            #expect(
                Array(bytes.readableBytesView.prefix(head.count)) == head && bytes.readableBytes == head.count + count
            )
        }
        let large = WebSocketText.message([UInt8](repeating: 65, count: 70_000))
        #expect(Array(large.readableBytesView.prefix(10)) == [0x81, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70])
        #expect(Array(WebSocketText.close(1002, "no").readableBytesView) == [0x88, 4, 3, 0xEA] + Array("no".utf8))
    }

    @Test func `a server masks nothing, and its messages have a limit`() {
        var assembler = WebSocketAssembler(framesOf: .server, bytesMax: 4)
        #expect(assembler.receive(frame(0x81, [65, 66], masked: false)) == .message([65, 66]))
        #expect(assembler.receive(frame(0x81, [65])) == .fail(.broken("a frame with a mask")))
        #expect(assembler.receive(frame(0x01, [65, 66, 67], masked: false)) == .nothing)
        #expect(assembler.receive(frame(0x80, [68, 69], masked: false)) == .fail(.tooLarge(4)))
    }

    @Test func `what a client sends is masked`() {
        let mask: WebSocketMaskingKey = [1, 2, 3, 4]
        let bytes = Array(WebSocketText.message([65, 66, 67, 68, 69], mask: mask).readableBytesView)
        #expect(bytes == [0x81, 0x85, 1, 2, 3, 4, 64, 64, 64, 64, 68])
        let goodbye = Array(WebSocketText.close(1000, "", mask: mask).readableBytesView)
        #expect(goodbye == [0x88, 0x82, 1, 2, 3, 4, 2, 0xEA])
    }
}
