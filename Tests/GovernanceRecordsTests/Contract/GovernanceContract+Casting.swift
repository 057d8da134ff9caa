import Bus
import Domain
import Governance
import GovernanceRecords
import Store
import TestKit
import Testing

extension GovernanceContract {
    static let casting = [
        Check(name: "a ballot weighs what its wallet had at the snapshot, and stands as it was signed") { bench in
            let proposal = try await bench.open(["w-ann": 60, "w-bob": 40])
            let submission = try bench.ballot(proposal, "w-bob", "no")
            bench.time.advance(by: .seconds(5))
            let cast = try await bench.desk.cast(submission)
            #expect(cast.weight == 40 && cast.sequence == 0 && cast.choice == .basic(.no) && cast.voter == "w-bob")
            #expect(cast.castAt == bench.time.now && cast.issuedAt == submission.issuedAt && !cast.endsVoting)
            #expect(cast.signature == submission.signature && cast.nonce == "nonce12345" && cast.form == "plain")
            let (stored, own) = (
                try await bench.ballots(proposal), try await bench.desk.ballot(of: "w-bob", in: proposal.id)
            )
            #expect(stored == [cast] && own == cast)
            let nobody = try await bench.desk.ballot(of: "w-ann", in: proposal.id)
            #expect(nobody == nil)
            let after = try await bench.desk.proposal(proposal.id)
            #expect(after.ballotCount == 1 && after.castWeight == 40)
            let told = try await bench.events(Domain.BallotCast.self)
            let right = Domain.BallotCast(
                proposal: proposal.id,
                sequence: 0,
                voter: "w-bob",
                choice: "no",
                weight: "40"
            )
            #expect(told.first?.proposal == right.proposal && told.first?.voter == right.voter)
            #expect(told.map(\.weight) == ["40"] && told.map(\.choice) == ["no"])
        },
        Check(name: "the text that is given out is the one that is checked") { bench in
            let proposal = try await bench.open(["w-ann": 60, "w-bob": 40])
            let given = try await bench.desk.ballotText(
                for: proposal.id,
                wallet: "w-ANN",
                choice: "yes",
                nonce: "abcdefgh1"
            )
            #expect(given.text.hasPrefix("station.example asks you to vote with this plain wallet."))
            for part in ["Wallet: w-ann\n", "Proposal hash: \(proposal.documentHash)\n", "Choice: yes\n"] {
                #expect(given.text.contains(part))
            }
            #expect(given.expiresAt == bench.time.now.advanced(by: .seconds(600)))
            let cast = try await bench.desk.cast(
                BallotSubmission(
                    proposal: proposal.id,
                    wallet: "w-Ann",
                    choice: "yes",
                    nonce: "abcdefgh1",
                    issuedAt: given.issuedAt,
                    expiresAt: given.expiresAt,
                    signature: PlainWallets.sign(given.text, by: "w-ann")
                )
            )
            #expect(cast.voter == "w-ann" && cast.signedHash == Digest(of: Array(given.text.utf8)))
        },
        Check(name: "who had nothing has no vote, unless somebody has them vote for them") { bench in
            try await bench.delegate("w-ann", to: "w-cy", nonce: "n1")
            let proposal = try await bench.open(["w-ann": 60, "w-bob": 40])
            #expect(await refusal { try await bench.vote(proposal, "w-eve") } == .noWeight)
            let cast = try await bench.vote(proposal, "w-cy")
            #expect(cast.weight == 0)
            // What comes later gives nothing.
            try await bench.delegate("w-bob", to: "w-eve", nonce: "n1")
            #expect(await refusal { try await bench.vote(proposal, "w-eve") } == .noWeight)
        },
        Check(name: "a wallet votes once, however it is written and whatever it says then") { bench in
            let proposal = try await bench.open(["w-ann": 60, "w-bob": 40], supply: 1000)
            let first = try await bench.vote(proposal, "w-ann")
            for choice in ["yes", "no"] {
                #expect(await refusal { try await bench.vote(proposal, "w-ann", choice) } == .alreadyVoted)
            }
            let submission = try bench.ballot(proposal, "w-ann")
            let other = BallotSubmission(
                proposal: proposal.id,
                wallet: "w-ANN",
                choice: "yes",
                nonce: submission.nonce,
                issuedAt: submission.issuedAt,
                expiresAt: submission.expiresAt,
                signature: submission.signature
            )
            #expect(await refusal { _ = try await bench.desk.cast(other) } == .alreadyVoted)
            let stored = try await bench.ballots(proposal)
            #expect(stored == [first])
            // The same wallet may vote elsewhere.
            let second = try await bench.open(["w-ann": 60], title: "Rock at noon")
            let cast = try await bench.vote(second, "w-ann")
            #expect(cast.sequence == 0)
        },
        Check(name: "what cannot be counted is refused with its field, and leaves nothing") { bench in
            let proposal = try await bench.open(["w-ann": 60])
            func refused(
                _ wallet: String = "w-ann",
                choice: String = "yes",
                nonce: String = "nonce12345",
                proposal id: UUIDv7? = nil
            ) async -> Refusal? {
                await refusal {
                    let base = try bench.ballot(proposal, "w-ann")
                    _ = try await bench.desk.cast(
                        BallotSubmission(
                            proposal: id ?? proposal.id,
                            wallet: wallet,
                            choice: choice,
                            nonce: nonce,
                            issuedAt: base.issuedAt,
                            expiresAt: base.expiresAt,
                            signature: base.signature
                        )
                    )
                }
            }
            #expect(await refused("ann") == .invalid("wallet"))
            for choice in ["maybe", "Yes", "approve:0", "rank:0,1", ""] {
                #expect(await refused(choice: choice) == .invalid("choice"))
            }
            #expect(await refused(nonce: "short") == .invalid("nonce"))
            #expect(await refused(nonce: "two\nlines1") == .invalid("nonce"))
            #expect(await refused(proposal: UUIDv7(high: 1, low: 2)) == .notFound("proposal"))
            var draft = GovernanceBench.draft("Which one")
            (draft.system, draft.options) = (.ranked, ["Jazz", "Rock"])
            let ranked = try await bench.desk.open(draft, on: GovernanceBench.reading(["w-ann": 1]))
            #expect(await refused(choice: "yes", proposal: ranked.id) == .invalid("choice"))
            #expect(await refused(choice: "rank:2,0", proposal: ranked.id) == .invalid("choice"))
            let count = try await bench.number("SELECT count(*) FROM ballot")
            #expect(count == 0)
        },
    ]
}
