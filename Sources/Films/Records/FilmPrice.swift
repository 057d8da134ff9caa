package import Domain

/// What a film costs its owner, in credits.
///
/// Each step that a provider is paid for costs credits = ceil(1.3 × cost in US dollars / 0.02), at least 1. What is made
/// on this machine is paid to nobody and costs nothing.
package enum FilmPrice {
    /// Who makes a step of a film.
    package enum Maker: Hashable, Sendable {
        /// A program of ours.
        case station
        /// A service, and what it takes for it in US dollars.
        case provider(ExactDecimal)
    }

    /// What a step costs.
    ///
    /// - Returns: `nil` for a provider's cost below zero, or above a million dollars.
    package static func credits(of maker: Maker) -> Int64? {
        guard case .provider(let cost) = maker else { return 0 }
        guard !cost.isNegative, cost <= ExactDecimal(1_000_000), cost.scale <= 12 else { return nil }
        // cost × 1.3 / 0.02 = cost × 65.
        let one = (0..<cost.scale).reduce(Int128(1)) { value, _ in value * 10 }
        let (quotient, remainder) = (cost.significand * 65).quotientAndRemainder(dividingBy: one)
        return max(1, Int64(clamping: remainder > 0 ? quotient + 1 : quotient))
    }

    /// What all steps of a film cost, which is held when it is ordered, settled as each step ends, and released with the
    /// rest when it is cancelled.
    package static func credits(of makers: [Maker]) -> Int64? {
        makers.reduce(Int64?(0)) { sum, maker in
            guard let sum, let credits = credits(of: maker) else { return nil }
            return sum.addingReportingOverflow(credits).partialValue
        }
    }

    /// Voices, pictures and cutting are this machine's: there is nothing to hold.
    package static let drawnHere: [Maker] = [.station, .station]
}
