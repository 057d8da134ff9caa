import Bus
import Domain
import Governance
import GovernanceRecords
import HTTPClient
import JSON
import Store
import TestKit
import Testing

@testable import API

/// What pages have wallets sign, from the text to the signature that is taken, over a real connection and store.
@Suite(.timeLimit(.minutes(1))) struct SignedChoicesTests {
    /// Takes a signature that names who has signed what.
    private struct FakeWallets: SignatureChecking {
        static func sign(_ text: String, by wallet: String) -> String {
            Digest(of: Array("\(wallet)\n\(text)".utf8)).description
        }

        func canonical(_ address: String, of chain: String) -> String? { address.hasPrefix("w-") ? address : nil }

        func check(_ claims: [SignedClaim]) async -> [SignatureVerdict] {
            claims.map {
                $0.signature == Self.sign($0.text, by: $0.wallet) ? .good : .bad("not signed by \($0.wallet)")
            }
        }
    }

    private static let key = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"

    private func serving(_ body: (TestListener.Ask, GovernanceDesk) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        var config = SQLiteConfig(path: folder.path("store.db"))
        config.synchronous = .normal
        let time = ManualTime()
        let bus = try EventBus(types: EventCatalogue.all, now: { time.now })
        let store = try await SQLiteStore.open(config, bus: bus, now: { time.now })
        var settings = GovernanceSettings()
        settings.vetoKeys = [Self.key]
        let desk = GovernanceDesk(
            store: store,
            terms: .init(domain: "station.example", settings: settings),
            signatures: FakeWallets(),
            now: { time.now }
        )
        let doors = GovernanceRoutes.Doors(
            desk: desk,
            cast: { _ throws(GovernanceError) in throw .busy },
            open: { _ throws(GovernanceError) in throw .busy },
            wallets: { _ in ["w-mine", "w-idle"] },
            lack: { nil },
            token: "Token1",
            nonce: { "nonce12345" }
        )
        let console = Console(data: try ConsoleSample().data, delegation: ConsoleDelegation(doors))
        let routes = try GovernanceRoutes(doors).all() + console.all()
        try await TestListener.serving(RouteTable(routes, failurePages: FailurePages(console))) { ask in
            try await body(ask, desk)
        }
        await store.close()
    }

    private func send(_ ask: TestListener.Ask, _ path: String, _ body: [String: JSONValue]) async throws -> HTTPResponse
    {
        let text = String(decoding: JSONValue.object(body).bytes, as: UTF8.self)
        return try await ask(.post, path, ["content-type": "application/json"], text)
    }

    /// The text that was asked for, and the fields that go back with its signature.
    private func signed(_ told: HTTPResponse, by wallet: String) throws -> [String: JSONValue] {
        let value = try JSONValue(parsing: told.body)
        let text = try #require(value["text"]?.string)
        var fields: [String: JSONValue] = ["signature": .string(FakeWallets.sign(text, by: wallet))]
        for name in ["nonce", "issued_at", "expires_at"] { fields[name] = value[name] }
        return fields
    }

    @Test func `a wallet has another one vote for it, and takes that back, and the page shows both`() async throws {
        try await serving { ask, _ in
            let browser = Browser(ask: ask, cookie: "viewer")
            let before = try await browser.get("/delegation").text
            #expect(before.contains("<code>w-mine</code>") && before.contains("<code>w-idle</code>"))
            #expect(before.ranges(of: "nobody: it votes itself").count == 2)
            let told = try await ask(.get, "/governance/delegation?wallet=w-mine&delegate=w-other")
            let fields = try signed(told, by: "w-mine").merging(["wallet": "w-mine", "delegate": "w-other"]) { $1 }
            let set = try await send(ask, "/governance/delegation", fields)
            #expect(set.status == 200)
            let after = try await browser.get("/delegation").text
            #expect(after.contains("<code>w-other</code>") && after.ranges(of: "it votes itself").count == 1)
            let forged = try await send(ask, "/governance/delegation", fields.merging(["delegate": "w-evil"]) { $1 })
            #expect(forged.status == 400)
        }
        try await serving { ask, desk in
            let none: JSONValue = .null
            let told = try await ask(.get, "/governance/delegation?wallet=w-mine")
            // The script of the page sends nobody as null.
            let fields = try signed(told, by: "w-mine").merging(["wallet": "w-mine", "delegate": none]) { $1 }
            let withdrawn = try await send(ask, "/governance/delegation", fields)
            let delegate = try await desk.delegate(of: "w-mine", chain: "solana", token: "Token1")
            #expect(withdrawn.status == 200 && delegate == nil)
        }
    }

    @Test func `a key of the council gets the text to object, and its signature stops the proposal`() async throws {
        try await serving { ask, desk in
            let proposal = try await desk.open(
                ProposalDraft(title: "Jazz at night", details: "", creatorWallet: "w-ann"),
                on: SnapshotReading(
                    chain: "solana",
                    token: "Token1",
                    decimals: 6,
                    position: 4711,
                    supply: 1000,
                    holders: ["w-ann": 10],
                    endpoints: ["one.example"]
                )
            )
            let path = "/governance/veto?proposal_id=\(proposal.id)&key="
            #expect(try await ask(.get, "\(path)\(Self.key)").status == 422, "without a reason")
            #expect(try await ask(.get, "\(path)w-ann&reason=No").status == 403, "not of the council")
            #expect(try await ask(.get, "\(path)\(Self.key)&reason=two%0Alines").status == 400)
            let told = try await ask(.get, "\(path)\(Self.key)&reason=It%20breaks%20a%20contract.")
            #expect(told.status == 200 && told.text.contains(proposal.documentHash.description))
            let named: [String: JSONValue] = [
                "proposal_id": .string(proposal.id.description), "key": .string(Self.key),
                "reason": "It breaks a contract.",
            ]
            let stopped = try await send(
                ask,
                "/governance/veto",
                try signed(told, by: Self.key).merging(named) { $1 }
            )
            let status = try JSONValue(parsing: stopped.body)["status"]?.string
            #expect(stopped.status == 200 && status == "vetoed")
            #expect(try await ask(.get, "\(path)\(Self.key)&reason=Again").status == 409, "there is nothing left")
        }
    }
}
