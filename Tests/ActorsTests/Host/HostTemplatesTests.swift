import Bus
import Domain
import Testing

@testable import Actors

struct HostTemplatesTests {
    @Test func `no id is used twice`() {
        let ids = HostTemplates.all.map(\.id)
        #expect(Set(ids).count == ids.count)
        #expect(HostTemplates.retired.isDisjoint(with: ids))
    }

    @Test(arguments: Energy.allCases)
    func `there are always enough texts that need nothing`(energy: Energy) {
        let plain = HostTemplates.all.filter { $0.need == .nothing && $0.energies.contains(energy) }
        #expect(plain.count >= 3)
        // They can be said anew each minute, and say whose they are.
        let timed = plain.filter(\.isTimed)
        #expect(timed.count >= 8)
        let own = timed.filter { $0.energies.count < Energy.allCases.count }
        #expect(own.count >= 3)
        #expect(own.allSatisfy { ["{station}", "{host}", "{part}"].contains(where: $0.text.contains) })
    }

    @Test func `what is said with figures, or with the time, can be said anew in every sentence`() throws {
        let places = ["{now}", "{time}", "{date}", "{title}"]
        let constant = HostTemplates.all.filter { template in
            SaidSentences.sentences(of: template.text.replacing("{", with: "").replacing("}", with: "")).count > 1
                || !places.contains(where: template.text.contains)
        }
        // These are said once in six hours.
        #expect(Set(constant.map(\.need)).isSubset(of: [.nothing, .noPrices]))
        #expect(constant.allSatisfy { !$0.isTimed })
    }

    @Test func `every approved text passes the validator when it is filled`() throws {
        var market = Market()
        let ticks = [
            try market.tick("BTC-USD", "64250.12", change: "-1.25", low: "63000", high: "65000.5"),
            try market.tick("SOL-USD", "0.000123", symbol: "SOLUSD", change: "0", low: "0.0001", high: "0.0002"),
        ]
        let opening = CandleInterval.oneHour.start(of: market.now)
        let entries = ticks.map { envelope in
            let price = envelope.payload.price
            let candle = Candle(
                openTime: opening,
                interval: .oneHour,
                open: price,
                high: price,
                low: price,
                close: price,
                volume: .zero
            )
            return PriceEntry(header: envelope.header, tick: envelope.payload, ageMax: nil, candle: candle)
        }
        let filler = TemplateFiller(settings: ShowSimulation.twoHosts, now: market.now)
        let trends = Envelope(
            header: ticks[0].header,
            payload: TrendListUpdated(mentions: [], source: "xai/grok", asOf: market.now, dropped: 0)
        )
        let moods = market.mood(index: 20, score: -0.61)
        let headline = Headline(market.headline("Ether & Solana funds take in $1.2B"))
        for template in HostTemplates.all {
            for (order, sentiment) in zip([entries, entries.reversed(), entries], SentimentLabel.allCases) {
                let mention = TrendMention(symbol: "BTC", sentiment: sentiment, changePercent: ExactDecimal(-3))
                let subject = TemplateFiller.Subject(
                    entries: order,
                    talk: TrendTalk(mention, of: trends, ageMax: .seconds(600)),
                    mood: template.need == .index
                        ? MoodEntry(indexOf: moods, ageMax: .seconds(1))
                        : MoodEntry(newsOf: moods, ageMax: .seconds(1)),
                    headline: headline
                )
                let filled = try #require(filler.fill(template, with: subject), "\(template.id)")
                #expect(SpeechValidator.violations(in: filled.text, symbols: filled.symbols).isEmpty, "\(template.id)")
                #expect(!filled.text.contains("{"))
                let digits = filled.text.contains(where: \.isNumber)
                // The figures of a headline are those of whoever wrote it.
                let isTimeOnly = template.text.contains("{now}") || template.need == .headline
                #expect(!digits || isTimeOnly || !filled.facts.isEmpty, "\(template.id) has figures without facts")
            }
        }
    }

    @Test func `a text whose figure is missing is not filled`() throws {
        var market = Market()
        let tick = try market.tick("BTC-USD", "1")
        let entry = PriceEntry(header: tick.header, tick: tick.payload, ageMax: nil, candle: nil)
        let filler = TemplateFiller(settings: settings(), now: market.now)
        for template in HostTemplates.all
        where [.change, .range, .twoPrices, .trend, .index, .mood, .headline, .history].contains(template.need) {
            #expect(filler.fill(template, with: TemplateFiller.Subject(entries: [entry])) == nil, "\(template.id)")
        }
    }

