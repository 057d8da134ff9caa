import Actors
import Bus
import Domain
import Testing

struct HostDeskTests {
    private var market = Market()

    /// Says a number of segments, ten seconds apart.
    private func talk(
        _ desk: inout HostDesk,
        _ count: Int,
        settings: HostSettings = settings(),
        from start: Timestamp,
        before: (inout HostDesk, Timestamp) throws -> Void = { _, _ in }
    ) throws -> [HostSpoke] {
        var segments: [HostSpoke] = []
        for number in 0..<count {
            let elapsed = Duration.seconds(10 * number)
            let now = start.advanced(by: elapsed)
            try before(&desk, now)
            // Where nothing new can be said, nothing is.
            if let said = desk.speak(settings, now: now, elapsed: elapsed) { segments.append(said.event) }
        }
        return segments
    }

    @Test mutating func `the first segment with prices says a true figure with its time and source`() throws {
        var desk = HostDesk(seed: 1, startedAt: .zero)
        desk.briefing.note(try market.tick("BTC-USD", "64250.12"))
        let said = desk.speak(settings(), now: market.now, elapsed: .zero)
        let segment = try #require(said)
        let spoken = segment.event
        #expect(spoken.kind == .fallback)
        #expect(spoken.text.contains("Bitcoin"))
        #expect(spoken.text.contains("64,250.12 Tether dollars"))
        #expect(spoken.text.contains("Binance"))
        #expect(spoken.text.contains("22:14 UTC"))
        #expect(spoken.symbols.map(\.text) == ["BTC-USD"])
        #expect(spoken.facts.first?.value == ExactDecimal("64250.12"))
        #expect(spoken.facts.first?.asOf == market.now)
        #expect(segment.cause?.topic == PriceTicked.topic)
        #expect(HostTemplates.all.contains { $0.id == spoken.template })
    }

    @Test(arguments: [UInt64(1), 2, 3, 4, 5])
    func `no text comes twice in a row, with prices or without`(seed: UInt64) throws {
        for pairs in [[], ["BTC-USD"], ["BTC-USD", "ETH-USD", "SOL-USD"]] {
            var desk = HostDesk(seed: seed, startedAt: .zero)
            let segments = try talk(&desk, 300, from: Market().now) { desk, now in
                var market = Market()
                market.now = now
                for pair in pairs {
                    desk.briefing.note(try market.tick(pair, "100.5", change: "1.5", low: "90", high: "110"))
                }
            }
            for (earlier, later) in zip(segments, segments.dropFirst()) {
                #expect(earlier.template != later.template)
                #expect(earlier.text != later.text)
            }
        }
    }

    @Test mutating func `the same seed and figures make the same talk`() throws {
        func texts(_ seed: UInt64) throws -> [String] {
            var desk = HostDesk(seed: seed, startedAt: .zero)
            return try talk(&desk, 50, from: Market().now) { desk, now in
                var market = Market()
                market.now = now
                desk.briefing.note(try market.tick("BTC-USD", "100"))
                desk.briefing.note(try market.tick("ETH-USD", "200"))
            }.map(\.text)
        }
        #expect(try texts(7) == texts(7))
        #expect(try texts(7) != texts(8))
    }

    @Test mutating func `a price that is too old is never said`() throws {
        var desk = HostDesk(seed: 1, startedAt: .zero)
        desk.briefing.note(try market.tick("BTC-USD", "64250.12", change: "1.5", low: "1", high: "2"))
        let late = market.now.advanced(by: .milliseconds(30_001))
        for segment in try talk(&desk, 200, from: late) {
            #expect(segment.facts.isEmpty)
            #expect(segment.symbols.isEmpty)
            #expect(!segment.text.contains("64"))
        }
    }

    @Test mutating func `a price is said up to its limit`() throws {
        var desk = HostDesk(seed: 1, startedAt: .zero)
        desk.briefing.note(try market.tick("BTC-USD", "64250.12"))
        let segment = desk.speak(settings(), now: market.now.advanced(by: .seconds(30)), elapsed: .zero)
        #expect(segment?.event.facts.isEmpty == false)
    }

    @Test mutating func `a stale pair is left out while a fresh one is read`() throws {
        var desk = HostDesk(seed: 1, startedAt: .zero)
        desk.briefing.note(try market.tick("BTC-USD", "64250.12", asOf: market.now.advanced(by: .seconds(-3600))))
        let segments = try talk(&desk, 100, from: market.now) { desk, now in
            var market = Market()
            market.now = now
            desk.briefing.note(try market.tick("ETH-USD", "2000"))
        }
        #expect(segments.allSatisfy { !$0.symbols.contains { $0.base == "BTC" } })
        #expect(segments.contains { $0.symbols.contains { $0.base == "ETH" } })
    }

    @Test func `without prices the host says so and quotes none`() throws {
        var desk = HostDesk(seed: 1, startedAt: .zero)
        let segments = try talk(&desk, 60, from: Market().now)
        #expect(segments.first?.template?.hasPrefix("down.") == true)
        #expect(segments.allSatisfy { $0.facts.isEmpty })
        #expect(Set(segments.compactMap(\.template)).count >= 8)
    }

