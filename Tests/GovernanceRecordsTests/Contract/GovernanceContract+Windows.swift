import Bus
import Domain
import Governance
import GovernanceRecords
import Store
import TestKit
import Testing

extension GovernanceContract {
    static let windows = [
        Check(name: "voting is over at the closing moment itself") { bench in
            let proposal = try await bench.open(["w-ann": 1, "w-bob": 1], supply: 1000)
            bench.time.advance(by: .seconds(86_400) - .nanoseconds(1))
            try await bench.vote(proposal, "w-ann")
            bench.time.advance(by: .nanoseconds(1))
            #expect(await refusal { try await bench.vote(proposal, "w-bob") } == .refused(.closed))
            let stored = try await bench.ballots(proposal)
            #expect(stored.map(\.voter) == ["w-ann"])
        },
        Check(name: "a vote that nothing can change any more ends at once, by yes and by no") { bench in
            for (choice, state) in [("yes", ProposalState.passed), ("no", .rejected)] {
                let proposal = try await bench.open(["w-ann": 30, "w-bob": 21, "w-cy": 49], title: "Say \(choice)")
                let first = try await bench.vote(proposal, "w-ann", choice)
                #expect(!first.endsVoting)
                bench.time.advance(by: .seconds(60))
                let second = try await bench.vote(proposal, "w-bob", choice)
                #expect(second.endsVoting)
                #expect(await refusal { try await bench.vote(proposal, "w-cy") } == .refused(.closed))
                let overdue = try await bench.desk.overdue()
                #expect(overdue == [proposal.id])
                let decided = try await bench.desk.decide(proposal.id)
                #expect(decided.state == state && decided.life.window.closesAt == bench.time.now)
                let stored = try await bench.desk.ballot(of: "w-bob", in: proposal.id)
                #expect(stored?.endsVoting == false)
            }
        },
        Check(name: "half of everything settles nothing, and neither do other systems' ballots") { bench in
            let proposal = try await bench.open(["w-ann": 50, "w-bob": 50])
            let cast = try await bench.vote(proposal, "w-ann")
            #expect(!cast.endsVoting)
            try await bench.vote(proposal, "w-bob", "no")
            var draft = GovernanceBench.draft("Which one")
            (draft.system, draft.options) = (.approval, ["Jazz", "Rock"])
            let other = try await bench.desk.open(draft, on: GovernanceBench.reading(["w-ann": 99, "w-bob": 1]))
            let approved = try await bench.vote(other, "w-ann", "approve:0")
            #expect(!approved.endsVoting)
            try await bench.vote(other, "w-bob", "approve:1")
        },
        Check(name: "ballots behind the one that settles it find it closed, in the same batch too") { bench in
            let proposal = try await bench.open(["w-ann": 60, "w-bob": 20, "w-cy": 15, "w-dan": 5])
            let found = try await bench.inOneBatch(
                behind: try bench.ballot(proposal, "w-dan", "no"),
                [
                    try bench.ballot(proposal, "w-bob", "no"), try bench.ballot(proposal, "w-ann"),
                    try bench.ballot(proposal, "w-cy"),
                ]
            )
            #expect(found.map(\.refusal) == [nil, nil, .refused(.closed)])
            #expect(found.map(\.cast?.endsVoting) == [false, true, nil])
        },
        Check(name: "a quorum that comes late keeps the vote open longer, once, and that is told") { bench in
            let proposal = try await bench.open(["w-ann": 60, "w-bob": 40, "w-cy": 1, "w-dan": 1], supply: 1000)
            let end = proposal.life.window.closesAt
            bench.time.advance(by: .seconds(86_400 - 600))
            try await bench.vote(proposal, "w-ann")
            let before = try await bench.desk.proposal(proposal.id)
            #expect(before.life.window.closesAt == end)
            try await bench.vote(proposal, "w-bob")
            let extended = bench.time.now.advanced(by: .seconds(3600))
            bench.time.advance(by: .seconds(600))
            try await bench.vote(proposal, "w-cy", "no")
            let after = try await bench.desk.proposal(proposal.id)
            #expect(after.life.window.closesAt == extended && after.life.window.isExtended)
            let told = try await bench.events(ProposalExtended.self)
            #expect(told.map(\.closesAt) == [extended] && told.map(\.proposal) == [proposal.id])
            let still = try await bench.desk.decide(proposal.id)
            #expect(still.state == .voting)
            bench.time.advance(by: bench.time.now.duration(to: extended))
            #expect(await refusal { try await bench.vote(proposal, "w-dan") } == .refused(.closed))
            let decided = try await bench.desk.decide(proposal.id)
            #expect(decided.state == .passed)
        },
        Check(name: "a quorum in time moves nothing") { bench in
            let proposal = try await bench.open(["w-ann": 300, "w-bob": 40], supply: 1000)
            try await bench.vote(proposal, "w-ann")
            bench.time.advance(by: .seconds(86_400 - 60))
            try await bench.vote(proposal, "w-bob")
            let after = try await bench.desk.proposal(proposal.id)
            #expect(after.life.window.closesAt == proposal.life.window.closesAt)
            let told = try await bench.events(ProposalExtended.self)
            #expect(told.isEmpty)
        },
        Check(name: "a late ballot that settles everything ends the vote, and nobody is told of more time") { bench in
            let proposal = try await bench.open(["w-ann": 60, "w-bob": 40])
            bench.time.advance(by: .seconds(86_400 - 600))
            let cast = try await bench.vote(proposal, "w-ann")
            #expect(cast.endsVoting)
            let told = try await bench.events(ProposalExtended.self)
            #expect(told.isEmpty)
            let after = try await bench.desk.proposal(proposal.id)
            #expect(after.life.window.closesAt == bench.time.now)
        },
    ]
}
