import Domain
import NIOCore
import NIOWebSocket
import Testing

@testable import API

/// The small decisions about live clients, each by plain calls.
struct LiveRulesTests {
    // MARK: Who may see what

    @Test func `strangers see what the table names, operators the rest`() {
        for topic in ["market.price.ticked.BTC-USD", "segment.host.spoke", "system.health.changed", "signal.x.y"] {
            #expect(TopicAccess.allows(topic, nil) && TopicAccess.allows(topic, .viewer))
        }
        for topic in [
            "system.control.called", "system.config.reloaded", "job.run.discarded", "workflow.run.started",
            "user.account.made", "whatever.comes.next", "marketing.x.y", "vote.ballot.cast",
        ] {
            #expect(!TopicAccess.allows(topic, nil) && !TopicAccess.allows(topic, .client), "\(topic)")
            #expect(TopicAccess.allows(topic, .operator) && TopicAccess.allows(topic, .admin), "\(topic)")
        }
        #expect(TopicAccess.reaches("", nil) && TopicAccess.reaches("system.", nil) && TopicAccess.reaches("mark", nil))
        #expect(!TopicAccess.reaches("job.", nil) && !TopicAccess.reaches("system.c", nil))
        #expect(LiveGroup.allCases.filter { !$0.isOpen(to: nil) } == [.jobs])
    }

    @Test func `every group has topics, and no topic twice`() {
        for group in LiveGroup.allCases {
            #expect(!group.prefixes.isEmpty && TopicFilter(group.prefixes).prefixes.count == group.prefixes.count)
            #expect(group.prefixes.allSatisfy { TopicFilter.fault(of: $0) == nil })
        }
    }

    @Test func `a filter keeps what is not covered`() {
        let filter = TopicFilter(["market.price.", "market.", "news.", "market.price.ticked", "news."])
        #expect(filter.prefixes == ["market.", "news."])
        #expect(filter.matches("market.x.y") && !filter.matches("marketing") && !TopicFilter([]).matches("market."))
        #expect(filter.commonPrefix == "" && TopicFilter(["market.a", "market.b"]).commonPrefix == "market.")
        #expect(TopicFilter(["signal."]).commonPrefix == "signal.")
    }

    // MARK: How many

    @Test func `a census counts together and by address`() {
        var census = LiveCensus(limits: LiveCensus.Limits(connectionsMax: 3, perAddressMax: 2))
        var refusals = ["a", "a", "a", "b", "c"].map { census.enter($0) }
        #expect(refusals == [nil, nil, .address, nil, .total])
        census.leave("a")
        census.leave("nobody")
        refusals = [census.enter("c")]
        #expect(refusals == [nil] && census.total == 3)
    }

    @Test func `an allowance fills up, is told of, and ends`() {
        let settings = MessageAllowance.Settings(perSecond: 2, atOnce: 3, toldMax: 2, framesPerSecond: 4)
        var allowance = MessageAllowance(settings)
        var verdicts = (0..<6).map { _ in allowance.takeMessage() }
        #expect(verdicts == [.take, .take, .take, .refuse, .refuse, .close])
        allowance.second()
        verdicts = (0..<3).map { _ in allowance.takeMessage() }
        #expect(verdicts == [.take, .take, .close])
        allowance.second()
        allowance.second()
        verdicts = (0..<4).map { _ in allowance.takeMessage() }
        #expect(verdicts == [.take, .take, .take, .refuse])
        let frames = (0..<5).map { _ in allowance.takeFrame() }
        #expect(frames == [true, true, true, true, false])
    }

    // MARK: Signs of life

    @Test func `a stream beats, and ends when it takes nothing`() {
        var pulse = LivePulse(.events, LivePulse.Settings())
        var verdicts = (1...20).map { _ in pulse.second(isStalled: false) }
        #expect(verdicts.enumerated().filter { $0.element == .beat }.map(\.offset) == [9, 19])
        verdicts = (1...30).map { _ in pulse.second(isStalled: true) }
        #expect(verdicts.last == .end(.stalled) && !verdicts.dropLast().contains(.end(.stalled)))
    }

    @Test func `a socket that answers lives, one that does not is closed after three pings`() {
        var pulse = LivePulse(.socket, LivePulse.Settings())
        for _ in 1...100 where pulse.second(isStalled: false) == .beat { pulse.noteAnswer() }
        let verdicts = (1...40).map { _ in pulse.second(isStalled: false) }
        #expect(verdicts.count { $0 == .beat } == 3 && verdicts.last == .end(.silent))
    }

    // MARK: Frames

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
        var assembler = WebSocketAssembler()
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
        var assembler = WebSocketAssembler()
        let action = assembler.receive(frame(first, payload, masked: isMasked))
        guard case .fail(_, let told, _) = action else {
            Issue.record("accepted: \(action)")
            return
        }
        #expect(told == code)
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

    @Test func `server-sent events stand in chunks of their own`() {
        let text = String(buffer: EventStreamText.event("a.b.c", data: Array("{}".utf8), id: 7, retryMilliseconds: 9))
        #expect(text == "26\r\nretry: 9\nid: 7\nevent: a.b.c\ndata: {}\n\n\r\n")
        #expect(String(buffer: EventStreamText.heartbeat(id: nil)) == "d\r\n: heartbeat\n\n\r\n")
        #expect(String(buffer: EventStreamText.heartbeat(id: 12)) == "14\r\n: heartbeat\nid: 12\n\n\r\n")
    }
}