    @Test mutating func `every pair gets its turn`() throws {
        var desk = HostDesk(seed: 1, startedAt: .zero)
        let segments = try talk(&desk, 30, from: market.now) { desk, now in
            var market = Market()
            market.now = now
            for pair in ["BTC-USD", "ETH-USD", "SOL-USD"] { desk.briefing.note(try market.tick(pair, "100")) }
        }
        let counts = Dictionary(grouping: segments.flatMap(\.symbols)) { $0 }.mapValues(\.count)
        #expect(counts.count == 3)
        #expect(counts.values.allSatisfy { $0 >= 6 })
    }

    // MARK: History

    private func replayed(_ desk: inout HostDesk, close: String = "43050.5", at time: String = "2022-03-03T13:00:00Z")
        throws
    {
        var market = Market()
        let opening = try #require(Timestamp(time))
        let source = "replay:BTCUSDT_1h.csv"
        let pair = try #require(TradingPair("BTC-USD"))
        let candle = Candle(
            openTime: opening,
            interval: .oneHour,
            open: try #require(Price("43000")),
            high: try #require(Price("44000")),
            low: try #require(Price("42000")),
            close: try #require(Price(close)),
            volume: .zero
        )
        desk.briefing.note(MarketSourceChanged(source: source, previous: nil, reason: "recorded", at: market.now))
        desk.briefing.note(CandleClosed(pair: pair, candle: candle, source: source, symbol: "BTCUSDT"))
        desk.briefing.note(try market.tick("BTC-USD", close, source: source, asOf: candle.closeTime))
    }

    @Test func `history is said with its date and never as now`() throws {
        for seed in UInt64(0)..<30 {
            var desk = HostDesk(seed: seed, startedAt: .zero)
            try replayed(&desk)
            let said = desk.speak(settings(), now: Market().now, elapsed: .zero)
            let segment = try #require(said).event
            #expect(segment.text.contains("3 March 2022 at 14:00 UTC"))
            #expect(segment.text.contains("43,050.50 Tether dollars"))
            #expect(segment.template?.hasPrefix("history.") == true)
            #expect(segment.facts.first?.source == "replay:BTCUSDT_1h.csv")
            #expect(segment.facts.first?.asOf == Timestamp("2022-03-03T14:00:00Z"))
        }
    }

    @Test func `one recorded candle is not read for ever`() throws {
        var desk = HostDesk(seed: 1, startedAt: .zero)
        try replayed(&desk)
        let segments = try talk(&desk, 40, from: Market().now)
        #expect(segments.count { !$0.facts.isEmpty } == 2)
    }

    @Test func `once the file has ended history is left alone`() throws {
        var desk = HostDesk(seed: 1, startedAt: .zero)
        try replayed(&desk)
        desk.briefing.note(MarketSourceChanged(source: nil, previous: "replay:x", reason: "ended", at: Market().now))
        #expect(try talk(&desk, 40, from: Market().now).allSatisfy { $0.facts.isEmpty })
    }

    // MARK: When

    @Test mutating func `with prices it speaks at once, without after three seconds`() throws {
        var desk = HostDesk(seed: 1, startedAt: .seconds(100))
        #expect(desk.dueAt(settings(), now: market.now) == .seconds(103))
        desk.briefing.note(try market.tick("BTC-USD", "1"))
        #expect(desk.dueAt(settings(), now: market.now) == .seconds(100))
    }

    @Test mutating func `prices that come after a time without are read soon, however long segments are`() throws {
        var desk = HostDesk(seed: 1, startedAt: .zero)
        var slow = settings()
        slow.segmentEvery = .seconds(3600)
        _ = desk.speak(slow, now: market.now, elapsed: .seconds(3))
        #expect(desk.dueAt(slow, now: market.now) == .seconds(3603))
        desk.briefing.note(try market.tick("BTC-USD", "1"))
        #expect(desk.dueAt(slow, now: market.now) == .seconds(5))
        _ = desk.speak(slow, now: market.now, elapsed: .seconds(5))
        #expect(desk.dueAt(slow, now: market.now) == .seconds(3605))
    }

    // MARK: The validator at work

    @Test func `a text that is not approved after all is not said, and another one is`() throws {
        let templates = [
            HostTemplate("bad", .noPrices, "You should buy now."), HostTemplate("good", .nothing, "This is {station}."),
            HostTemplate("other", .nothing, "Here is {host}."),
        ]
        var desk = HostDesk(seed: 1, startedAt: .zero, templates: templates)
        let segments = try talk(&desk, 20, from: Market().now)
        #expect(Set(segments.compactMap(\.template)) == ["good", "other"])
        #expect(desk.refused["bad"]?.isEmpty == false)
    }

    @Test func `a name with markup keeps its texts off the air and leaves the others`() throws {
        var desk = HostDesk(seed: 1, startedAt: .zero)
        let segments = try talk(&desk, 40, settings: settings(station: "<b>Crypto</b>"), from: Market().now)
        #expect(segments.allSatisfy { !$0.text.contains("<") })
        #expect(!desk.refused.isEmpty)
    }
}
