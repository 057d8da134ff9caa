import Bus
import Governance
import GovernanceRecords
import Store
import TestKit
import Testing

extension GovernanceContract {
    static let signing = [
        Check(name: "a signature serves for ten minutes, and not long before its time") { bench in
            let holders = (0..<9).reduce(into: [:]) { $0["w-\($1)"] = UInt64(1) }
            let proposal = try await bench.open(holders, supply: 1000)
            func refused(_ wallet: String, after wait: Duration, for lifetime: Duration = .seconds(600)) async
                -> Refusal?
            {
                await refusal {
                    _ = try await bench.desk.cast(
                        try bench.ballot(proposal, wallet, issuedAfter: wait, for: lifetime)
                    )
                }
            }
            #expect(await refused("w-0", after: .seconds(-600)) == .expired)
            #expect(await refused("w-0", after: .seconds(-600) + .nanoseconds(1)) == nil)
            #expect(await refused("w-1", after: .seconds(31)) == .expired)
            #expect(await refused("w-1", after: .seconds(30)) == nil)
            #expect(await refused("w-2", after: .zero, for: .seconds(601)) == .expired)
            #expect(await refused("w-2", after: .seconds(-10), for: .seconds(600) + .nanoseconds(1)) == .expired)
            #expect(await refused("w-2", after: .seconds(-10), for: .seconds(10)) == .expired)
            #expect(await refused("w-2", after: .seconds(-10), for: .seconds(11)) == nil)
            let stored = try await bench.ballots(proposal)
            #expect(stored.map(\.voter) == ["w-0", "w-1", "w-2"])
        },
        Check(name: "a signature is the wallet's own, of this very text") { bench in
            let proposal = try await bench.open(["w-ann": 60, "w-bob": 40])
            let other = try await bench.open(["w-ann": 60], title: "Rock at noon")
            func refused(_ signature: String, form: String = "plain") async -> Refusal? {
                await refusal {
                    let base = try bench.ballot(proposal, "w-ann")
                    _ = try await bench.desk.cast(
                        BallotSubmission(
                            proposal: proposal.id,
                            wallet: "w-ann",
                            choice: "yes",
                            nonce: base.nonce,
                            issuedAt: base.issuedAt,
                            expiresAt: base.expiresAt,
                            signature: signature,
                            form: form
                        )
                    )
                }
            }
            let right = try bench.ballot(proposal, "w-ann").signature
            let wrong = [
                try bench.ballot(proposal, "w-ann", by: "w-bob"), try bench.ballot(proposal, "w-ann", "no"),
                try bench.ballot(other, "w-ann"), try bench.ballot(proposal, "w-bob"),
                try bench.ballot(proposal, "w-ann", domain: "elsewhere.example"),
                try bench.ballot(proposal, "w-ann", issuedAfter: .seconds(1)),
            ]
            for ballot in wrong { #expect(await refused(ballot.signature) == .badSignature) }
            #expect(await refused(right, form: PlainWallets.silentForm) == .unavailable)
            let stored = try await bench.ballots(proposal)
            #expect(stored.isEmpty)
            #expect(await refused(right) == nil)
        },
        Check(name: "what could not stand in a receipt is not taken, whatever a wallet's checker makes of it") {
            bench in
            let proposal = try await bench.open(["w-ann": 60, "w-bob": 40])
            let base = try bench.ballot(proposal, "w-ann")
            let texts = [
                (" \(base.signature)", "plain"), ("\(base.signature)\n", "plain"), ("", "plain"),
                (String(repeating: "0", count: 257), "plain"), (base.signature, ""), (base.signature, "pl\0ain"),
                (base.signature, String(repeating: "x", count: 1701)),
            ]
            for (signature, form) in texts {
                let failure = await refusal {
                    _ = try await bench.desk.cast(
                        BallotSubmission(
                            proposal: proposal.id,
                            wallet: "w-ann",
                            choice: "yes",
                            nonce: base.nonce,
                            issuedAt: base.issuedAt,
                            expiresAt: base.expiresAt,
                            signature: signature,
                            form: form
                        )
                    )
                }
                #expect(failure == .invalid("signature"))
            }
            try await bench.vote(proposal, "w-bob")
            try await bench.close(proposal)
            let decided = try await bench.desk.decide(proposal.id)
            #expect(decided.result?.ballotCount == 1)
        },
        Check(name: "other terms hold from the next text on") { bench in
            let proposal = try await bench.open(["w-ann": 60, "w-bob": 40])
            let desk = bench.desk()
            var terms = desk.terms
            terms.domain = "new.example"
            desk.replace(with: terms)
            let old = try bench.ballot(proposal, "w-ann")
            #expect(await refusal { _ = try await desk.cast(old) } == .badSignature)
            let cast = try await desk.cast(try bench.ballot(proposal, "w-ann", domain: "new.example"))
            #expect(cast.sequence == 0)
        },
    ]
}
