import Bus
import Domain
import Governance
import GovernanceRecords
import Store
import TestKit
import Testing

extension GovernanceContract {
    static let execution = [
        Check(name: "what has passed is carried out after its delay, and each step is told") { bench in
            let proposal = try await bench.passed("Jazz at night")
            func begin() async throws -> ProposalRecord {
                let moment = bench.time.now
                return try await bench.desk.change(proposal.id) { life, rules throws(ProposalRefusal) in
                    try life.beginExecution(rules, at: moment)
                }
            }
            bench.time.advance(by: .seconds(3599))
            let early = await refusal { _ = try await begin() }
            let moment = bench.time.now.advanced(by: .seconds(1))
            #expect(early == .refused(.tooEarly(executableAt: moment)))
            bench.time.advance(by: .seconds(1))
            let begun = try await begin()
            #expect(begun.state == .executing && begun.life.attempts == 1)
            #expect(await refusal { _ = try await begin() } == .refused(.notPassed(.executing)))
            let failed = try await bench.desk.change(proposal.id, reason: "The mixer is away.") {
                life,
                _ throws(ProposalRefusal) in try life.endExecution(succeeded: false)
            }
            #expect(failed.state == .executionFailed && failed.reason == "The mixer is away.")
            let again = try await bench.desk.change(proposal.id) { life, _ throws(ProposalRefusal) in
                try life.retryExecution()
            }
            #expect(again.state == .executing && again.life.attempts == 2 && again.reason == nil)
            let done = try await bench.desk.change(proposal.id) { life, _ throws(ProposalRefusal) in
                try life.endExecution(succeeded: true)
            }
            #expect(done.state == .executed && done.result == proposal.result)
            let told = try await bench.events(ProposalExecutionChanged.self)
            #expect(told.map(\.state) == ["executing", "execution_failed", "executing", "executed"])
            #expect(told.map(\.reason) == [nil, "The mixer is away.", nil, nil])
            #expect(told.allSatisfy { $0.proposal == proposal.id })
        },
        Check(name: "what is refused, and what changes nothing, is not told") { bench in
            let proposal = try await bench.open(["w-ann": 10], supply: 100)
            let refused = await refusal {
                _ = try await bench.desk.change(proposal.id, reason: "why") { life, rules throws(ProposalRefusal) in
                    try life.endExecution(succeeded: true)
                }
            }
            #expect(refused == .refused(.notExecuting(.voting)))
            let nowhere = await refusal { _ = try await bench.desk.change(UUIDv7(high: 1, low: 1)) { _, _ in } }
            #expect(nowhere == .notFound("proposal"))
            let same = try await bench.desk.change(proposal.id) { _, _ in }
            #expect(same == proposal)
            let told = try await bench.events(ProposalExecutionChanged.self)
            #expect(told.isEmpty)
        },
        Check(name: "of eight that begin at once one carries it out") { bench in
            let proposal = try await bench.passed("Jazz at night")
            bench.time.advance(by: .seconds(3600))
            let moment = bench.time.now
            let outcomes = await withTaskGroup(of: Refusal?.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        await refusal {
                            _ = try await bench.desk.change(proposal.id) { life, rules throws(ProposalRefusal) in
                                try life.beginExecution(rules, at: moment)
                            }
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 == nil }.count == 1)
            #expect(outcomes.filter { $0 == .refused(.notPassed(.executing)) }.count == 7)
            let told = try await bench.events(ProposalExecutionChanged.self)
            #expect(told.count == 1)
        },
    ]
}
