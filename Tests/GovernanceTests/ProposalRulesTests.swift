import FoundationEssentials
import Governance
import Testing

@Suite struct ProposalRulesTests {
    private static let key = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"

    private func basic(yes: UInt64 = 0, no: UInt64 = 0, abstain: UInt64 = 0) throws -> TallyResult {
        var tally = try Tally(.basic, optionCount: 3)
        for (answer, weight) in [(Choice.Answer.yes, yes), (.no, no), (.abstain, abstain)] where weight > 0 {
            try tally.add(.basic(answer), weight: weight)
        }
        return tally.finish()
    }

    private func expect(
        _ result: TallyResult,
        by rules: ProposalRules = ProposalRules(),
        supply: UInt64,
        _ verdict: Outcome.Verdict,
        _ reason: Outcome.Reason,
        _ place: SourceLocation = #_sourceLocation
    ) throws {
        let outcome = try rules.outcome(of: result, supply: supply)
        #expect(outcome.verdict == verdict && outcome.reason == reason, sourceLocation: place)
        #expect(outcome.castWeight == result.castWeight, sourceLocation: place)
    }

    @Test func `the quorum is a tenth of the supply, abstentions included, to the unit`() throws {
        try expect(try basic(yes: 99), supply: 1_000, .noQuorum, .quorumMissed)
        try expect(try basic(yes: 100), supply: 1_000, .passed, .enoughYes)
        try expect(try basic(yes: 1, abstain: 99), supply: 1_000, .passed, .enoughYes)
        // A tenth of 1001 is 100.1.
        try expect(try basic(yes: 100), supply: 1_001, .noQuorum, .quorumMissed)
        try expect(try basic(yes: 101), supply: 1_001, .passed, .enoughYes)
        let needed = try ProposalRules().outcome(of: try basic(yes: 1), supply: 1_001).quorumWeight
        #expect(needed == VoteSum(101))
        // Where products leave a machine word.
        let tenth = UInt64.max / 10 + 1
        try expect(try basic(yes: tenth - 1), supply: .max, .noQuorum, .quorumMissed)
        try expect(try basic(yes: tenth), supply: .max, .passed, .enoughYes)
        try expect(try basic(), supply: 0, .noQuorum, .quorumMissed)
    }

    @Test func `yes needs more than half of yes and no, so a tie fails`() throws {
        try expect(try basic(yes: 50, no: 50), supply: 100, .rejected, .tie)
        try expect(try basic(yes: 51, no: 50), supply: 200, .passed, .enoughYes)
        try expect(try basic(yes: 49, no: 50), supply: 200, .rejected, .notEnoughYes)
        try expect(try basic(yes: 2, no: 1, abstain: 97), supply: 100, .passed, .enoughYes)
        try expect(try basic(abstain: 100), supply: 100, .rejected, .onlyAbstentions)
        var rules = ProposalRules()
        rules.passBasisPoints = 6_667
        try expect(try basic(yes: 6_667, no: 3_333), by: rules, supply: 10_000, .rejected, .notEnoughYes)
        try expect(try basic(yes: 6_668, no: 3_332), by: rules, supply: 10_000, .passed, .enoughYes)
    }

    @Test func `an early end needs what no later ballot can change`() {
        func isSettled(_ rules: ProposalRules, yes: UInt64 = 0, no: UInt64 = 0, _ supply: UInt64 = 100) -> Bool {
            rules.isSettled(yes: yes, no: no, cast: yes + no, supply: supply)
        }
        var rules = ProposalRules()
        #expect(!isSettled(rules, yes: 50) && isSettled(rules, yes: 51))
        #expect(!isSettled(rules, no: 50) && isSettled(rules, yes: 49, no: 51))
        // Half of an odd supply lies between two units.
        #expect(!isSettled(rules, yes: 50, 101) && isSettled(rules, yes: 51, 101))
        #expect(!isSettled(rules, yes: .max / 2, .max) && isSettled(rules, yes: .max / 2 + 1, .max))
        #expect(!rules.isSettled(yes: 0, no: 0, cast: 100, supply: 100) && !isSettled(rules, yes: 1, 0))

        rules.passBasisPoints = 6_000
        #expect(!isSettled(rules, yes: 60) && isSettled(rules, yes: 61) && isSettled(rules, no: 51))
        rules.quorumBasisPoints = 7_000
        #expect(!isSettled(rules, yes: 61) && !isSettled(rules, no: 69) && isSettled(rules, no: 70))
        #expect(rules.isSettled(yes: 61, no: 0, cast: 70, supply: 100))
        rules.allowsEarlyClose = false
        #expect(!isSettled(rules, yes: 100))
        var several = ProposalRules(.approval, options: ["a", "b"])
        several.allowsEarlyClose = true
        #expect(!isSettled(several, yes: 100))
    }

