import Governance
import Testing

@Suite struct TreasurySplitTests {
    private static let cases: [(UInt64, [UInt64])] = [
        (0, [0, 0, 0]), (1, [0, 0, 1]), (2, [1, 0, 1]), (3, [1, 0, 2]), (9, [4, 2, 3]), (10, [5, 3, 2]),
        (101, [50, 30, 21]), (.max, [9_223_372_036_854_775_807, 5_534_023_222_112_865_484, 3_689_348_814_741_910_324]),
    ]

    @Test(arguments: cases)
    func `half goes to the creator, three tenths to the relayers, and the rest to the DAO`(
        amount: UInt64,
        parts: [UInt64]
    ) throws {
        let split = try #require(TreasurySplit().parts(of: amount))
        #expect([split.creator, split.relayers, split.dao] == parts)
    }

    @Test func `the parts always make the whole`() throws {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<20_000 {
            var split = TreasurySplit()
            split.creatorBasisPoints = .random(in: 0...10_000, using: &random)
            split.relayersBasisPoints = .random(in: 0...10_000 - split.creatorBasisPoints, using: &random)
            split.daoBasisPoints = 10_000 - split.creatorBasisPoints - split.relayersBasisPoints
            let amount = UInt64.random(in: 0 ... .max, using: &random) >> UInt64.random(in: 0...63, using: &random)
            let parts = try #require(split.parts(of: amount))
            let (first, isOver) = parts.creator.addingReportingOverflow(parts.relayers)
            let (sum, isTooMuch) = first.addingReportingOverflow(parts.dao)
            #expect(sum == amount && !isOver && !isTooMuch)
            // What rounding leaves is the DAO's: at least its part, and less than two units more.
            let share = UInt128(amount) * UInt128(split.daoBasisPoints)
            #expect(UInt128(parts.dao) * 10_000 >= share && UInt128(parts.dao) * 10_000 < share + 20_000)
        }
    }

    @Test func `a tip is the creator's`() {
        let parts = TreasurySplit.tip(77)
        #expect(parts.creator == 77 && parts.relayers == 0 && parts.dao == 0)
    }

    @Test func `parts that do not make the whole divide nothing`() {
        var split = TreasurySplit()
        split.daoBasisPoints = 2_001
        #expect(split.parts(of: 100) == nil && split.problems().map(\.key) == ["daoBasisPoints"])
        split.creatorBasisPoints = -1
        split.relayersBasisPoints = 10_001
        #expect(split.problems().map(\.key) == ["creatorBasisPoints", "relayersBasisPoints"])
        split.creatorBasisPoints = .max
        #expect(split.parts(of: .max) == nil)
    }
}
