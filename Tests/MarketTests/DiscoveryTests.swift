import Bus
import Domain
import HTTPClient
import TestKit
import Testing

@testable import Market

/// What may be asked as a candidate, and what its answers say of it.
struct DiscoveryTests {
    @Test(arguments: [
        "https://api1.binance.com", "https://api1.binance.com/", "https://api.example.com:8443",
        "http://127.0.0.1:8080",
        "http://localhost:80", "https://[::1]:9", "http://127.9.8.7", "https://8.8.8.8",
    ])
    func `public hosts with https and this machine may be candidates`(text: String) throws {
        let address = try #require(CandidateAddress(text))
        #expect(!address.text.hasSuffix("/"))
        #expect(CandidateAddress(address.text) == address)
        let isHere = ["127.", "localhost", "[::1]"].contains { text.contains("//\($0)") }
        #expect(address.isLoopback == isHere)
        // A name that leads to a private address is refused when it is looked up.
        #expect(address.trust == (isHere ? .configured : .userGiven))
    }

    @Test(arguments: [
        "", "api1.binance.com", "http://api1.binance.com", "ftp://127.0.0.1", "https://10.0.0.1", "https://192.168.1.9",
        "https://169.254.169.254", "https://[fd00::1]", "https://[::ffff:127.0.0.1]", "http://0.0.0.0",
        "https://user@api1.binance.com", "https://api1.binance.com/api", "https://api1.binance.com/?a=b",
        "https://api1.binance.com./x", "https://0x0a000001",
        "https://\(String(repeating: "a", count: 200)).com",
    ])
    func `private addresses, paths and other schemes are no candidates`(text: String) {
        #expect(CandidateAddress(text) == nil)
    }

    @Test func `a price is held against what is known, within the tolerance`() throws {
        let pair = try #require(TradingPair("BTC-USD"))
        let known = PriceComparison.Known(price: try #require(Price("50000")), source: "kraken")
        let comparison = PriceComparison(known: known, tolerancePercent: 1)
        for (text, outcome) in [
            ("50499", CandidateReport.Check.Outcome.passed), ("49501", .passed), ("50501", .failed), ("49499", .failed),
            ("-50000", .failed), ("500", .failed),
        ] {
            let check = comparison.check(try #require(Price(text)), of: pair)
            #expect(check.outcome == outcome, "\(text)")
            #expect(check.detail.contains(text) && check.detail.contains("kraken 50000"))
        }
        let nothing = PriceComparison(known: nil, tolerancePercent: 1).check(known.price, of: pair)
        #expect(nothing.outcome == .unknown && nothing.detail.contains("the station knows no price"))
    }

    @Test func `words of the other side are cut, and of one line`() {
        let check = CandidateReport.Check(
            "answer",
            .failed,
            "a\u{1B}[31m\n\u{202E}b" + String(repeating: "x", count: 999)
        )
        #expect(check.detail.hasPrefix("a [31m  b"))
        #expect(check.detail.count == CandidateReport.Check.detailCharactersMax)
    }

    @Test func `it takes an answer to be good, and one that is bad not to be`() {
        func report(_ outcomes: CandidateReport.Check.Outcome...) -> CandidateReport {
            CandidateReport(checks: outcomes.map { .init("x", $0, "") }, latency: nil)
        }
        #expect(!report().isGood && !report(.unknown).isGood && !report(.passed, .failed).isGood)
        #expect(report(.passed).isGood && report(.passed, .unknown).isGood)
    }

    // MARK: Asking

    private let clock = ManualClock()

    private func probe(_ provider: ScriptedProvider) async throws -> CandidateReport {
        let pair = try #require(TradingPair("BTC-USD"))
        let known = PriceComparison.Known(price: Price(ExactDecimal(100)), source: "kraken")
        return try await CandidateProbe(provider, stopwatch: Stopwatch(clock), now: { recordedAt })
            .run(pair, PriceComparison(known: known, tolerancePercent: 1))
    }

    @Test func `whoever has no candles has none, and is good all the same`() async throws {
        let report = try await probe(.good("binance"))
        #expect(report.checks.map(\.name) == ["answer", "price", "candles"])
        #expect(report.checks.map(\.outcome) == [.passed, .passed, .unknown])
        #expect(report.isGood && report.latency == .zero)
    }

    @Test(arguments: [
        (ProviderError(.malformed, "200 with text/html"), "malformed: 200 with text/html"),
        (ProviderError(.unknownMarket), "unknown market"), (ProviderError(.refused, "451"), "refused: 451"),
    ])
    func `after a bad answer nothing more is asked`(error: ProviderError, detail: String) async throws {
        let provider = ScriptedProvider.bad("binance", error)
        let report = try await probe(provider)
        #expect(report.checks == [.init("answer", .failed, detail)])
        #expect(!report.isGood && report.latency == nil && provider.asked == 1)
    }

    @Test func `what is too old is no answer, and what cannot be asked is not`() async throws {
        let old = ScriptedProvider("binance") { query throws(ProviderError) in
            ProviderAnswer(ScriptedProvider.quotes(for: query, asOf: query.now.advanced(by: .seconds(-3600))))
        }
        #expect(try await probe(old).checks.last?.detail.contains("outdated") == true)
        let keyless = ScriptedProvider("coincap", obstacle: "needs a key") { _ throws(ProviderError) in
            throw ProviderError(.notSetUp)
        }
        #expect(try await probe(keyless).checks == [.init("set-up", .failed, "needs a key")])
        #expect(keyless.asked == 0)
    }

    @Test func `whoever is silent has had his time, and a probe that is given up says nothing`() async throws {
        let clock = clock
        let silent = ScriptedProvider("binance") { _ throws(ProviderError) in
            do {
                try await clock.sleep(until: ManualClock.Instant.zero.advanced(by: .seconds(3600)), tolerance: nil)
            } catch {
                throw ProviderError(.cancelled)
            }
            throw ProviderError(.unreachable)
        }
        try await withThrowingTaskGroup(of: CandidateReport.self) { group in
            // Against the clock that the test moves.
            group.addTask { try await probe(silent) }
            await clock.waitForSleepers(2)
            clock.advance(by: .seconds(4))
            let report = try #require(try await group.next())
            #expect(report.checks.count == 1 && report.checks[0].detail.hasPrefix("timed out"))
        }
        await #expect(throws: CancellationError.self) {
            try await withThrowingTaskGroup(of: CandidateReport.self) { group in
                // To be given up while it waits.
                group.addTask { try await probe(silent) }
                await clock.waitForSleepers(2)
                group.cancelAll()
                _ = try await group.next()
            }
        }
    }
}
