import FoundationEssentials
import Governance
import Testing

@Suite struct ChoiceTests {
    @Test func `every choice has one text, which gives it back`() throws {
        var random = SeededGenerator(seed: 1)
        var texts: [String: Choice] = [:]
        for _ in 0..<5_000 {
            let system = VotingSystem.allCases.randomElement(using: &random) ?? .basic
            let optionCount = system == .basic ? 3 : Int.random(in: 2...8, using: &random)
            let choice = try PlainBallot.random(system, optionCount: optionCount, using: &random).choice(system)
            let read = try Choice(parsing: choice.text)
            #expect(read == choice && read.text == choice.text)
            let known = texts.updateValue(choice, forKey: choice.text)
            #expect(known == nil || known == choice)
        }
        #expect(texts.count > 1_000)
    }

    @Test func `texts are as they are documented, and the longest one fits`() throws {
        let approvals = try Choice.approval(Approvals([3, 0]))
        #expect(approvals.text == "approve:0,3")
        let shares = try Choice.shares(
            Shares([.init(option: 2, basisPoints: 4_000), .init(option: 0, basisPoints: 6_000)])
        )
        #expect(shares.text == "shares:0=6000,2=4000")
        let ranking = try Choice.ranking(Ranking([2, 0, 1]))
        #expect(ranking.text == "rank:2,0,1")
        #expect(Choice.Answer.allCases.map { Choice.basic($0).text } == ["yes", "no", "abstain"])
        let longest = try Choice.shares(
            Shares((0..<16).map { .init(option: $0, basisPoints: $0 < 4 ? 1_000 : 500) })
        )
        #expect(longest.text.utf8.count <= Choice.textBytesMax)
        let read = try Choice(parsing: longest.text)
        #expect(read == longest)
    }

    @Test(arguments: [
        ("", BallotError.unknownForm), ("Yes", .unknownForm), ("yes ", .unknownForm), ("maybe", .unknownForm),
        ("approve", .unknownForm), ("Approve:0", .unknownForm), (":0", .unknownForm),
        ("approve:", .nothingChosen), ("rank:", .nothingChosen), ("shares:", .nothingChosen),
        ("approve:,", .notANumber(place: 0)), ("approve:0,", .notANumber(place: 1)),
        ("approve: 0", .notANumber(place: 0)), ("approve:0, 1", .notANumber(place: 1)),
        ("approve:-1", .notANumber(place: 0)), ("approve:+1", .notANumber(place: 0)),
        ("approve:\u{0661}", .notANumber(place: 0)), ("approve:0\n", .notANumber(place: 0)),
        ("approve:123456", .notANumber(place: 0)),
        ("approve:16", .noSuchOption(16, optionCount: 16)), ("rank:99999", .noSuchOption(99_999, optionCount: 16)),
        ("approve:1,1", .repeatedOption(1)), ("rank:2,0,2", .repeatedOption(2)),
        ("approve:3,0", .notCanonical(expected: "approve:0,3")), ("approve:00", .notCanonical(expected: "approve:0")),
        ("rank:01", .notCanonical(expected: "rank:1")),
        ("shares:0", .notANumber(place: 0)), ("shares:0=", .notANumber(place: 0)),
        ("shares:0=1=2", .notANumber(place: 0)), ("shares:0=10001", .badShare(option: 0)),
        ("shares:0=10000,1=0", .badShare(option: 1)), ("shares:0=6000,1=3999", .sharesDoNotAddUp(9_999)),
        ("shares:0=6000,1=4001", .sharesDoNotAddUp(10_001)), ("shares:0=5000,0=5000", .repeatedOption(0)),
        ("shares:1=4000,0=6000", .notCanonical(expected: "shares:0=6000,1=4000")),
        ("shares:0=010000", .notANumber(place: 0)),
        ("shares:0=06000,1=4000", .notCanonical(expected: "shares:0=6000,1=4000")),
        (String(repeating: "1", count: 161), .tooLong),
    ])
    func `a text that is no choice is refused with what is wrong`(text: String, error: BallotError) {
        let found = failure { () throws(BallotError) in _ = try Choice(parsing: text) }
        #expect(found == error)
    }

    @Test func `a choice has to fit the proposal`() throws {
        let three = try Choice.approval(Approvals([0, 3]))
        let fits = failure { () throws(BallotError) in try three.check(for: .approval, optionCount: 4) }
        #expect(fits == nil)
        let short = failure { () throws(BallotError) in try three.check(for: .approval, optionCount: 3) }
        #expect(short == .noSuchOption(3, optionCount: 3))
        let ranking = try Choice.ranking(Ranking([0, 4, 1]))
        let absent = failure { () throws(BallotError) in try ranking.check(for: .copeland, optionCount: 4) }
        #expect(absent == .noSuchOption(4, optionCount: 4))
        let shares = try Choice.shares(Shares([.init(option: 2, basisPoints: 10_000)]))
        let beyond = failure { () throws(BallotError) in try shares.check(for: .quadratic, optionCount: 2) }
        #expect(beyond == .noSuchOption(2, optionCount: 2))
        for system in VotingSystem.allCases where system != .approval {
            let wrong = failure { () throws(BallotError) in try three.check(for: system, optionCount: 4) }
            #expect(wrong == .wrongSystem(expected: system))
        }
    }

    @Test func `rankings of every length are told apart`() throws {
        var seen: Set<Ranking> = []
        for length in 1...16 {
            let ranking = try Ranking(Array((0..<length).reversed()))
            #expect(ranking.options == Array((0..<length).reversed()))
            seen.insert(ranking)
            let rising = try Ranking(Array(0..<length))
            #expect(rising.options == Array(0..<length))
            seen.insert(rising)
        }
        // The two of length one are the same.
        #expect(seen.count == 31)
    }

    @Test func `it is stored as its text`() throws {
        let choice = try Choice.ranking(Ranking([1, 0]))
        let bytes = try JSONEncoder().encode([choice])
        #expect(String(decoding: bytes, as: UTF8.self) == #"["rank:1,0"]"#)
        let read = try JSONDecoder().decode([Choice].self, from: bytes)
        #expect(read == [choice])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Choice].self, from: Data(#"["rank:1,1"]"#.utf8))
        }
    }
}
