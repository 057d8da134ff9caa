import Domain
import Testing

@testable import Sentiment

/// The rules of the keyword classifier, one by one.
@Suite struct KeywordTests {
    private static func score(_ text: String) -> Double { KeywordClassifier().answers([text])[0].score }

    @Test(arguments: [
        // Words and things.
        "Regulator grants approval to exchange", "Inflows into funds continue", "Bank wins large mandate",
        // Directions and what they apply to.
        "Profit rises at lender", "Losses narrow at lender", "Costs fall at the miner", "Lender narrows its losses",
        "Outflows slow this week", "Unemployment falls again", "Growth in sales this year", "Miner cuts its debt",
        "Bitcoin climbs 5%", "Net sales increased by 5 %", "Fears ease over the bank", "Up 12% since Monday, says fund",
        // What ends.
        "Watchdog lifts ban on trading", "Judge dismisses lawsuit", "Lawsuit dismissed by judge",
        "Firm avoids bankruptcy",
        "Court ends the investigation", "Exchange recovers from hack",
        // Figures.
        "Sales were EUR 15.9 mn, compared to EUR 15.6 mn before", "Margin of 7.9% versus 6.1% before",
        "Income went from $3 million to $5 million", "Costs were $3.1 million against $4.5 million",
        "Profit of EUR 3.1 mn compared to a loss of EUR 1.2 mn",
        "BTC +5% today, more to come", "Order worth 90 million won",
        // Negation, turns and degrees.
        "There is no fraud at the fund", "The exchange was not hacked", "Sales fell, but the outlook is very strong",
        "Despite the losses, profit rises", "Shares rise despite the hack",
        // Emoji and tickers.
        "$ABC 🚀 next week, everyone", "$ABC rises on the news",
    ])
    func `good news is good`(text: String) {
        #expect(Self.score(text) >= 0.2, "\(Self.score(text))")
    }

    @Test(arguments: [
        "Hackers stole funds of exchange", "Outflows from funds continue", "Lender files for bankruptcy",
        "Profit falls at lender", "Losses widen at lender", "Costs rise at the miner", "Inflows shrink this week",
        "Unemployment rises again", "Decline in sales this year", "Bitcoin slides 5%", "Shares fall after loss",
        "Watchdog bans trading of tokens", "Regulator rejects approval", "Court halts the listing",
        "Approval denied by regulator", "Exchange suspends withdrawals",
        "Sales were EUR 15.6 mn, compared to EUR 15.9 mn before", "Margin of 6.1% versus 7.9% before",
        "Income went from $5 million to $3 million", "Costs were $4.5 million against $3.1 million",
        "A loss of EUR 1.2 mn compared to a profit of EUR 3.1 mn", "BTC -5% today, more to come",
        "The fund is not profitable", "Profit did not rise at all", "Sales rose, but the outlook is very weak",
        "Despite the profit, shares plunge", "Shares fall despite record profit", "$ABC 📉 everyone is leaving",
        "Losses were up to blame: losses rise",
    ])
    func `bad news is bad`(text: String) {
        #expect(Self.score(text) <= -0.2, "\(Self.score(text))")
    }

    @Test(arguments: [
        "The company has offices in 12 countries", "The meeting takes place on Monday", "What is a stablecoin?",
        "Net sales were EUR 15.9 mn in 2010", "Trading ran from 10 to 12 on Monday", "Startups set up shop in town",
        "Bug bounty programme explained", "Sales were EUR 5.0 mn, compared to EUR 5.0 mn before",
        "The order of 3 units is from 5 March",
    ])
    func `what is no news is neutral`(text: String) {
        #expect(abs(Self.score(text)) < 0.2, "\(Self.score(text))")
    }

    @Test(arguments: [
        ("Profit rises sharply at lender", "Profit rises at lender"),
        ("Profit rises at lender", "Profit rises slightly at lender"),
        ("Bitcoin surges today", "Bitcoin rises today"), ("Shares may rise at once", "Shares never rise at once"),
        ("Shares rise this week", "Shares may rise this week"),
        ("Shares rise this week", "Will shares rise this week?"),
        ("Hack of exchange averted", "Hack of exchange"),
    ])
    func `one text is better news than another`(better: String, worse: String) {
        #expect(Self.score(better) > Self.score(worse), "\(Self.score(better)) \(Self.score(worse))")
    }

    @Test func `the label changes where the level does`() {
        for score in stride(from: -1.0, through: 1.0, by: 0.03) {
            let answer = KeywordClassifier.answer(score: score, method: "keyword")
            let label: SentimentLabel =
                switch SentimentLevel(score: score) {
                case .positive, .veryPositive: .bullish
                case .negative, .veryNegative: .bearish
                case .neutral, nil: .neutral
                }
            #expect(answer.label == label, "\(score)")
        }
    }

    @Test func `a score stays within its bounds`() {
        let text = String(repeating: "bullish soars ", count: 40)
        #expect(Self.score(text) > 0.9 && Self.score(text) <= 1)
        #expect(Self.score(String(repeating: "hacked plunges ", count: 40)) >= -1)
    }
}
