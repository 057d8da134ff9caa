import Bus
import Domain
import Governance
import GovernanceRecords
import Store
import TestKit
import Testing

extension GovernanceContract {
    static let crowds = [
        Check(name: "of two ballots of one wallet in one batch the first counts") { bench in
            let proposal = try await bench.open(["w-ann": 10, "w-bob": 20, "w-cy": 30], supply: 1000)
            let found = try await bench.inOneBatch(
                behind: try bench.ballot(proposal, "w-cy"),
                [
                    try bench.ballot(proposal, "w-ann"), try bench.ballot(proposal, "w-ann", "no"),
                    try bench.ballot(proposal, "w-bob", "no"),
                ]
            )
            #expect(found.map(\.refusal) == [nil, .alreadyVoted, nil])
            let stored = try await bench.ballots(proposal)
            #expect(stored.map(\.voter) == ["w-cy", "w-ann", "w-bob"])
            #expect(stored.map(\.choice.text) == ["yes", "yes", "no"])
        },
        Check(name: "a batch keeps its proposals apart, and each ballot's fate its own") { bench in
            let first = try await bench.open(["w-ann": 10, "w-bob": 20], supply: 1000)
            let second = try await bench.open(["w-ann": 3, "w-cy": 4], supply: 1000, title: "Rock at noon")
            let found = try await bench.inOneBatch(
                behind: try bench.ballot(second, "w-cy"),
                [
                    try bench.ballot(first, "w-ann"), try bench.ballot(second, "w-bob"),
                    try bench.ballot(second, "w-ann"),
                    try bench.ballot(first, "w-cy"), try bench.ballot(first, "w-bob"),
                ]
            )
            #expect(found.map(\.refusal) == [nil, .noWeight, nil, .noWeight, nil])
            #expect(found.compactMap(\.cast?.sequence) == [0, 1, 1])
            let sums = [try await bench.desk.proposal(first.id), try await bench.desk.proposal(second.id)]
            #expect(sums.map(\.castWeight) == [30, 7] && sums.map(\.ballotCount) == [2, 2])
        },
        Check(name: "of eight ballots of one wallet at once one counts") { bench in
            let proposal = try await bench.open(["w-ann": 10], supply: 1000)
            let outcomes = await withTaskGroup(of: Refusal?.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        await refusal {
                            try await bench.vote(proposal, "w-ann", number.isMultiple(of: 2) ? "yes" : "no")
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 == nil }.count == 1)
            #expect(outcomes.filter { $0 == .alreadyVoted }.count == 7)
        },
        Check(name: "five hundred ballots at once are all there, in one row without gaps") { bench in
            let holders = (0..<500).reduce(into: [:]) { $0["w-\($1)"] = UInt64($1 + 1) }
            let proposal = try await bench.open(holders, supply: 1_000_000)
            let ballots = try (0..<500).map {
                try bench.ballot(proposal, "w-\($0)", ["yes", "no", "abstain"][$0 % 3])
            }
            let cast = try await withThrowingTaskGroup(of: CastBallot.self) { group in
                for ballot in ballots { group.addTask { try await bench.desk.cast(ballot) } }
                return try await group.reduce(into: [CastBallot]()) { $0.append($1) }
            }
            let stored = try await bench.ballots(proposal)
            #expect(stored.count == 500 && stored == cast.sorted { $0.sequence < $1.sequence })
            #expect(stored.allSatisfy { holders[$0.voter] == $0.weight })
            let after = try await bench.desk.proposal(proposal.id)
            #expect(after.castWeight == 500 * 501 / 2 && after.ballotCount == 500)
            // The books are looked at after every check; here once more what was told, and to whom.
            let told = try await bench.events(Domain.BallotCast.self)
            #expect(told.map(\.sequence) == Array(0..<500) && told.map(\.voter) == stored.map(\.voter))
            let (checks, writes) = bench.desk.waiting
            #expect(checks == 0 && writes == 0)
            let (middle, last) = (
                try await bench.desk.ballots(of: proposal.id, from: 250, limit: 3),
                try await bench.desk.ballots(of: proposal.id, from: 500, limit: 3)
            )
            #expect(middle.map(\.sequence) == [250, 251, 252] && last.isEmpty)
        },
        Check(name: "a ballot counts also for who does not wait for the answer") { bench in
            let proposal = try await bench.open(["w-ann": 10, "w-bob": 20], supply: 1000)
            let (first, second) = (try bench.ballot(proposal, "w-ann"), try bench.ballot(proposal, "w-bob"))
            try await bench.whileWriterIsHeld { gate in
                let leaving = Task { try await bench.desk.cast(first) }
                let staying = Task { try await bench.desk.cast(second) }
                try await bench.waitForWrites(1)
                leaving.cancel()
                gate.open()
                let cast = [try await leaving.value, try await staying.value]
                #expect(Set(cast.map(\.sequence)) == [0, 1])
            }
            let stored = try await bench.ballots(proposal)
            #expect(stored.count == 2)
        },
        Check(name: "a ballot is final: the database itself refuses to change or to remove it") { bench in
            let proposal = try await bench.open(["w-ann": 10], supply: 1000)
            let cast = try await bench.vote(proposal, "w-ann")
            let statements: [SQL] = [
                "UPDATE ballot SET choice = 'no'", "UPDATE ballot SET weight = 11 WHERE seq = 0", "DELETE FROM ballot",
            ]
            for statement in statements {
                let failure = await storeError { try await bench.store.run(statement) }
                #expect(failure?.detail.contains("a ballot is ") == true)
            }
            let again = await storeError {
                try await bench.store.run(
                    """
                    INSERT INTO ballot SELECT proposal_id, 1, voter, choice, weight, form, nonce, issued_at, expires_at,
                    signature, signed_hash, cast_at FROM ballot
                    """
                )
            }
            #expect(again?.code == .constraint)
            let stored = try await bench.ballots(proposal)
            #expect(stored == [cast])
        },
    ]
}

