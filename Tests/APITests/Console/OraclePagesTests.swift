import Bus
import Domain
import HTTPClient
import Testing
import WalletOracle

@testable import API
@testable import WalletAnalysis

/// The oracle's pages, asked over a real connection.
@Suite(.timeLimit(.minutes(1))) struct OraclePagesTests {
    private typealias Sample = OraclePagesSample

    private func found(
        _ report: WalletReport,
        _ origin: AnalyzedWallet.Origin = .sources,
        isStale: Bool = false
    ) -> AnalyzedWallet {
        AnalyzedWallet(report: report, origin: origin, isStale: isStale)
    }

    // MARK: One wallet

    @Test func `an operator asks about any wallet, and gets the whole sheet`() async throws {
        var sample = Sample()
        sample.found = .success(found(Sample.report()))
        try await sample.serving { ask in
            let browser = Browser(ask: ask, cookie: "operator")
            let answer = try await browser.post("/oracle/wallet", ["wallet": "  \(Sample.wallet) "])
            let text = answer.text
            #expect(answer.status == 200 && sample.book.all == ["analyze \(Sample.wallet)"])
            #expect(text.contains(">tier 4</span>") && text.contains("4 of 5: is met with awe"))
            #expect(text.contains("more than 50,000 USD of volume in more than 50 transactions"))
            // Four fifths of 600, and one flag of five.
            #expect(text.contains("class=\"part\" x=\"0.0\" y=\"0.0\" width=\"480.0\""))
            #expect(text.contains("SEVERE_DRAWDOWN") && text.contains("20 of 100") && !text.contains("MEME_HEAVY"))
            #expect(text.contains(">62 %</span>") && text.contains(">12.5 %</span>") && text.contains(">81 %</span>"))
            #expect(text.contains("123,456.79 USD at least: 3 swaps have no known value"))
            #expect(text.contains("\u{2212}1,234.50 USD") && text.contains("\u{2212}0.05 USD"))
            #expect(text.contains("12.00 USD") && text.contains("41.07 % of the cost") && text.contains("400 days"))
            #expect(text.contains("<dd>1,250</dd>") && text.contains("<dd>bullish</dd>"))
            #expect(text.contains("fresh: worked out for this question") && text.contains(PolicyVersion.current))
            #expect(!text.contains("not known"), "all figures are known")
        }
    }

    @Test func `sources say what is missing, and a missing one has no number`() async throws {
        var sample = Sample()
        sample.found = .success(found(Sample.report(), .memory))
        try await sample.serving { ask in
            let answer = try await Browser(ask: ask, cookie: "operator").post(
                "/oracle/wallet",
                ["wallet": Sample.wallet]
            )
            let text = answer.text
            #expect(
                text.contains("<span class=\"tone poor\">partial</span>") && text.contains("2 rows could not be read")
            )
            #expect(text.contains("<span class=\"tone bad\">missing</span>") && text.contains("no endpoint is set up"))
            #expect(text.contains("312,345,678") && text.contains(">13</td>") && !text.contains(">0</td>"))
            #expect(text.contains("kept in memory from an earlier question"))
        }
    }

    @Test func `what nobody knows is not known, and has neither a number nor a bar`() async throws {
        var sample = Sample()
        let report = Sample.report(WalletMetrics(), sources: [Sample.sources[1]])
        sample.found = .success(found(report))
        try await sample.serving { ask in
            let answer = try await Browser(ask: ask, cookie: "operator").post(
                "/oracle/wallet",
                ["wallet": Sample.wallet]
            )
            let figures = try #require(answer.text.split(separator: "id=\"figures\"").last)
                .split(separator: "</section>")[0]
            // All but what X says.
            #expect(figures.ranges(of: "not known").count == 14)
            #expect(!figures.contains("<svg") && !figures.contains("<dd>0"))
            #expect(figures.contains("No history was read, so nothing was counted."))
            #expect(answer.text.contains("nobody has told anything of the wallet"))
            #expect(answer.text.contains("Nothing is known of this wallet") && !answer.text.contains("0 of 100"))
        }
    }

    @Test func `the signature, the signed text and the key stand folded on the page`() async throws {
        var sample = Sample()
        let report = Sample.report()
        sample.found = .success(found(report))
        try await sample.serving { ask in
            let answer = try await Browser(ask: ask, cookie: "operator").post(
                "/oracle/wallet",
                ["wallet": Sample.wallet]
            )
            let text = answer.text
            let signed = Markup(text: String(decoding: report.bytesToSign, as: UTF8.self)).html
            #expect(text.contains(">\(signed)</pre>") && text.contains("<code>k1</code>"))
            #expect(
                text.contains(
                    ">BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBw==</pre>"
                )
            )
            #expect(text.contains("MCowBQYDK2VwAyEAAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="))
            #expect(text.contains("<details id=\"verify\">") && text.contains("openssl pkeyutl -verify"))
            #expect(text.contains("href=\"/oracle/report/\(Sample.wallet)\""))
        }
        sample.hasKey = false
        try await sample.serving { ask in
            let answer = try await Browser(ask: ask, cookie: "operator").post(
                "/oracle/wallet",
                ["wallet": Sample.wallet]
            )
            #expect(answer.text.contains("no key, so the report is not signed") && !answer.text.contains("key.pem"))
        }
    }

    @Test func `looking up what is kept asks nobody, and says when it has run out`() async throws {
        var sample = Sample()
        sample.kept = found(Sample.report(secondsAgo: 7200), .store, isStale: true)
        try await sample.serving { ask in
            let text = try await Browser(ask: ask, cookie: "operator").get("/oracle/wallet?wallet=\(Sample.wallet)")
                .text
            #expect(sample.book.all == ["kept \(Sample.wallet)"])
            #expect(text.contains("It has run out: ask again") && text.contains(">stale</span>"))
            #expect(text.contains("nobody was asked for a newer one") && text.contains("value=\"\(Sample.wallet)\""))
            let nothing = try await Browser(ask: ask, cookie: "operator").get("/oracle/wallet").text
            #expect(nothing.contains("Ask about a wallet") && !nothing.contains("id=\"verdict\""))
        }
        sample.kept = nil
        try await sample.serving { ask in
            let text = try await Browser(ask: ask, cookie: "operator").get("/oracle/wallet?wallet=\(Sample.wallet)")
                .text
            #expect(text.contains("was not looked at yet") && text.contains("value=\"\(Sample.wallet)\""))
        }
    }

    @Test func `a refusal stands beside the field, with what was typed`() async throws {
        let sample = Sample()
        try await sample.serving { ask in
            let browser = Browser(ask: ask, cookie: "operator")
            let wrong = try await browser.post("/oracle/wallet", ["wallet": "0x1"])
            #expect(wrong.status == 400 && wrong.text.contains("The wallet must be an address of Solana, in base58."))
            #expect(wrong.text.contains("value=\"0x1\"") && wrong.text.contains("aria-describedby=\"wallet-problem\""))
            let busy = try await browser.post("/oracle/wallet", ["wallet": Sample.wallet])
            #expect(busy.status == 503 && busy.headers["retry-after"] == "5")
            #expect(busy.text.contains("Too many wallets are being looked at"))
            let empty = try await browser.post("/oracle/wallet", ["wallet": " "])
            #expect(empty.status == 400 && empty.text.contains("id=\"wallet-problem\""))
            #expect(try await browser.post("/oracle/wallet", ["wallet": Sample.wallet], token: "other").status == 403)
        }
    }

    @Test func `a viewer asks about a linked wallet, and about no other`() async throws {
        var sample = Sample()
        sample.found = .success(found(Sample.report()))
        sample.linked = [Sample.wallet]
        try await sample.serving { ask in
            let browser = Browser(ask: ask, cookie: "viewer")
            let own = try await browser.post("/oracle/wallet", ["wallet": Sample.wallet])
            #expect(own.status == 200 && own.text.contains("id=\"verdict\"") && !own.text.contains("All reports"))
            #expect(own.text.contains("<a href=\"/oracle/wallet\" aria-current=\"page\">Oracle</a>"))
            let other = try await browser.post("/oracle/wallet", ["wallet": Sample.mint])
            #expect(other.status == 403 && other.text.contains("The wallet is not linked to this account."))
            #expect(try await browser.get("/oracle/wallet?wallet=\(Sample.mint)").status == 403)
            #expect(sample.book.all == ["analyze \(Sample.wallet)"])
            #expect(try await browser.get("/oracle").status == 403)
            #expect(try await browser.get("/oracle/payments").status == 403)
            let stranger = try await Browser(ask: ask).get("/oracle/wallet")
            #expect(stranger.status == 303 && stranger.headers["location"] == "/login?next=%2Foracle%2Fwallet")
        }
    }

    // MARK: Lists

    @Test func `reports and payments are listed, the newest first and page by page`() async throws {
        var sample = Sample()
        let newest = Sample.listed(Sample.report())
        let older = Sample.listed(Sample.report(of: Sample.mint, WalletMetrics(), secondsAgo: 7200), isReadable: false)
        sample.reports = .success([newest] + Array(repeating: older, count: OraclePage.reportsShown - 1))
        sample.payments = .success([Sample.payment()])
        try await sample.serving { ask in
            let browser = Browser(ask: ask, cookie: "operator")
            let text = try await browser.get("/oracle").text
            #expect(text.contains("href=\"/oracle/wallet?wallet=\(Sample.wallet)\""))
            #expect(text.contains(">tier 4</span>") && text.contains("helius: partial, rpc: missing"))
            #expect(text.contains("written by another release") && text.contains(">stale</span>"))
            #expect(text.contains("2.50 USD") && text.contains("1,000.000001 tokens") && text.contains("5ignature"))
            #expect(text.contains("href=\"/oracle?before=\(older.place.text)\""))
            #expect(text.contains("<a href=\"/oracle\" aria-current=\"page\">Oracle</a>"))
            let next = try await browser.get("/oracle?before=\(older.place.text)").text
            #expect(next.contains("There are no older ones.") && !next.contains("Payments by burning"))
            #expect(
                sample.book.all == [
                    "reports before -, 20", "payments before -, 10", "token", "reports before \(older.place.text), 20",
                ]
            )
        }
    }

    @Test func `payments whose token nobody can divide are in base units, and of no known worth`() async throws {
        var sample = Sample()
        sample.payments = .success([Sample.payment(mint: "Another")])
        try await sample.serving { ask in
            let text = try await Browser(ask: ask, cookie: "operator").get("/oracle/payments").text
            #expect(text.contains("1,000,000,001 base units") && text.contains(">not known</td>"))
            #expect(text.contains(">14</td>") && !text.contains("USD") && !text.contains("Older payments"))
        }
        sample.payments = .success((0..<50).map { Sample.payment("signature\($0)") })
        sample.token = nil
        try await sample.serving { ask in
            let browser = Browser(ask: ask, cookie: "operator")
            let text = try await browser.get("/oracle/payments").text
            let last = Sample.payment("signature49").place.text
            #expect(text.contains("href=\"/oracle/payments?before=\(last)\"") && text.contains(">not known</td>"))
            let older = try await browser.get("/oracle/payments?before=\(last)").text
            #expect(older.contains("There are no older ones.") && older.contains(">The newest</a>"))
        }
    }

    @Test func `a store that does not answer takes away its lists, and not the form`() async throws {
        var sample = Sample()
        sample.reports = .failure(.unavailable("the first is away"))
        sample.payments = .failure(.unavailable("the second is away"))
        try await sample.serving { ask in
            let answer = try await Browser(ask: ask, cookie: "operator").get("/oracle")
            #expect(answer.status == 200 && answer.text.contains("action=\"/oracle/wallet\""))
            #expect(answer.text.contains("The first is away.") && answer.text.contains("The second is away."))
        }
    }

    @Test func `nothing that comes from outside becomes markup`() async throws {
        var sample = Sample()
        let hostile = ConsoleSample.hostile
        let note = SourceNote(
            name: hostile,
            slot: nil,
            from: nil,
            to: nil,
            pages: 0,
            completeness: .missing(reason: hostile)
        )
        let report = Sample.report(of: hostile, chain: hostile, sources: [note])
        sample.found = .success(found(report))
        sample.reports = .success([Sample.listed(report)])
        sample.payments = .success([Sample.payment(hostile, mint: hostile, wallet: hostile)])
        try await sample.serving { ask in
            let browser = Browser(ask: ask, cookie: "operator")
            let pages = [
                try await browser.get("/oracle").text, try await browser.get("/oracle/payments").text,
                try await browser.post("/oracle/wallet", ["wallet": hostile]).text,
                try await browser.get("/oracle/wallet?wallet=%3Cscript%3E%22").text,
            ]
            for text in pages {
                #expect(text.contains("&lt;script&gt;") && !text.contains("<img"))
                #expect(
                    text.ranges(of: "<script").count == text.ranges(of: "<script type=\"module\" src=\"/static/").count
                )
            }
        }
    }

    // MARK: Figures

    @Test(arguments: [
        ("0", "0.00 USD"), ("-0.005", "0.00 USD"), ("1234567.891", "1,234,567.89 USD"), ("-12.5", "\u{2212}12.50 USD"),
        ("-0.05", "\u{2212}0.05 USD"),
    ])
    func `dollars have cents`(amount: String, text: String) throws {
        let exact = try #require(ExactDecimal(amount))
        #expect(OracleText.dollars(exact) == text)
    }

    @Test func `a scatter that is no number is not known`() {
        #expect(OracleText.percent(Double.infinity) == "not known" && OracleText.percent(0.5) == "50 %")
    }
}
