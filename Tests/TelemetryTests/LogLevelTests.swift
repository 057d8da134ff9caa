import Logging
import Telemetry
import Testing

struct LogLevelTests {
    @Test func `the longest prefix that ends at a dot decides`() throws {
        let rules = try LogLevelRules(parsing: "warning, market=info,market.binance=trace")
        #expect(rules.level(of: "market.binance.socket") == .trace)
        #expect(rules.level(of: "market.kraken") == .info)
        #expect(rules.level(of: "marketing") == .warning)
        #expect(rules.level(of: "") == .warning)
    }

    @Test func `rules survive being written and read`() throws {
        let rules = try LogLevelRules(parsing: "notice,bus=debug,api=error")
        #expect(rules.text == "notice,api=error,bus=debug")
        #expect(try LogLevelRules(parsing: rules.text) == rules)
    }

    @Test(arguments: [
        ("loud", LogLevelError.unknownLevel("loud")), ("info,bus=loud", .unknownLevel("bus=loud")),
        ("", .unknownLevel("")), ("=debug", .badPrefix("")),
    ])
    func `a wrong setting names the wrong part`(text: String, error: LogLevelError) {
        #expect(throws: error) { try LogLevelRules(parsing: text) }
    }

    @Test func `a change reaches the loggers that exist already`() throws {
        let levels = LogLevels()
        let sink = CollectingSink()
        let pipeline = try LogPipeline(sink: sink, redactor: Redactor())
        let logger = Logger(label: "market.kraken") {
            QueueLogHandler(label: $0, pipeline: pipeline, levels: levels)
        }
        logger.debug("unseen")
        try levels.set(.debug, for: "market")
        logger.debug("seen")
        levels.clear(prefix: "market")
        logger.debug("unseen")
        try levels.set(.error)
        logger.warning("unseen")
        levels.replace(with: LogLevelRules(base: .trace))
        logger.trace("traced")
        #expect(pipeline.close(within: .seconds(5)))
        #expect(sink.messages == ["seen", "traced"])
    }

    @Test func `a level set on one logger stays with that logger`() throws {
        let levels = LogLevels()
        let sink = CollectingSink()
        let pipeline = try LogPipeline(sink: sink, redactor: Redactor())
        let first = Logger(label: "bus") { QueueLogHandler(label: $0, pipeline: pipeline, levels: levels) }
        var second = first
        second.logLevel = .debug
        first.debug("of the first")
        second.debug("of the second")
        #expect(pipeline.close(within: .seconds(5)))
        #expect(sink.messages == ["of the second"])
    }

    @Test func `the snapshot shows rules and labels`() throws {
        let levels = LogLevels()
        _ = levels.live("bus.zeromq")
        try levels.set(.trace, for: "bus")
        #expect(levels.snapshot().rules.exceptions == ["bus": .trace])
        #expect(levels.snapshot().labels == ["bus.zeromq": .trace])
    }

    @Test func `labels beyond the limit follow the base level`() throws {
        let levels = LogLevels()
        for number in 0..<LogLevels.labelsMax { _ = levels.live("made.\(number)") }
        let late = levels.live("late")
        try levels.set(.trace)
        #expect(late.level == .trace)
        #expect(levels.snapshot().labels.count == LogLevels.labelsMax)
    }

    @Test func `the number of prefixes is bounded`() throws {
        let levels = LogLevels()
        for number in 0..<LogLevelRules.exceptionsMax { try levels.set(.debug, for: "p\(number)") }
        #expect(throws: LogLevelError.tooManyPrefixes) { try levels.set(.debug, for: "one.more") }
        try levels.set(.trace, for: "p0")
    }
}
