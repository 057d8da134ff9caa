import Bus
import Domain
import Governance
import GovernanceRecords
import HTTPClient
import JSON
import Testing

@testable import API

/// The pages of proposals, the treasury and wallets, asked over a real connection.
@Suite(.timeLimit(.minutes(1))) struct GovernancePagesTests {
    private typealias Sample = GovernancePagesSample

    private let page = "/proposals/\(GovernancePagesSample.id)"

    // MARK: The list

    @Test func `the list shows state, time, what is at the top and how much of the quorum is there`() async throws {
        var sample = Sample()
        sample.sheets = [try Sample.sheet(ballots: [("yes", 6000), ("no", 2000)])]
        try await sample.serving { ask in
            let list = try await Browser(ask: ask).get("/proposals").text
            #expect(list.contains("<a href=\"\(page)\">A title</a>") && list.contains(">voting</span>"))
            #expect(list.contains("closes <time") && list.contains(" · in 60 min"))
            #expect(list.contains("<bdi>yes</bdi>, 75 %") && list.contains("80 % of the quorum"))
            #expect(list.contains("href=\"/proposals?before=\(Sample.id)\""))
            #expect(list.contains("href=\"/login?next=%2Fproposals\"") == false, "nobody can log in here")
            let older = try await Browser(ask: ask).get("/proposals?before=\(Sample.id)").text
            #expect(older.contains("There are no older ones.") && older.contains(">The newest</a>"))
        }
    }

    @Test func `where nothing can be proposed it says why, and there is no form`() async throws {
        var sample = Sample()
        sample.lack = "governance.token is not set"
        try await sample.serving { ask in
            let list = try await Browser(ask: ask, cookie: "viewer").get("/proposals").text
            #expect(list.contains("Nothing can be proposed now: governance.token is not set."))
            #expect(list.contains("Nothing was proposed yet.") && !list.contains("<textarea"))
        }
    }

    @Test func `who has no wallet is led to linking one, and who has one can propose`() async throws {
        var sample = Sample()
        try await sample.serving { ask in
            let (own, strange) = (
                try await Browser(ask: ask, cookie: "viewer").get("/proposals").text,
                try await Browser(ask: ask).get("/proposals").text
            )
            #expect(own.contains("name=\"wallet\" value=\"\(Sample.wallet)\"") && own.contains(FormToken.field))
            #expect(own.contains("name=\"days\" type=\"number\" min=\"1\" max=\"90\" value=\"7\""))
            #expect(!strange.contains("<textarea") && strange.contains("needs an account with a linked wallet"))
        }
        sample.wallets = []
        try await sample.serving { ask in
            let list = try await Browser(ask: ask, cookie: "viewer").get("/proposals").text
            #expect(list.contains("<a href=\"/wallets\">Link one first</a>") && !list.contains("<textarea"))
        }
    }

    // MARK: Proposing

    private let fields = [
        "title": "Paint it", "description": "One.\r\n\r\nTwo.", "wallet": GovernancePagesSample.wallet,
        "system": "ranked", "options": " red\r\n\r\nblue \r\n", "days": "3",
    ]

    @Test func `what is proposed is opened as it was typed, and its page follows`() async throws {
        let sample = Sample()
        try await sample.serving { ask in
            let browser = Browser(ask: ask, cookie: "viewer")
            let answer = try await browser.post("/proposals", fields)
            #expect(answer.status == 303 && answer.headers["location"] == page)
            #expect(sample.book.all == ["Paint it|One.\n\nTwo.|\(Sample.wallet)|ranked", "red+blue|259200"])
            #expect(try await Browser(ask: ask).post("/proposals", fields).status == 401)
            #expect(try await browser.post("/proposals", fields, token: "other").status == 403)
        }
    }

    @Test(arguments: [
        ("days", "91", 422, "days must be in 1...90"), ("days", "x", 422, "days must be in 1...90"),
        ("system", "dice", 422, "system is none of those"), ("wallet", "other", 403, "not linked to this account"),
    ])
    func `a form that is not as it should be comes back with all that was typed`(
        field: String,
        value: String,
        status: Int,
        reason: String
    ) async throws {
        let sample = Sample()
        try await sample.serving { ask in
            let typed = fields.merging([field: value]) { $1 }
            let answer = try await Browser(ask: ask, cookie: "viewer").post("/proposals", typed)
            #expect(answer.status == status && answer.text.contains(reason), "\(answer.text)")
            #expect(answer.text.contains("One.\n\nTwo.</textarea>") && answer.text.contains("value=\"Paint it\""))
            #expect(!sample.book.all.contains { $0.hasPrefix("Paint it") })
        }
    }

    @Test func `a refusal is shown beside what was typed, and both as text`() async throws {
        var sample = Sample()
        sample.refusal = APIError(.insufficientTokens, ConsoleSample.hostile)
        try await sample.serving { ask in
            let typed = fields.merging(["title": ConsoleSample.hostile, "description": "</textarea><script>"]) { $1 }
            let answer = try await Browser(ask: ask, cookie: "viewer").post("/proposals", typed)
            #expect(answer.status == 403 && answer.text.contains("&lt;/textarea&gt;&lt;script&gt;"))
            #expect(answer.text.contains("role=\"alert\"") && !answer.text.contains("alert(\"x\")"))
        }
    }

    // MARK: One proposal

    @Test func `a page shows totals to scale, the quorum, the rules, the snapshot and where to check them`()
        async throws
    {
        var sample = Sample()
        sample.sheets = [try Sample.sheet(ballots: [("yes", 6000), ("no", 2000), ("abstain", 1050)])]
        try await sample.serving { ask in
            let text = try await Browser(ask: ask).get(page).text
            #expect(text.contains("60 tokens · 75 %") && text.contains("20 tokens · 25 %"))
            // Three quarters of 600, and the threshold at a half.
            #expect(text.contains("class=\"part good\" x=\"0.0\" y=\"0.0\" width=\"450.0\""))
            #expect(text.contains("class=\"mark\" x1=\"300.0\""))
            #expect(text.contains("10.5 tokens</span>") && text.contains("90.5 of 100 tokens · 90.5 %"))
            #expect(text.contains("Not reached") && text.contains("solana, slot 123,456"))
            #expect(text.contains("1,000 tokens in 12 wallets") && text.contains("first, second"))
            #expect(text.contains("href=\"/governance/proposal/\(Sample.id)/document\"") && text.contains("d0c"))
            #expect(text.contains("href=\"/governance/proposal/\(Sample.id)/ballots\""))
            #expect(text.contains("action=\"\(page)/receipt\"") && text.contains("proposal.js"))
        }
    }

    @Test(arguments: [
        (VotingSystem.basic, "type=\"radio\" name=\"choice\" value=\"abstain\"", "yes, no or abstain"),
        (.approval, "type=\"checkbox\" name=\"choice\" value=\"2\"", "approve:0,1"),
        (.weighted, "data-option=\"2\" inputmode=\"decimal\"", "shares:0=6000,1=4000"),
        (.quadratic, "several wallets are one person", "shares:0=6000,1=4000"),
        (.ranked, "data-move=\"up\" aria-label=\"Up: c\"", "rank:1,0"),
        (.copeland, "<li data-option=\"2\">", "rank:1,0"),
    ])
    func `each voting system has its own form, and says how a program writes a choice`(
        system: VotingSystem,
        control: String,
        example: String
    ) async throws {
        var sample = Sample()
        sample.sheets = [
            try Sample.sheet(system, options: system == .basic ? VotingSystem.basicOptions : ["a", "b", "c"])
        ]
        try await sample.serving { ask in
            let text = try await Browser(ask: ask).get(page).text
            #expect(text.contains(control) && text.contains(example) && text.contains("data-system=\"\(system)\""))
            // It needs a script, and without one the way of programs stands open.
            #expect(text.contains("<form id=\"ballot\" hidden") && text.contains("<details id=\"by-program\" open>"))
            #expect(text.contains("At the top: no ballots yet"))
        }
    }

    @Test func `a ranked vote shows its rounds, and a vote of pairs its contests`() async throws {
        var sample = Sample()
        let ballots: [(String, UInt64)] = [("rank:0", 400), ("rank:1", 350), ("rank:2,1", 250)]
        sample.sheets = [try Sample.sheet(.ranked, options: ["a", "b", "c"], ballots: ballots)]
        try await sample.serving { ask in
            let text = try await Browser(ask: ask).get(page).text
            #expect(
                text.contains("<bdi>a</bdi>: 4 · <bdi>b</bdi>: 3.5 · <bdi>c</bdi>: 2.5") && text.contains(">2</th>")
            )
            #expect(text.contains("<bdi>b</bdi>: 6 · <bdi>a</bdi>: 4"))
            #expect(text.contains("<strong>b</strong>") || text.contains("At the top: <bdi>b</bdi>"))
        }
        sample.sheets = [try Sample.sheet(.copeland, options: ["a", "b", "c"], ballots: ballots)]
        try await sample.serving { ask in
            let text = try await Browser(ask: ask).get(page).text
            // 4 for a over b, 6 for b over a.
            #expect(text.contains("<td class=\"lost\">4<small> lost</small></td>"))
            #expect(text.contains("<td class=\"won\">6<small> won</small></td>"))
            #expect(text.contains("class=\"wide\" role=\"region\"") && text.contains("4 points"))
        }
    }

    @Test func `what is decided takes no votes, and says when, why and where it stands`() async throws {
        var sample = Sample()
        let past = ConsoleSample.now.advanced(by: .seconds(-60))
        sample.sheets = [
            try Sample.sheet(
                ballots: [("yes", 20_000)],
                fields: [
                    "status": "passed", "closes_at": .string(past.description), "decided_at": .string(past.description),
                    "reason": "enough_yes", "is_extended": true, "on_chain": true, "chain_signature": "5ignature",
                    "chain_note": "the result stands on the chain", "ballots_root": "r007",
                ],
                landing: ProposalSheet.Landing(at: past, slot: 42)
            )
        ]
        try await sample.serving { ask in
            let text = try await Browser(ask: ask).get(page).text
            #expect(!text.contains("id=\"ballot\"") && !text.contains("proposal.js"))
            #expect(text.contains("It has passed: yes has more than it needs.") && text.contains("The result</h2>"))
            #expect(text.contains("voting stayed open longer") && text.contains("at slot 42"))
            #expect(text.contains("<code>5ignature</code>") && text.contains("<code>r007</code>"))
        }
    }

    @Test func `titles, words, options and notes of strangers are shown as text, and nothing runs in the page`()
        async throws
    {
        var sample = Sample()
        let hostile = ConsoleSample.hostile
        let fields: [String: JSONValue] = [
            "title": .string(hostile), "description": .string(hostile), "creator": .string(hostile),
            "media_url": "javascript:alert(1)", "note": .string(hostile), "winner": .string(hostile),
        ]
        for system in VotingSystem.allCases {
            let options = system == .basic ? VotingSystem.basicOptions : [hostile, "b"]
            sample.sheets = [try Sample.sheet(system, options: options, fields: fields)]
            try await sample.serving { ask in
                for path in ["/proposals", page] {
                    let text = try await Browser(ask: ask).get(path).text
                    #expect(text.contains("&lt;script&gt;") && !text.contains("<img") && !text.contains("javascript:"))
                    #expect(!text.contains("style=") && !text.contains("alert(\"x\")"))
                    #expect(
                        text.components("<script") == text.components("<script type=\"module\" src=\"/static/")
                    )
                }
            }
        }
    }

    @Test func `the form for a receipt leads to it, whatever is typed`() async throws {
        try await Sample().serving { ask in
            let answer = try await Browser(ask: ask).get("\(page)/receipt?wallet=../a%3F%22b")
            #expect(answer.status == 303)
            #expect(answer.headers["location"] == "/governance/proposal/\(Sample.id)/receipts/..%2Fa%3F%22b")
            #expect(try await Browser(ask: ask).get("\(page)/receipt").status == 422)
            #expect(try await Browser(ask: ask).get("/proposals/none").status == 404)
        }
    }

    // MARK: Wallets and the treasury

    @Test func `wallets are listed for their owner only, and unlinked by a form`() async throws {
        let sample = Sample()
        try await sample.serving { ask in
            let browser = Browser(ask: ask, cookie: "viewer")
            let text = try await browser.get("/wallets").text
            #expect(text.contains("<code>\(Sample.wallet)</code>") && text.contains("wallets.js"))
            #expect(
                text.contains("action=\"/wallets/\(Sample.id)/unlink\"")
                    && text.contains("<form id=\"link-form\" hidden>")
            )
            #expect(try await Browser(ask: ask).get("/wallets").status == 401)
            let done = try await browser.post("/wallets/\(Sample.id)/unlink", [:])
            #expect(done.status == 200 && done.text.contains("no longer linked"))
            #expect(sample.book.all == ["unlink \(Sample.id) of viewer@example.org"])
            #expect(try await browser.post("/wallets/\(Sample.id)/unlink", [:], token: "other").status == 403)
        }
    }

    @Test func `the treasury shows sums, the split and movements page by page`() async throws {
        var sample = Sample()
        let balance = { (holder: String, currency: String, amount: String) in
            TreasurySheet.Balance(party: .creator, holder: holder, currency: currency, amount: amount)
        }
        sample.treasury = .success(
            TreasurySheet(
                split: TreasurySplit(),
                balances: [
                    balance("a", "SOL", "1500000000"), balance("b", "SOL", "250000000"),
                    balance("b", "Mint", "1234567"),
                ],
                entries: [
                    TreasurySheet.Entry(
                        id: Sample.id,
                        party: .dao,
                        holder: "dao",
                        currency: "SOL",
                        amount: "-1",
                        kind: "withdrawal",
                        channel: nil,
                        cause: "c-1",
                        note: ConsoleSample.hostile,
                        at: ConsoleSample.now
                    )
                ],
                next: Sample.id
            )
        )
        try await sample.serving { ask in
            let text = try await Browser(ask: ask).get("/treasury").text
            #expect(text.contains(">1.75</td>") && text.contains(">1.5</td>") && text.contains(">1,234,567</td>"))
            #expect(text.contains(">\u{2212}0.000000001</td>") && text.contains("width=\"180.0\""))
            #expect(text.contains("href=\"/treasury?before=\(Sample.id)\"") && !text.contains("<img"))
            _ = try await Browser(ask: ask).get("/treasury?before=\(Sample.id)")
            #expect(sample.book.all.last == "treasury before \(Sample.id)")
        }
    }

    @Test func `a treasury that cannot be read says so`() async throws {
        try await Sample().serving { ask in
            let answer = try await Browser(ask: ask).get("/treasury")
            #expect(answer.status == 200 && answer.text.contains("cannot be shown now: The store does not answer."))
        }
    }

    // MARK: Figures

    @Test(arguments: [
        ("0", 0, "0"), ("0", 9, "0"), ("1", 9, "0.000000001"), ("1250500000", 6, "1,250.5"), ("-5", 1, "\u{2212}0.5"),
        ("340282366920938463463374607431768211455", 2, "3,402,823,669,209,384,634,633,746,074,317,682,114.55"),
        ("100", 2, "1"), ("x", 2, "x"), ("", 2, ""),
    ])
    func `amounts are written exactly`(units: String, places: Int, text: String) {
        #expect(AmountText.decimal(units, places: places) == text)
    }

    @Test func `how much of the quorum is there does not overflow`() throws {
        let sheet = try GovernancePagesSample.sheet(ballots: [("yes", .max), ("yes", .max)])
        #expect(sheet.quorumBasisPoints > 1_000_000 && sheet.lead.html == "<bdi>yes</bdi>, 100 %")
        let none = try GovernancePagesSample.sheet(fields: ["quorum_weight": "0"])
        #expect(none.quorumBasisPoints == 0)
    }
}
