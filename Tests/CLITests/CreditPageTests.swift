import BusZeroMQ
import JSON
import Testing

@testable import CLI
@testable import CryptoCallClient

/// What an operator sees of credits and prices.
struct CreditPageTests {
    private func decode<Value: Decodable>(_ type: Value.Type, _ json: String) throws -> Value {
        try Session.decode(type, from: JSONValue(parsing: Array(json.utf8)), of: "test")
    }

    @Test func `an account that is paused is shown with what to do`() throws {
        let page = try decode(
            CreditsPage.self,
            #"""
            {"user":"ann@example.org","balance":12,"held":0,"available":12,"low":true,
            "pausedAt":"2026-11-26T11:00:00.000000000Z","count":0,"entries":[]}
            """#
        )
        #expect(
            CreditLines.page(page, TerminalTests.plain) == [
                "ann@example.org",
                "  balance    12",
                "  paused     since 2026-11-26 11:00:00; credits resume lets the user spend again",
                "no transactions",
            ]
        )
    }

    @Test func `a station that knows of no pauses is read all the same`() throws {
        let page = try decode(
            CreditsPage.self,
            #"{"user":"a","balance":12,"held":2,"available":10,"count":0,"entries":[]}"#
        )
        #expect(page.pausedAt == nil && page.low == nil)
        #expect(!CreditLines.page(page, TerminalTests.plain).joined().contains("paused"))
    }

    @Test func `the overview lists who is paused`() throws {
        let overview = try decode(
            CreditsOverview.self,
            #"""
            {"days":30,"accounts":1,"balance":5,"held":0,"charges":0,"charged":0,"averageCharge":null,"byProvider":[],
            "topUsers":[],"pausedCount":1,"paused":[{"user":"u1","since":"2026-11-26T11:00:00Z"}]}
            """#
        )
        let lines = CreditLines.overview(overview, TerminalTests.plain)
        #expect(lines.suffix(2) == ["PAUSED USER  SINCE", "u1           2026-11-26 11:00:00"])
    }

    @Test func `prices tell what subscribers pay for some time yet`() throws {
        let prices = try decode(
            ModelPrices.self,
            #"""
            {"asOf":"2026-11-21","models":[{"name":"grok","provider":"xai","model":"g","ledger":"grok","creditsInput":2,
            "creditsOutput":4,"creditsCall":1,"usdInput":"1","usdCached":"0","usdOutput":"2","usdSearch":"0","contextTokens":8192,
            "subscribers":{"creditsInput":1.5,"creditsOutput":4,"creditsCall":1,"until":"2026-12-26T11:00:00.5Z"}},
            {"name":"gpt","provider":"openai","model":"g","ledger":"gpt","creditsInput":3,"creditsOutput":10,
            "creditsCall":2,"usdInput":"1","usdCached":"0","usdOutput":"2","usdSearch":"0","contextTokens":8192,"subscribers":null}]}
            """#
        )
        let lines = ModelLines.prices(prices, TerminalTests.plain)
        let notices = lines.filter { $0.contains("subscribers") }
        #expect(notices == ["grok: subscribers pay 1.5, 4 and 1 until 2026-12-26 11:00:00"])
    }
}
