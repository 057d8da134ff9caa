/// How what a channel takes in is divided: to its creator, to the relayers, and the rest to the DAO.
package struct TreasurySplit: Codable, Hashable, Sendable {
    /// What each gets, in base units; together exactly what was divided.
    package struct Parts: Codable, Hashable, Sendable {
        package let creator: UInt64
        package let relayers: UInt64
        package let dao: UInt64
    }

    package var creatorBasisPoints = 5_000
    package var relayersBasisPoints = 3_000
    /// Only for the sum: the DAO gets what the others leave, and so all that rounding leaves.
    package var daoBasisPoints = 2_000

    package init() {}

    /// Divides an amount.
    ///
    /// - Parameter amount: base units.
    /// - Returns: `nil` when `problems()` has any, since the parts would then not add up.
    package func parts(of amount: UInt64) -> Parts? {
        guard problems().isEmpty else { return nil }
        let creator = part(creatorBasisPoints, of: amount)
        let relayers = part(relayersBasisPoints, of: amount)
        return Parts(creator: creator, relayers: relayers, dao: amount - creator - relayers)
    }

    /// A viewer's tip is the creator's alone.
    package static func tip(_ amount: UInt64) -> Parts { Parts(creator: amount, relayers: 0, dao: 0) }

    /// Every mistake, with its key.
    package func problems() -> [(key: String, text: String)] {
        let shares = [
            ("creatorBasisPoints", creatorBasisPoints), ("relayersBasisPoints", relayersBasisPoints),
            ("daoBasisPoints", daoBasisPoints),
        ]
        let wrong = shares.filter { !(0...BasisPoints.whole).contains($0.1) }
        guard wrong.isEmpty else { return wrong.map { ($0.0, "must be in 0...10000") } }
        let sum = shares.reduce(0) { $0 + $1.1 }
        return sum == BasisPoints.whole ? [] : [("daoBasisPoints", "the three must make 10000, and make \(sum)")]
    }

    /// Rounded down; the two together are at most the whole, so the rest is never below nothing.
    private func part(_ basisPoints: Int, of amount: UInt64) -> UInt64 {
        UInt64(UInt128(amount) * UInt128(basisPoints) / UInt128(BasisPoints.whole))
    }
}
