import Bus
import Domain
import HTTPClient
import JSON
import Testing

@testable import API

/// The pages where wallets say who votes for them, and where the council objects.
@Suite(.timeLimit(.minutes(1))) struct DelegationPagesTests {
    private typealias Sample = GovernancePagesSample

    private func serving(
        lack: String? = nil,
        _ delegations: Shown<[ConsoleDelegation.Delegation]>,
        _ body: (_ ask: TestListener.Ask) async throws -> Void
    ) async throws {
        let delegation = ConsoleDelegation(lack: lack) { _ throws(APIError) in try delegations.get() }
        let console = Console(
            data: try ConsoleSample().data,
            governance: Sample().governance,
            delegation: delegation
        )
        try await TestListener.serving(RouteTable(console.all(), failurePages: FailurePages(console)), body)
    }

    // MARK: Delegation

    @Test func `an account sees who its wallets vote through, and everybody where that is signed`() async throws {
        let own = [
            ConsoleDelegation.Delegation(wallet: Sample.wallet, delegate: "De1egate"),
            ConsoleDelegation.Delegation(wallet: ConsoleSample.hostile, delegate: nil),
        ]
        try await serving(.success(own)) { ask in
            let browser = Browser(ask: ask, cookie: "viewer")
            let text = try await browser.get("/delegation").text
            #expect(text.contains("<code>\(Sample.wallet)</code>") && text.contains("<code>De1egate</code>"))
            #expect(text.contains("nobody: it votes itself") && text.contains("&lt;script&gt;"))
            #expect(!text.contains("<img") && text.contains("/delegation.js"))
            #expect(text.contains("<form id=\"delegation\" hidden>") && text.contains("id=\"delegate-problem\""))
            let wallets = try await browser.get("/wallets").text
            #expect(wallets.contains("<a href=\"/delegation\">"))
            let stranger = try await Browser(ask: ask).get("/delegation").text
            #expect(!stranger.contains("My wallets") && stranger.contains("<form id=\"delegation\" hidden>"))
            #expect(stranger.contains("<details id=\"by-program\" open>"), "without a script there is another way")
        }
    }

    @Test func `what is not there is said, and there is no form where nobody can be chosen`() async throws {
        try await serving(lack: "governance.token is not set", .success([])) { ask in
            let text = try await Browser(ask: ask, cookie: "viewer").get("/delegation").text
            #expect(text.contains("Nobody can be chosen now: governance.token is not set."))
            #expect(text.contains("No wallet of Solana is linked") && !text.contains("<form id=\"delegation\""))
            #expect(!text.contains("delegation.js"))
        }
        try await serving(.failure(APIError(.unavailable, "The store does not answer."))) { ask in
            let answer = try await Browser(ask: ask, cookie: "viewer").get("/delegation")
            #expect(answer.status == 200 && answer.text.contains("cannot be shown now: The store does not answer."))
            #expect(answer.text.contains("<form id=\"delegation\" hidden>"))
        }
    }

    // MARK: Veto

    private let page = "/proposals/\(GovernancePagesSample.id)"

    private func sheet(_ fields: [String: JSONValue], keys: [String]) throws -> ProposalSheet {
        let rules: JSONValue = [
            "quorum_basis_points": 1000, "pass_basis_points": 5000, "allows_early_close": true,
            "late_quorum_seconds": 21_600, "execution_delay_seconds": 3600,
            "veto_keys": .array(keys.map { .string($0) }),
        ]
        return try Sample.sheet(fields: fields.merging(["rules": rules]) { $1 })
    }

    @Test(arguments: [
        ("voting", true), ("passed", true), ("rejected", false), ("no_quorum", false), ("vetoed", false),
        ("executing", false), ("executed", false), ("execution_failed", false),
    ])
    func `the box stands on a proposal only while a key may object`(state: String, isThere: Bool) async throws {
        var sample = Sample()
        sample.sheets = [try sheet(["status": .string(state)], keys: ["Key1", ConsoleSample.hostile])]
        try await sample.serving { ask in
            let text = try await Browser(ask: ask).get(page).text
            #expect(text.contains("href=\"\(page)/veto\"") == isThere && text.contains("id=\"veto\"") == isThere)
            let own = try await Browser(ask: ask).get("\(page)/veto").text
            #expect(own.contains("<form id=\"objection\" hidden") == isThere && own.contains("veto.js") == isThere)
            #expect(own.contains("data-proposal=\"\(Sample.id)\"") == isThere)
            #expect(own.contains("class=\"warning\"") && !own.contains("<img"))
        }
    }

    @Test func `without a council nobody can object`() async throws {
        var sample = Sample()
        sample.sheets = [try sheet([:], keys: [])]
        try await sample.serving { ask in
            #expect(try await Browser(ask: ask).get(page).text.contains("id=\"veto\"") == false)
            let own = try await Browser(ask: ask).get("\(page)/veto").text
            #expect(own.contains("there is no council") && !own.contains("<form"))
            #expect(try await Browser(ask: ask).get("/proposals/none/veto").status == 404)
        }
    }

    @Test func `a title of strangers stays text on the page of the objection`() async throws {
        var sample = Sample()
        sample.sheets = [try sheet(["title": .string(ConsoleSample.hostile)], keys: ["Key1"])]
        try await sample.serving { ask in
            let text = try await Browser(ask: ask).get("\(page)/veto").text
            #expect(text.contains("&lt;script&gt;alert(&quot;x&quot;)") && !text.contains("<img"))
            #expect(text.contains("id=\"reason-problem\"") && text.contains("<code>Key1</code>"))
        }
    }
}
