import FoundationEssentials
import Governance
import Testing

@Suite struct TallyTests {
    private func result(
        _ system: VotingSystem,
        _ optionCount: Int,
        _ ballots: [(text: String, weight: UInt64)]
    ) throws -> TallyResult {
        var tally = try Tally(system, optionCount: optionCount)
        for ballot in ballots { try tally.add(try Choice(parsing: ballot.text), weight: ballot.weight) }
        return tally.finish()
    }

    @Test func `nothing is counted of a ballot that does not fit`() throws {
        var tally = try Tally(.basic, optionCount: 3)
        let rank = try Choice(parsing: "rank:0")
        let noWeight = failure { () throws(BallotError) in try tally.add(.basic(.yes), weight: 0) }
        #expect(noWeight == .noWeight)
        let wrong = failure { () throws(BallotError) in try tally.add(rank, weight: 5) }
        #expect(wrong == .wrongSystem(expected: .basic))
        let empty = tally.finish()
        #expect(empty.ballotCount == 0 && empty.castWeight == .zero && empty.leaders == [])
        for (system, count) in [(VotingSystem.basic, 2), (.approval, 1), (.ranked, 17), (.copeland, 0)] {
            let bad = failure { () throws(BallotError) in _ = try Tally(system, optionCount: count) }
            #expect(bad == .badOptionCount(count))
        }
    }

    @Test(arguments: VotingSystem.allCases)
    func `without ballots nobody leads`(system: VotingSystem) throws {
        let result = try result(system, 3, [])
        #expect(result.leaders == [] && result.rounds == [] && result.castWeight == .zero)
        #expect(result.totals.count == 3 && result.basisPoints(of: 0) == (system == .copeland ? 3_333 : nil))
    }

    @Test func `sums beyond one machine word are exact`() throws {
        let huge = UInt64.max
        let result = try result(.basic, 3, [("yes", huge), ("yes", huge), ("no", huge), ("abstain", 1)])
        #expect(result.totals.map(\.description) == ["36893488147419103230", "18446744073709551615", "1"])
        #expect(result.castWeight.description == "55340232221128654846")
        #expect(result.basisPoints(of: 0) == 6_666 && result.basisPoints(of: 1) == 3_333)
        #expect(result.basisPoints(of: 2) == nil && result.basisPoints(of: -1) == nil)
        let divided = try self.result(.weighted, 2, [("shares:0=1,1=9999", huge), ("shares:1=10000", huge)])
        #expect(divided.totals.map(\.description) == ["18446744073709551615", "368916434730117322748385"])
    }

    @Test func `abstentions neither lead nor share, but are cast`() throws {
        let result = try result(.basic, 3, [("abstain", 90), ("no", 3), ("yes", 2)])
        #expect(result.leaders == [1] && result.castWeight == VoteSum(95) && result.basisPoints(of: 1) == 6_000)
        let onlyAbstentions = try self.result(.basic, 3, [("abstain", 90)])
        #expect(onlyAbstentions.leaders == [] && onlyAbstentions.basisPoints(of: 0) == nil)
    }

    @Test func `quadratic votes are roots in thousandths, rounded down, and wallets gain by being many`() throws {
        let whole = try result(.quadratic, 2, [("shares:0=10000", 4), ("shares:1=10000", 2)])
        #expect(whole.totals == [VoteSum(2_000), VoteSum(1_414)] && whole.unitsPerVote == 1_000)
        // The root of three quarters and the root of a quarter of a hundred.
        let divided = try result(.quadratic, 2, [("shares:0=7500,1=2500", 100)])
        #expect(divided.totals == [VoteSum(8_660), VoteSum(5_000)])
        let most = try result(.quadratic, 2, [("shares:0=10000", .max)])
        #expect(most.totals[0] == VoteSum(4_294_967_295_999))
        // The rule's known weakness: a hundred wallets with a hundredth have ten times the votes.
        let one = try result(.quadratic, 2, [("shares:0=10000", 10_000)])
        let many = try result(.quadratic, 2, Array(repeating: ("shares:0=10000", 100), count: 100))
        #expect(many.totals[0].units == one.totals[0].units * 10)
    }

