/// Weighted and quadratic voting: each option gets its part of the weight, or the root of it.
///
/// Weighted: weight times basis points, which is the part in ten-thousandths of a base unit, exactly.
///
/// Quadratic: floor(sqrt(weight * basisPoints * 100)), which is the root of the part in thousandths, rounded down once
/// for each ballot and option. So a balance split over k wallets gets about the square root of k times as many votes:
/// this rule counts wallets as people.
struct SharesTally: BallotCounter {
    private var totals: [UInt128]
    private let isQuadratic: Bool

    init(optionCount: Int, isQuadratic: Bool) {
        totals = Array(repeating: 0, count: optionCount)
        self.isQuadratic = isQuadratic
    }

    mutating func add(_ choice: Choice, weight: UInt64) {
        guard case .shares(let shares) = choice else { return }
        for part in shares.parts {
            // Below 2^64 times 10^6.
            let scaled = UInt128(weight) * UInt128(part.basisPoints)
            totals[part.option] += isQuadratic ? UInt128(SquareRoot.floor(of: scaled * 100)) : scaled
        }
    }

    func count() -> BallotCount {
        BallotCount(
            totals: totals,
            unitsPerVote: isQuadratic ? 1_000 : 10_000,
            leaders: BallotCount.leaders(of: totals)
        )
    }
}