    @Test func `two prices of different sources are not put side by side`() throws {
        var market = Market()
        let ticks = [try market.tick("BTC-USD", "1"), try market.tick("ETH-USD", "2", source: "kraken")]
        let entries = ticks.map { PriceEntry(header: $0.header, tick: $0.payload, ageMax: nil, candle: nil) }
        let template = try #require(HostTemplates.all.first { $0.need == .twoPrices })
        #expect(
            TemplateFiller(settings: settings(), now: market.now).fill(
                template,
                with: TemplateFiller.Subject(entries: entries)
            ) == nil
        )
    }

    @Test(arguments: [
        ("64250.1", "BTCUSDT", "64,250.10 Tether dollars"), ("1234567.891", "XXBTZUSD", "1,234,567.89 dollars"),
        ("999", "X", "999 dollars"), ("0.00012345678", "X", "0.000123 dollars"), ("-36.98", "X", "minus 36.98 dollars"),
    ])
    func `prices are said in words that can be heard`(price: String, symbol: String, expected: String) throws {
        let pair = try #require(TradingPair("BTC-USD"))
        #expect(SpeechText.price(try #require(Price(price)), pair, symbol: symbol) == expected)
    }

    @Test(arguments: [
        ("binance", "Binance"), ("binance-2", "Binance"), ("bybit-12", "bybit"), ("other", "other"), ("a-b", "a-b"),
        ("2", "2"), ("x2", "x2"), ("decrypt", "Decrypt"),
    ])
    func `another address of an exchange is spoken as the exchange`(source: String, expected: String) {
        #expect(SpeechText.provider(source) == expected)
    }

    @Test(arguments: [
        ("Fund takes in $1.2B, again", "Fund takes in 1.2 billion dollars, again"),
        ("It costs $67,250.", "It costs 67,250 dollars."),
        ("$5m & more", "5 million dollars and more"), ("$PEPE is up", "$PEPE is up"), ("Price $", "Price $"),
        ("$3x", "$3x"), ("Tether\u{2019}s $10bn", "Tether's 10 billion dollars"),
    ])
    func `signs that titles are full of are spoken`(title: String, expected: String) {
        #expect(SpeechText.plain(title) == expected)
    }

    @Test(arguments: [("1.256", "up 1.26 percent"), ("-0.4", "down 0.4 percent"), ("0.001", "unchanged")])
    func `changes are said with their direction`(percent: String, expected: String) throws {
        #expect(SpeechText.change(try #require(ExactDecimal(percent))) == expected)
    }

    @Test func `times are the station's`() throws {
        let time = try #require(Timestamp("2026-01-02T23:05:06Z"))
        let berlin = StationTime(zone: "Berlin time") { _ in 3600 }
        #expect(StationTime.utc.clock(time) == "23:05 UTC")
        #expect(berlin.clock(time) == "00:05 Berlin time")
        #expect(berlin.hour(of: time) == 0)
        #expect(StationTime.date(time) == "2 January 2026 at 23:05 UTC")
    }
}

struct SpeechValidatorTests {
    private let bitcoin = [TradingPair("BTC-USD")].compactMap(\.self)

    @Test(arguments: [
        "Bitcoin stands at 64,250.12 dollars, up 1.5 percent.", "BTC is unchanged.",
        "Don't worry: Bitcoin\u{2019}s price is 5 dollars!", "Bitcoin went all over the place.",
    ])
    func `plain speech passes`(text: String) {
        #expect(SpeechValidator.violations(in: text, symbols: bitcoin).isEmpty)
    }

    @Test(arguments: [
        "", "   ", "Bitcoin <b>up</b>", "*Bitcoin*", "Bitcoin (laughs) is up", "[music] Bitcoin", "Bitcoin {price}",
        "Bitcoin at https://example.com", "Bitcoin on www.example.com", "Bitcoin \u{1F680}", "Bitcoin\nis up",
        "# Bitcoin",
        "Bitcoin at $5", "You should buy Bitcoin.", "Bitcoin: buy now!", "Bitcoin will rise.", "Bitcoin, guaranteed.",
        "Bitcoin can\u{2019}t lose", "Go long Bitcoin", "Bitcoin, to the MOON",
    ])
    func `everything else is refused`(text: String) {
        #expect(!SpeechValidator.violations(in: text, symbols: bitcoin).isEmpty)
    }

    @Test func `what it talks about has to be named, as a word`() {
        #expect(SpeechValidator.violations(in: "It is at 5 dollars.", symbols: bitcoin) == [.unnamedSymbol("BTC-USD")])
        #expect(
            SpeechValidator.violations(in: "Bitcoiners are happy.", symbols: bitcoin) == [.unnamedSymbol("BTC-USD")]
        )
    }

    @Test func `a text that is too long is refused`() {
        let text = String(repeating: "Bitcoin ", count: 200)
        #expect(SpeechValidator.violations(in: text, symbols: bitcoin) == [.tooLong])
    }
}