    @Test func `a run-off takes out the weakest until one has more than half`() throws {
        let ballots: [(String, UInt64)] = [("rank:0,1", 42), ("rank:1,2", 26), ("rank:2,1", 15), ("rank:3,2,1", 17)]
        let result = try result(.ranked, 4, ballots)
        #expect(result.totals.map(\.units) == [42, 26, 15, 17] && result.leaders == [1])
        #expect(result.rounds.map(\.eliminated) == [2, 3, nil])
        #expect(result.rounds[1].totals.map(\.units) == [42, 41, 0, 17] && result.rounds[1].standing == [0, 1, 3])
        #expect(result.rounds[2].totals.map(\.units) == [42, 58, 0, 0])
        #expect(result.rounds.allSatisfy { !$0.isTieBroken && $0.exhausted == .zero })
    }

    @Test func `exactly half is not more than half, and ballots that run out lower the bar`() throws {
        let half = try result(.ranked, 3, [("rank:0", 50), ("rank:1", 30), ("rank:2,1", 20)])
        #expect(half.rounds.count == 2 && half.leaders == [0, 1])
        let first = try result(.ranked, 3, [("rank:0", 51), ("rank:1", 30), ("rank:2,1", 20)])
        #expect(first.rounds.count == 1 && first.leaders == [0])
        let out = try result(.ranked, 3, [("rank:0", 45), ("rank:1", 40), ("rank:2", 15)])
        #expect(out.leaders == [0] && out.rounds[1].exhausted == VoteSum(15))
    }

    @Test func `of the equally weak the one that had least before goes, then the one with the highest index`() throws {
        // All equal from the start: 4 goes, and its ballots lift 1; then 2 and 3 are equal all the way back.
        let ballots: [(String, UInt64)] = [("rank:0", 8), ("rank:1", 5), ("rank:2", 3), ("rank:3", 3), ("rank:4,1", 2)]
        let even = try result(.ranked, 5, ballots)
        #expect(even.rounds.map(\.eliminated) == [4, 3, 2, nil] && even.rounds.map(\.isTieBroken)[1])
        // 1 and 2 have four each in the second round, but 1 had three in the first: it goes, though its index is lower.
        let before = try result(.ranked, 4, [("rank:0", 5), ("rank:1", 3), ("rank:2", 4), ("rank:3,1", 1)])
        #expect(before.rounds[1].totals.map(\.units) == [5, 4, 4, 0])
        #expect(before.rounds[1].eliminated == 1 && before.rounds[1].isTieBroken)
    }

    @Test func `two that are equal at the end are a tie, whatever came before`() throws {
        let result = try result(.ranked, 3, [("rank:0", 5), ("rank:1", 4), ("rank:2,1", 1)])
        #expect(result.leaders == [0, 1] && result.rounds.last?.eliminated == nil)
    }

    @Test func `the option that beats each other one leads by Copeland, also when it is nobody's first`() throws {
        let ballots: [(String, UInt64)] = [("rank:0,2,1", 4), ("rank:1,2,0", 4), ("rank:2,0,1", 1)]
        let result = try result(.copeland, 3, ballots)
        #expect(result.leaders == [2] && result.totals.map(\.units) == [2, 0, 4])
        #expect(result.contests[0][1] == VoteSum(5) && result.contests[1][0] == VoteSum(4))
        let circle = try self.result(.copeland, 3, [("rank:0,1,2", 1), ("rank:1,2,0", 1), ("rank:2,0,1", 1)])
        #expect(circle.leaders == [0, 1, 2] && circle.totals.map(\.units) == [2, 2, 2])
    }

    @Test func `by Copeland options that are left out are below all others and equal`() throws {
        let result = try result(.copeland, 4, [("rank:1", 7)])
        #expect(result.totals.map(\.units) == [2, 6, 2, 2] && result.leaders == [1])
        #expect(result.contests[1].map(\.units) == [7, 0, 7, 7] && result.contests[0].map(\.units) == [0, 0, 0, 0])
    }

    @Test func `results are stored with sums as text, and read back`() throws {
        let result = try result(.ranked, 3, [("rank:0", .max), ("rank:1", .max), ("rank:2,1", 7)])
        let bytes = try JSONEncoder().encode(result)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains(#""castWeight":"36893488147419103237""#))
        let read = try JSONDecoder().decode(TallyResult.self, from: bytes)
        #expect(read == result)
        for bad in [#"["+1"]"#, #"["01"]"#, #"["-1"]"#, #"[1]"#, #"["340282366920938463463374607431768211456"]"#] {
            #expect(throws: DecodingError.self) { try JSONDecoder().decode([VoteSum].self, from: Data(bad.utf8)) }
        }
    }
}