/// What the store says of a statement; `nil` when it takes it.
private func storeError(_ body: () async throws -> Void) async -> StoreError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? StoreError
    }
}

extension GovernanceBench {
    /// What became of a ballot.
    struct Fate: Sendable {
        let cast: CastBallot?
        let refusal: Refusal?
    }

    /// Has ballots written down in one batch, which gathers behind another ballot.
    func inOneBatch(behind first: BallotSubmission, _ ballots: [BallotSubmission]) async throws -> [Fate] {
        try await whileWriterIsHeld { gate in
            let ahead = Task { try await desk.cast(first) }
            try await waitForQueue()
            var later: [Task<CastBallot, any Error>] = []
            for ballot in ballots {
                later.append(Task { try await desk.cast(ballot) })
                // One after the other, so that their order is known.
                try await waitForWrites(later.count)
            }
            gate.open()
            _ = try await ahead.value
            var fates: [Fate] = []
            for task in later {
                switch await task.result {
                case .success(let cast): fates.append(Fate(cast: cast, refusal: nil))
                case .failure(let error): fates.append(Fate(cast: nil, refusal: Refusal(error)))
                }
            }
            return fates
        }
    }

    /// Does something while nothing is written, until it opens the gate.
    func whileWriterIsHeld<Value: Sendable>(_ meanwhile: (ThreadGate) async throws -> Value) async throws -> Value {
        let gate = try ThreadGate()
        let held = Task { [store] in try await store.commit(by: Incarnation(of: "test")) { _ in gate.pass() } }
        try await gate.waitForArrival()
        // In any case, or nothing would ever end.
        defer { gate.open() }
        let value = try await meanwhile(gate)
        gate.open()
        _ = try await held.value
        return value
    }

    /// Returns once so many ballots wait to be written down behind those that are under way.
    func waitForWrites(_ count: Int) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while desk.waiting.writes < count {
            try #require(ContinuousClock.now < deadline)
            await Task.yield()
        }
    }

    private func waitForQueue() async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while store.statistics.queueDepth < 1 {
            try #require(ContinuousClock.now < deadline)
            await Task.yield()
        }
    }
}