    @Test func `what is settled comes out the same whatever is cast afterwards`() throws {
        var random = SeededGenerator(seed: 8)
        var settledCount = 0
        for _ in 0..<3_000 {
            var rules = ProposalRules()
            rules.passBasisPoints = .random(in: 5_000...9_999, using: &random)
            rules.quorumBasisPoints = .random(in: 1...10_000, using: &random)
            let supply = UInt64.random(in: 1...60, using: &random)
            let yes = UInt64.random(in: 0...supply, using: &random)
            let no = UInt64.random(in: 0...supply - yes, using: &random)
            guard rules.isSettled(yes: yes, no: no, cast: yes + no, supply: supply) else { continue }
            settledCount += 1
            let now = try rules.outcome(of: try basic(yes: yes, no: no), supply: supply).verdict
            let rest = supply - yes - no
            for moreYes in 0...rest {
                let most = try basic(yes: yes + moreYes, no: no + rest - moreYes)
                let later = try rules.outcome(of: most, supply: supply).verdict
                let quiet = try rules.outcome(of: try basic(yes: yes + moreYes, no: no), supply: supply).verdict
                #expect(later == now && quiet == now)
            }
        }
        #expect(settledCount > 300)
    }

    @Test func `of several options one has to be at the top alone`() throws {
        let rules = ProposalRules(.approval, options: ["a", "b", "c"])
        var tally = try Tally(.approval, optionCount: 3)
        try tally.add(.approval(try Approvals([0, 2])), weight: 60)
        try expect(tally.finish(), by: rules, supply: 100, .rejected, .tie)
        try tally.add(.approval(try Approvals([2])), weight: 1)
        try expect(tally.finish(), by: rules, supply: 100, .passed, .oneWinner)
        let winner = try rules.outcome(of: tally.finish(), supply: 100).winner
        #expect(winner == 2)
        try expect(tally.finish(), by: rules, supply: 611, .noQuorum, .quorumMissed)
    }

    @Test func `the result of another proposal is refused`() throws {
        let result = try basic(yes: 1)
        let rules = ProposalRules(.ranked, options: ["a", "b"])
        let wrong = failure { () throws(BallotError) in _ = try rules.outcome(of: result, supply: 1) }
        #expect(wrong == .wrongSystem(expected: .ranked))
        let three = try Tally(.ranked, optionCount: 3).finish()
        let count = failure { () throws(BallotError) in _ = try rules.outcome(of: three, supply: 1) }
        #expect(count == .badOptionCount(3))
    }

    @Test func `rules that make sense have no problems, and others name the field`() {
        var rules = ProposalRules()
        rules.vetoKeys = [Self.key, "11111111111111111111111111111111"]
        #expect(rules.problems().isEmpty)
        let sixteen = ProposalRules(.copeland, options: (0..<16).map { "option \($0)" })
        #expect(sixteen.problems().isEmpty && !sixteen.allowsEarlyClose)

        rules.quorumBasisPoints = 0
        rules.passBasisPoints = 4_999
        rules.lateQuorumExtensionSeconds = -1
        rules.executionDelaySeconds = 7_776_001
        // An address that looks right but is not of 32 bytes, and one that stands there twice.
        rules.vetoKeys = [
            "GovER5Lthms3bLBqWub97yVrMmEogzNAz5oqB2gRLGxyP", Self.key, Self.key, "0" + Self.key.dropFirst(),
        ]
        #expect(
            rules.problems().map(\.key) == [
                "quorumBasisPoints", "passBasisPoints", "lateQuorumExtensionSeconds", "executionDelaySeconds",
                "vetoKeys[0]", "vetoKeys[2]", "vetoKeys[3]",
            ]
        )
        rules.quorumBasisPoints = 10_001
        rules.passBasisPoints = 10_000
        #expect(rules.problems().prefix(2).map(\.key) == ["quorumBasisPoints", "passBasisPoints"])
        #expect(ProposalRules(.basic, options: ["yes", "no"]).problems().map(\.key) == ["options"])

        var several = ProposalRules(.ranked, options: ["one"])
        several.allowsEarlyClose = true
        #expect(several.problems().map(\.key) == ["options", "allowsEarlyClose"])
        several = ProposalRules(
            .ranked,
            options: ["a", "a", " ", "b\nc", "d\u{202E}e", String(repeating: "x", count: 81)]
        )
        let keys = several.problems().map(\.key)
        #expect(keys == ["options[1]", "options[2]", "options[3]", "options[4]", "options[5]"])
        several.options = (0...16).map(String.init)
        #expect(several.problems().map(\.key) == ["options"])
    }

    @Test(arguments: [
        // Too few bytes, too many, and one too many that is nothing.
        String(repeating: "2", count: 32), String(repeating: "z", count: 44), String(repeating: "1", count: 33),
        String(repeating: "1", count: 31), "",
    ])
    func `a council key is 32 bytes, however long its text is`(key: String) {
        var rules = ProposalRules()
        rules.vetoKeys = [key]
        #expect(rules.problems().map(\.key) == ["vetoKeys[0]"])
    }

    @Test func `rules and outcomes are stored and read back`() throws {
        var rules = ProposalRules(.ranked, options: ["a", "b"])
        rules.vetoKeys = [Self.key]
        let read = try JSONDecoder().decode(ProposalRules.self, from: JSONEncoder().encode(rules))
        #expect(read == rules)
        let outcome = try ProposalRules().outcome(of: try basic(yes: 1), supply: 100)
        let bytes = try JSONEncoder().encode(outcome)
        let again = try JSONDecoder().decode(Outcome.self, from: bytes)
        #expect(again == outcome && String(decoding: bytes, as: UTF8.self).contains(#""no_quorum""#))
    }
}
