import Bus
import Domain
import Governance
import GovernanceRecords
import Store
import TestKit
import Testing

extension GovernanceContract {
    static let snapshots = [
        Check(name: "every holder of thousands is kept, with a hash that anybody can make") { bench in
            var holders = ["w-\"quoted\"\\": UInt64(7), "w-Z": 5, "w-\u{e9}": 3]
            for number in 0..<2497 { holders["w-\(number)"] = UInt64(number + 1) }
            let record = try await bench.open(holders)
            #expect(record.snapshot.holderCount == 2500)
            let rows = try await bench.store.query(
                "SELECT owner, weight FROM token_snapshot_holder WHERE snapshot_id = ?1",
                [SQLValue(record.snapshot.id)]
            )
            let kept = rows.map { ($0[0].text ?? "", UInt64($0[1].int ?? 0)) }
            #expect(kept.count == 2500 && Dictionary(uniqueKeysWithValues: kept) == holders)
            let names = holders.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            let lines = names.map { "\($0) \(holders[$0] ?? 0)\n" }.joined()
            #expect(record.snapshot.holdersHash == Digest(of: Array(lines.utf8)))
        },
        Check(name: "who votes for whom is as it was when the proposal opened") { bench in
            let holders: [String: UInt64] = ["w-ann": 10, "w-bob": 20]
            try await bench.delegate("w-ann", to: "w-bob", nonce: "n1")
            try await bench.delegate("w-bob", to: "w-ann", nonce: "n1", token: "Token2")
            let first = try await bench.open(holders)
            try await bench.delegate("w-ann", to: "w-cy", nonce: "n2")
            let second = try await bench.open(holders, title: "Rock at noon")
            try await bench.delegate("w-ann", to: nil, nonce: "n3")
            let third = try await bench.open(holders, title: "News at one")
            var found: [[String?]] = []
            for record in [first, second, third] {
                let rows = try await bench.store.query(
                    "SELECT delegate FROM token_snapshot_holder WHERE snapshot_id = ?1 ORDER BY owner",
                    [SQLValue(record.snapshot.id)]
                )
                found.append(rows.map { $0[0].text })
            }
            #expect(found == [["w-bob", nil], ["w-cy", nil], [nil, nil]])
            let told = try await bench.events(VoteDelegated.self)
            #expect(told.map(\.delegate) == ["w-bob", "w-ann", "w-cy", nil])
            let now = try await bench.desk.delegate(of: "w-bob", chain: PlainWallets.chain, token: "Token2")
            #expect(now == "w-ann")
            // Nothing that comes later changes what is open: nobody carries anything in the third.
            try await bench.delegate("w-ann", to: "w-bob", nonce: "n4")
            try await bench.vote(third, "w-bob", "no")
            let count = try await bench.desk.standing(of: third)
            #expect(count.castWeight.units == 20)
        },
        Check(name: "who votes for a wallet is said by that wallet, once for each signature") { bench in
            func refused(
                _ wallet: String = "w-ann",
                to delegate: String? = "w-bob",
                by signer: String? = nil,
                nonce: String = "n2",
                after wait: Duration = .zero
            ) async -> Refusal? {
                await refusal {
                    try await bench.delegate(wallet, to: delegate, nonce: nonce, by: signer, after: wait)
                }
            }
            try await bench.delegate("w-ANN", to: "w-BOB", nonce: "n1")
            let delegate = try await bench.desk.delegate(of: "w-ann", chain: PlainWallets.chain, token: "Token1")
            #expect(delegate == "w-bob")
            #expect(await refused(nonce: "n1") == .alreadyUsed("nonce"))
            #expect(await refused(by: "w-bob") == .badSignature)
            #expect(await refused(to: "w-ann") == .invalid("delegate"))
            #expect(await refused(to: "W-ANN") == .invalid("delegate"))
            #expect(await refused("ann") == .invalid("wallet"))
            #expect(await refused(nonce: "a b") == .invalid("nonce"))
            #expect(await refused(after: .seconds(600)) == .expired)
            let told = try await bench.events(VoteDelegated.self)
            #expect(told.count == 1)
        },
    ]
}

extension GovernanceBench {
    /// Says who votes for a wallet; `wait` is between the text's being given out and its coming back.
    func delegate(
        _ wallet: String,
        to delegate: String?,
        nonce: String,
        token: String = token,
        by signer: String? = nil,
        after wait: Duration = .zero
    ) async throws {
        let text = try desk.delegationText(
            chain: PlainWallets.chain,
            token: token,
            wallet: wallet,
            delegate: delegate,
            nonce: nonce
        )
        time.advance(by: wait)
        try await desk.delegate(
            DelegationSubmission(
                chain: PlainWallets.chain,
                token: token,
                wallet: wallet,
                delegate: delegate,
                nonce: nonce,
                issuedAt: text.issuedAt,
                expiresAt: text.expiresAt,
                signature: PlainWallets.sign(text.text, by: signer ?? wallet.lowercased())
            )
        )
    }
}
