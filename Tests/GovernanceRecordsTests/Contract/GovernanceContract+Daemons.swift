import Bus
import Domain
import Governance
import GovernanceRecords
import Store
import TestKit
import Testing

extension GovernanceContract {
    static let daemons = [
        Check(name: "two daemons take ballots into one row, and each wallet's once") { bench in
            let store = try await bench.reopen()
            let desks = [bench.desk, bench.desk(over: store)]
            let holders = (0..<60).reduce(into: [:]) { $0["w-\($1)"] = UInt64($1 + 1) }
            let proposal = try await bench.open(holders, supply: 1_000_000)
            let outcomes = try await withThrowingTaskGroup(of: Refusal?.self) { group in
                for number in 0..<120 {
                    // Every wallet with each of the two.
                    let ballot = try bench.ballot(proposal, "w-\(number / 2)")
                    group.addTask { await refusal { _ = try await desks[number % 2].cast(ballot) } }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 == nil }.count == 60)
            #expect(outcomes.filter { $0 == .alreadyVoted }.count == 60)
            let after = try await bench.desk.proposal(proposal.id)
            #expect(after.castWeight == 60 * 61 / 2)
            await store.close()
        },
        Check(name: "two daemons open a title once, pay out once and use a nonce once") { bench in
            let store = try await bench.reopen()
            let desks = [bench.desk, bench.desk(over: store)]
            _ = try await bench.desk.enter(bench.income(100, cause: "sale:1"))
            let objected = try await bench.open(["w-ann": 10], supply: 100, title: "To be vetoed")
            let objection = try bench.objection(to: objected)
            func outcomes(_ action: @escaping @Sendable (GovernanceDesk, Int) async throws -> Void) async -> [Refusal?]
            {
                await withTaskGroup(of: Refusal?.self) { group in
                    for number in 0..<8 {
                        group.addTask { await refusal { try await action(desks[number % 2], number) } }
                    }
                    return await group.reduce(into: []) { $0.append($1) }
                }
            }
            let opened = await outcomes { desk, _ in
                _ = try await desk.open(GovernanceBench.draft(), on: GovernanceBench.reading(["w-ann": 1]))
            }
            let paid = await outcomes { desk, number in
                let cause = "out:\(number)"
                _ = try await desk.withdraw(50, of: "SOL", from: .creator, holder: "w-ann", cause: cause, note: "")
            }
            let funded = await outcomes { desk, number in
                _ = try await desk.enter(bench.income(10, for: "w-\(number)", cause: "tip:1", isTip: true))
            }
            let vetoed = await outcomes { desk, _ in _ = try await desk.veto(objection) }
            for found in [opened, paid, funded, vetoed] { #expect(found.filter { $0 == nil }.count == 1) }
            #expect(opened.filter { $0 == .alreadyUsed("title") }.count == 7)
            #expect(paid.filter { $0 == .invalid("amount") }.count == 7)
            #expect(funded.filter { $0 == .alreadyUsed("cause") }.count == 7)
            #expect(vetoed.filter { $0 == .alreadyUsed("nonce") }.count == 7)
            await store.close()
        },
        Check(name: "two daemons decide once") { bench in
            let store = try await bench.reopen()
            let desks = [bench.desk, bench.desk(over: store)]
            let proposal = try await bench.open(["w-ann": 70, "w-bob": 20], supply: 100)
            try await bench.vote(proposal, "w-ann")
            let found = try await withThrowingTaskGroup(of: ProposalRecord.self) { group in
                for number in 0..<4 { group.addTask { try await desks[number % 2].decide(proposal.id) } }
                return try await group.reduce(into: [ProposalRecord]()) { $0.append($1) }
            }
            #expect(Set(found).count == 1 && found.first?.state == .passed)
            let told = try await bench.events(ProposalOutcomeDecided.self)
            #expect(told.count == 1)
            await store.close()
        },
    ]
}
