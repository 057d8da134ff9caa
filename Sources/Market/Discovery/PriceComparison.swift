package import Domain

/// What a candidate's price is held against.
package struct PriceComparison: Hashable, Sendable {
    /// What the station knows already, and from whom.
    package struct Known: Hashable, Sendable {
        package let price: Price
        package let source: String

        package init(price: Price, source: String) {
            self.price = price
            self.source = source
        }
    }

    /// `nil` when the station knows no price that is new enough.
    package let known: Known?
    /// How far the candidate's may be off, in percent of what is known.
    package let tolerancePercent: Double

    package init(known: Known?, tolerancePercent: Double) {
        self.known = known
        self.tolerancePercent = tolerancePercent
    }

    /// What a price of a pair says about whoever told it.
    package func check(_ price: Price, of pair: TradingPair) -> CandidateReport.Check {
        guard let known, known.price.amount.double > 0 else {
            return CandidateReport.Check(
                "price",
                .unknown,
                "it says \(price) for \(pair), and the station knows no price to compare that with"
            )
        }
        let off = abs(price.amount.double / known.price.amount.double - 1) * 100
        let text = "it says \(price) for \(pair), \(known.source) \(known.price)"
        guard off <= tolerancePercent else {
            return CandidateReport.Check("price", .failed, "\(text): more than \(tolerancePercent) % off")
        }
        return CandidateReport.Check("price", .passed, "\(text): at most \(tolerancePercent) % off")
    }
}
