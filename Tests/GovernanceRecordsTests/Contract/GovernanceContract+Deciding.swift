import Bus
import Domain
import Governance
import GovernanceRecords
import Store
import TestKit
import Testing

extension GovernanceContract {
    static let deciding = [
        Check(name: "a proposal is decided once, by what its ballots come to, counted by hand") { bench in
            let holders: [String: UInt64] = ["w-ann": 70, "w-bob": 20, "w-cy": 9, "w-dan": 31, "w-eve": 200]
            let proposal = try await bench.open(holders, supply: 1000)
            let answers = [("w-ann", "yes"), ("w-bob", "no"), ("w-cy", "abstain"), ("w-dan", "yes")]
            for (wallet, answer) in answers { try await bench.vote(proposal, wallet, answer) }
            let early = try await bench.desk.decide(proposal.id)
            #expect(early.state == .voting && early.result == nil)
            let standing = try await bench.desk.standing(of: early)
            try await bench.close(proposal)
            let decided = try await bench.desk.decide(proposal.id)
            #expect(decided.state == .passed && decided.life.decidedAt == bench.time.now)
            #expect(decided.result?.totals.map(\.units) == [101, 20, 9])
            #expect(decided.result?.castWeight.units == 130 && decided.result?.ballotCount == 4)
            #expect(decided.result == standing && decided.result?.leaders == [0])
            #expect(decided.life.outcome?.reason == .enoughYes && decided.life.outcome?.quorumWeight.units == 100)
            var leaves: [Digest] = []
            for ballot in try await bench.ballots(proposal) {
                leaves.append(try ballot.receipt(chain: PlainWallets.chain, carried: 0).leaf)
            }
            #expect(decided.ballotsRoot == MerkleTree(leaves: leaves).root && decided.ballotsRoot?.leafCount == 4)
            bench.time.advance(by: .seconds(60))
            let again = try await bench.desk.decide(proposal.id)
            #expect(again == decided)
            let told = try await bench.events(ProposalOutcomeDecided.self)
            #expect(told.count == 1 && told.first?.state == "passed" && told.first?.reason == "enough_yes")
            #expect(told.first?.castWeight == "130" && told.first?.ballots == 4 && told.first?.winner == nil)
            #expect(told.first?.ballotsRoot == decided.ballotsRoot?.hash.description)
        },
        Check(name: "how a vote stands follows every ballot, whoever has looked before") { bench in
            try await bench.delegate("w-dan", to: "w-bob", nonce: "n1")
            let plain = try await bench.open(["w-ann": 10, "w-bob": 20, "w-cy": 30], supply: 1000)
            let holders: [String: UInt64] = ["w-ann": 10, "w-bob": 20, "w-dan": 40]
            let carried = try await bench.open(holders, supply: 1000, title: "Rock at noon")
            func standing(_ proposal: ProposalRecord) async throws -> [UInt128] {
                let record = try await bench.desk.proposal(proposal.id)
                return try await bench.desk.standing(of: record).totals.map(\.units)
            }
            var found: [[UInt128]] = []
            for (wallet, choice) in [("w-ann", "yes"), ("w-bob", "no"), ("w-cy", "yes")] {
                try await bench.vote(plain, wallet, choice)
                for _ in 0..<2 { found.append(try await standing(plain)) }
            }
            #expect(found == [[10, 0, 0], [10, 0, 0], [10, 20, 0], [10, 20, 0], [40, 20, 0], [40, 20, 0]])
            found = [try await standing(carried)]
            for (wallet, choice) in [("w-ann", "yes"), ("w-bob", "no"), ("w-dan", "yes")] {
                try await bench.vote(carried, wallet, choice)
                for _ in 0..<2 { found.append(try await standing(carried)) }
            }
            #expect(
                found == [[0, 0, 0], [10, 0, 0], [10, 0, 0], [10, 60, 0], [10, 60, 0], [50, 20, 0], [50, 20, 0]]
            )
        },
        Check(name: "four that decide at once decide once") { bench in
            let proposal = try await bench.open(["w-ann": 70, "w-bob": 20], supply: 100)
            try await bench.vote(proposal, "w-ann")
            let desks = [bench.desk, bench.desk()]
            let found = try await withThrowingTaskGroup(of: ProposalRecord.self) { group in
                for number in 0..<4 { group.addTask { try await desks[number % 2].decide(proposal.id) } }
                return try await group.reduce(into: [ProposalRecord]()) { $0.append($1) }
            }
            #expect(Set(found).count == 1 && found.first?.state == .passed)
            let told = try await bench.events(ProposalOutcomeDecided.self)
            #expect(told.count == 1)
        },
        Check(name: "too little, nothing at all, abstentions and a tie do not pass") { bench in
            let cases: [(String, [(String, String)], ProposalState, Outcome.Reason)] = [
                ("Too little", [("w-9", "yes")], .noQuorum, .quorumMissed),
                ("Nothing", [], .noQuorum, .quorumMissed),
                ("Only abstentions", [("w-10", "abstain")], .rejected, .onlyAbstentions),
                ("A tie", [("w-10", "yes"), ("w-11", "no"), ("w-1", "yes")], .rejected, .tie),
                ("By one", [("w-11", "no"), ("w-10", "yes")], .rejected, .notEnoughYes),
                ("Just enough", [("w-10", "yes"), ("w-9", "no")], .passed, .enoughYes),
            ]
            for (title, ballots, state, reason) in cases {
                let holders: [String: UInt64] = ["w-1": 1, "w-2": 2, "w-9": 9, "w-10": 10, "w-11": 11]
                let proposal = try await bench.open(holders, supply: 100, title: title)
                for (wallet, choice) in ballots { try await bench.vote(proposal, wallet, choice) }
                try await bench.close(proposal)
                let decided = try await bench.desk.decide(proposal.id)
                #expect(decided.state == state && decided.life.outcome?.reason == reason, "\(title)")
                #expect(decided.ballotsRoot?.leafCount == UInt64(ballots.count))
                #expect(await refusal { try await bench.vote(proposal, "w-2") } == .refused(.closed))
            }
            let told = try await bench.events(ProposalOutcomeDecided.self)
            #expect(told.map(\.reason) == cases.map(\.3.rawValue))
        },
        Check(name: "a ballot that is written down while they are counted is not left out, nor counted twice") {
            bench in
            // Ann has Bob vote for her, and then votes herself in the last moment.
            try await bench.delegate("w-ann", to: "w-bob", nonce: "n1")
            let proposal = try await bench.open(["w-ann": 30, "w-bob": 5], supply: 200)
            try await bench.vote(proposal, "w-bob", "no")
            bench.time.advance(by: .seconds(86_399))
            let late = try bench.ballot(proposal, "w-ann")
            // Another daemon whose clock is behind.
            let moment = bench.time.now
            let other = GovernanceBench.desk(over: bench.store) { moment }
            let looks = CallCounter()
            let watched = WatchedStore(bench.store) { statement in
                // The first time they are read to see who has voted, the second time to be counted.
                guard statement.sqlite.contains("FROM ballot WHERE proposal_id = ?1 AND seq"), looks.next() == 2 else {
                    return
                }
                let failure = await refusal { _ = try await other.cast(late) }
                #expect(failure == nil)
            }
            bench.time.advance(by: .seconds(1))
            let decided = try await bench.desk(over: watched).decide(proposal.id)
            // A quorum has come late by that very ballot, or it is counted once.
            #expect(decided.state == .voting && decided.life.window.isExtended)
            let standing = try await bench.desk.standing(of: decided)
            #expect(standing.castWeight.units == 35 && standing.totals.map(\.units) == [30, 5, 0])
            try await bench.close(proposal)
            let end = try await bench.desk.decide(proposal.id)
            #expect(end.result?.castWeight.units == 35)
        },
        Check(name: "a ballot that opens the vote once more while it is counted is waited for") { bench in
            let proposal = try await bench.open(["w-ann": 30, "w-bob": 5], supply: 200)
            try await bench.vote(proposal, "w-bob", "no")
            bench.time.advance(by: .seconds(86_399))
            let (late, moment) = (try bench.ballot(proposal, "w-ann"), bench.time.now)
            let other = GovernanceBench.desk(over: bench.store) { moment }
            let looks = CallCounter()
            let watched = WatchedStore(bench.store) { statement in
                // Between reading the proposal and its ballots.
                guard statement.sqlite.contains("delegate IS NOT NULL LIMIT 1"), looks.next() == 1 else { return }
                let failure = await refusal { _ = try await other.cast(late) }
                #expect(failure == nil)
            }
            bench.time.advance(by: .seconds(1))
            let decided = try await bench.desk(over: watched).decide(proposal.id)
            #expect(decided.state == .voting && decided.ballotCount == 2 && decided.life.window.isExtended)
        },
        Check(name: "a late ballot of somebody else's voter is counted once also when the quorum was there") { bench in
            try await bench.delegate("w-ann", to: "w-bob", nonce: "n1")
            let proposal = try await bench.open(["w-ann": 30, "w-bob": 5, "w-cy": 40], supply: 200)
            try await bench.vote(proposal, "w-cy", "no")
            try await bench.vote(proposal, "w-bob", "no")
            bench.time.advance(by: .seconds(86_399))
            let (late, moment) = (try bench.ballot(proposal, "w-ann"), bench.time.now)
            let other = GovernanceBench.desk(over: bench.store) { moment }
            let looks = CallCounter()
            let watched = WatchedStore(bench.store) { statement in
                guard statement.sqlite.contains("FROM ballot WHERE proposal_id = ?1 AND seq"), looks.next() == 2 else {
                    return
                }
                let failure = await refusal { _ = try await other.cast(late) }
                #expect(failure == nil)
            }
            bench.time.advance(by: .seconds(1))
            let decided = try await bench.desk(over: watched).decide(proposal.id)
            #expect(decided.result?.castWeight.units == 75 && decided.result?.totals.map(\.units) == [30, 45, 0])
            #expect(decided.ballotsRoot?.leafCount == 3 && decided.state == .rejected)
        },
    ]
}
