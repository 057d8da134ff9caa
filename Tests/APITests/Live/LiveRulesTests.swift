import Domain
import NIOCore
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

    @Test func `server-sent events stand in chunks of their own`() {
        let text = String(buffer: EventStreamText.event("a.b.c", data: Array("{}".utf8), id: 7, retryMilliseconds: 9))
        #expect(text == "26\r\nretry: 9\nid: 7\nevent: a.b.c\ndata: {}\n\n\r\n")
        #expect(String(buffer: EventStreamText.heartbeat(id: nil)) == "d\r\n: heartbeat\n\n\r\n")
        #expect(String(buffer: EventStreamText.heartbeat(id: 12)) == "14\r\n: heartbeat\nid: 12\n\n\r\n")
    }
}
