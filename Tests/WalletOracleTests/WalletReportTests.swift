import Bus
import Domain
import JSON
import Testing
import WalletOracle

@Suite struct WalletReportTests {
    private static let madeAt = Timestamp(nanoseconds: 1_700_000_000_123_456_789)

    private func metrics() -> WalletMetrics {
        var metrics = WalletMetrics()
        metrics.transactions = 30
        metrics.volume = ExactDecimal("1234.5678")
        metrics.winRatio = Ratio(2, of: 3)
        metrics.rugRatio = Ratio(1, of: 8)
        metrics.totalProfit = ExactDecimal("-0.005")
        metrics.volatility = 0.123456789
        metrics.isWhale = false
        metrics.counts.closedTrades = 24
        metrics.counts.wins = 16
        return metrics
    }

    private func report(_ metrics: WalletMetrics) -> WalletReport {
        WalletReport(
            wallet: RowMaker.wallet,
            metrics: metrics,
            sources: [
                SourceNote(
                    name: "helius",
                    slot: 77,
                    from: Timestamp(seconds: 1),
                    to: Self.madeAt,
                    pages: 3,
                    completeness: .complete
                ),
                SourceNote(
                    name: "quicknode",
                    slot: nil,
                    from: nil,
                    to: nil,
                    pages: 0,
                    completeness: .missing(reason: "timed out")
                ),
            ],
            madeAt: Self.madeAt
        )
    }

    @Test func `the bytes are canonical: sorted names, fixed digits, no floating point`() {
        let text = String(decoding: report(metrics()).bytesToSign, as: UTF8.self)
        let expected = """
            {"chain":"solana","counts":{"closed_trades":24,"failed":0,"misplaced":0,"rugs":0,"unknown_costs":0,\
            "unknown_prices":0,"unvalued_swaps":0,"wins":16},"flags":[],"kind":"cryptocall.wallet-report",\
            "made_at":"2023-11-14T22:13:20.123456Z","metrics":{"average_pnl_usd":null,"cold":null,"days_active":null,\
            "hot":null,"max_drawdown":null,"meme_exposure":null,"pnl_7d_usd":null,"rug_ratio":"0.125000",\
            "total_pnl_usd":"0.00","transactions":30,"volatility":"0.123457","volume_usd":"1234.57","whale":false,\
            "win_ratio":"0.666667","x_sentiment":"neutral"},"policy":"wallet-oracle-1","sources":[{\
            "from":"1970-01-01T00:00:01.000000Z","name":"helius","pages":3,"reason":null,"slot":77,"state":"complete",\
            "to":"2023-11-14T22:13:20.123456Z"},{"from":null,"name":"quicknode","pages":0,"reason":"timed out",\
            "slot":null,"state":"missing","to":null}],"stale_after":"2023-11-14T23:13:20.123456Z",\
            "tier":{"number":3,"rule":"skilled"},"version":1,"wallet":"9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFin",\
            "window":{"from":"2023-10-15T22:13:20.123456Z","to":"2023-11-14T22:13:20.123456Z"}}
            """
        #expect(text == expected)
    }

    @Test func `a report that is read back equals the one that was written`() throws {
        for metrics in [metrics(), WalletMetrics()] {
            let report = report(metrics)
            let read = try WalletReport(parsing: report.bytesToSign)
            #expect(read == report && read.tier == report.tier)
        }
        #expect(report(WalletMetrics()).rule == .noData && !report(metrics()).isComplete)
    }

    @Test func `a tier is judged before figures are rounded`() {
        var metrics = metrics()
        metrics.winRatio = Ratio(5_500_000_001, of: 10_000_000_000)
        #expect(report(metrics).tier == .respect)
    }

    @Test func `a report gets stale after its hour`() {
        let report = report(metrics())
        #expect(!report.isStale(at: report.staleAfter))
        #expect(report.isStale(at: report.staleAfter.advanced(by: .nanoseconds(1))))
    }

    private func problem(_ bytes: [UInt8]) -> WalletReport.Problem? {
        do throws(WalletReport.Problem) {
            _ = try WalletReport(parsing: bytes)
            return nil
        } catch { return error }
    }

    @Test func `anything else than what was written is refused`() {
        let text = String(decoding: report(metrics()).bytesToSign, as: UTF8.self)
        func changed(_ old: String, _ new: String) -> WalletReport.Problem? {
            problem(Array(text.replacing(old, with: new, maxReplacements: 1).utf8))
        }
        #expect(changed("{\"chain\"", "{ \"chain\"") == .notCanonical)
        #expect(changed("\"chain\":", "\"aaa\":1,\"chain\":") == .notCanonical)
        #expect(changed("0.125000", "0.125") == .notCanonical)
        #expect(changed("\"number\":3", "\"number\":5") == .notCanonical)
        #expect(changed("skilled", "skilful") == .badField("tier.rule"))
        #expect(changed("\"rug_ratio\":", "\"rug\":") == .badField("rug_ratio"))
        #expect(changed("\"pages\":3", "\"pages\":3.5") == .badField("pages"))
        #expect(changed("\"version\":1", "\"version\":2") == .badField("version"))
        #expect(problem(Array("{".utf8)) == .notJSON)
        #expect(problem([UInt8](repeating: 32, count: WalletReport.bytesMax + 1)) == .tooLarge(bytes: 262_145))
    }

    /// Stands for a signature here: 64 bytes that depend on every byte.
    private static func sign(_ bytes: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        hash.update(bytes)
        return Array(hash.hexadecimal().utf8)
    }

    @Test func `a signed report travels and is checked`() throws {
        let report = report(metrics())
        let signed = try SignedReport(report, keyID: "station-1", sign: Self.sign)
        let read = try SignedReport(parsing: signed.bytes)
        #expect(read == signed && read.report == report.bytesToSign)
        let verified = try read.verified { bytes, signature, keyID in
            keyID == "station-1" && Self.sign(bytes) == signature
        }
        #expect(verified == report)
    }

    @Test func `a forged report is refused`() throws {
        let signed = try SignedReport(report(metrics()), keyID: "station-1", sign: Self.sign)
        var bytes = signed.bytes
        let place = try #require(bytes.firstIndex(of: UInt8(ascii: "7")))
        bytes[place] = UInt8(ascii: "8")
        let forged = try SignedReport(parsing: bytes)
        #expect(throws: SignedReport.Problem.forged(keyID: "station-1")) {
            try forged.verified { bytes, signature, _ in Self.sign(bytes) == signature }
        }
    }

    @Test func `an envelope has to be one`() throws {
        let signed = try SignedReport(report(metrics()), keyID: "k", sign: Self.sign)
        let text = String(decoding: signed.bytes, as: UTF8.self)
        let other = text.replacing("Ed25519", with: "RSA")
        #expect(throws: SignedReport.Problem.unknownAlgorithm) { try SignedReport(parsing: Array(other.utf8)) }
        let short: JSONValue = ["algorithm": "Ed25519", "key_id": "k", "report": "{}", "signature": "AAAA"]
        #expect(throws: SignedReport.Problem.badSignatureLength(3)) { try SignedReport(parsing: short.bytes) }
        #expect(throws: SignedReport.Problem.notAnEnvelope) { try SignedReport(parsing: Array("[]".utf8)) }
        #expect(throws: SignedReport.Problem.badSignatureLength(1)) {
            try SignedReport(report(metrics()), keyID: "k") { _ in [1] }
        }
    }
}
