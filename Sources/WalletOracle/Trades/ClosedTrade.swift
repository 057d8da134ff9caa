package import Bus
package import Domain

/// Something that was bought, and sold again.
package struct ClosedTrade: Hashable, Sendable {
    package let asset: String
    package let quantity: ExactDecimal
    /// What was paid for the part that was sold.
    package let cost: Dollars
    package let proceeds: Dollars
    package let closedAt: Timestamp

    package var profit: Dollars { proceeds - cost }

    /// The profit as a fraction of the cost; `nil` for what cost nothing.
    package var returned: Ratio? { Ratio(profit.pico, of: cost.pico) }

    package var isWin: Bool { profit > .zero }

    /// More than half of the cost was lost.
    package var isRug: Bool { cost > .zero && profit.pico * 2 < -cost.pico }
}
