import Governance
import Testing

@Suite struct DelegationTests {
    private typealias Result = DelegationResult<String>

    private func resolve(
        _ delegates: [String: String],
        voters: Set<String>,
        _ weights: [String: UInt64]
    ) throws -> DelegationResult<String> {
        try Delegations(delegates).resolve(voters: voters, weights: weights)
    }

    @Test func `weight goes along the chain to the first who votes`() throws {
        let result = try resolve(["a": "b", "b": "c", "c": "d"], voters: ["c"], ["a": 1, "b": 2, "c": 4, "d": 8])
        #expect(result.carriers == ["a": "c", "b": "c"])
        #expect(result.ballots["c"]?.own == 4 && result.ballots["c"]?.carried == 3 && result.ballots["c"]?.weight == 7)
        #expect(result.unused.holders == ["d"] && result.unused.weight == 8 && result.circular.holders == [])
    }

    @Test func `who votes is carried by nobody`() throws {
        let result = try resolve(["a": "b"], voters: ["a", "b"], ["a": 1, "b": 2])
        #expect(result.carriers == [:] && result.ballots["a"]?.weight == 1 && result.ballots["b"]?.weight == 2)
    }

    @Test func `a circle in which nobody votes counts for nobody and is told, and a vote in it breaks it`() throws {
        let circle = ["a": "b", "b": "c", "c": "a", "tail": "a"]
        let weights: [String: UInt64] = ["a": 1, "b": 2, "c": 4, "tail": 8]
        let lost = try resolve(circle, voters: [], weights)
        #expect(lost.circular.holders == ["a", "b", "c", "tail"] && lost.circular.weight == 15 && lost.carriers == [:])
        let broken = try resolve(circle, voters: ["b"], weights)
        #expect(broken.circular.holders == [] && broken.ballots["b"]?.weight == 15)
        let own = try resolve(["a": "a"], voters: [], ["a": 3])
        #expect(own.circular.holders == ["a"] && own.unused.weight == 0)
    }

    @Test func `who holds nothing may still carry, and pass on`() throws {
        let result = try resolve(["a": "b", "b": "c"], voters: ["c"], ["a": 5])
        #expect(result.ballots["c"]?.own == 0 && result.ballots["c"]?.carried == 5)
        #expect(result.carriers == ["a": "c"] && result.unused.holders == [])
    }

    @Test func `weights that no supply has are refused`() {
        let error = failure { () throws(DelegationError) in
            _ = try Delegations<String>([:]).resolve(voters: [], weights: ["a": .max, "b": 1])
        }
        #expect(error == .weightsExceedSupply)
    }

    @Test func `random graphs come out as when each chain is walked alone`() throws {
        var random = SeededGenerator(seed: 4)
        var (circleCount, carriedCount) = (0, 0)
        for _ in 0..<2_000 {
            let count = Int.random(in: 1...12, using: &random)
            var delegates: [Int: Int] = [:]
            var (voters, weights): (Set<Int>, [Int: UInt64]) = ([], [:])
            for person in 0..<count {
                if Int.random(in: 0..<4, using: &random) > 0 {
                    delegates[person] = .random(in: 0..<count, using: &random)
                }
                if Int.random(in: 0..<5, using: &random) == 0 { voters.insert(person) }
                weights[person] = .random(in: 0...3, using: &random)
            }
            let result = try Delegations(delegates).resolve(voters: voters, weights: weights)
            var (carried, circular, unused): ([Int: UInt64], [Int], [Int]) = ([:], [], [])
            for person in 0..<count where weights[person] != 0 && !voters.contains(person) {
                // A chain of more steps than there are people comes back to somebody.
                var place: Int? = person
                for _ in 0...count {
                    if let here = place, !voters.contains(here) { place = delegates[here] }
                }
                if let end = place, voters.contains(end) {
                    carried[end, default: 0] += weights[person] ?? 0
                    #expect(result.carriers[person] == end)
                } else {
                    if place == nil { unused.append(person) } else { circular.append(person) }
                    #expect(result.carriers[person] == nil)
                }
            }
            #expect(result.circular.holders == circular && result.unused.holders == unused)
            for voter in voters { #expect(result.ballots[voter]?.carried == carried[voter] ?? 0) }
            let counted = result.ballots.values.reduce(UInt64(0)) { $0 + $1.weight }
            let all = weights.values.reduce(0, +)
            #expect(counted + result.circular.weight + result.unused.weight == all)
            circleCount += circular.count
            carriedCount += result.carriers.count
        }
        #expect(circleCount > 1_000 && carriedCount > 1_000)
    }

    @Test func `a chain of a hundred thousand, walked from every end, takes no deep stack`() throws {
        let count = 100_000
        let delegates = Dictionary(uniqueKeysWithValues: (1..<count).map { ($0, $0 - 1) })
        let weights = Dictionary(uniqueKeysWithValues: (0..<count).map { ($0, UInt64(1)) })
        let result = try Delegations(delegates).resolve(voters: [0], weights: weights)
        #expect(result.ballots[0]?.carried == UInt64(count - 1))
        let circle = try Delegations(delegates.merging([0: count - 1]) { $1 }).resolve(voters: [], weights: weights)
        #expect(circle.circular.weight == UInt64(count))
    }
}
