package import Domain

/// An amount of US dollars, in units of 10^-12.
///
/// Quantity times price is rounded to such a unit once, halves to the even neighbour; all else is whole arithmetic.
package struct Dollars: Hashable, Sendable, Comparable {
    package let pico: Int128

    package static let zero = Dollars(pico: 0)
    static let scale = 12
    /// A value of more than a quadrillion dollars is a wrong price.
    private static let picoMax: Int128 = 1_000_000_000_000_000_000_000_000_000

    package init(pico: Int128) { self.pico = pico }

    package init(_ whole: Int) { pico = Int128(whole) * 1_000_000_000_000 }

    /// What a quantity is worth.
    ///
    /// Returns `nil` for a price that is not above zero, and for a value that cannot be.
    init?(_ quantity: ExactDecimal, at price: ExactDecimal) {
        guard price.isPositive else { return nil }
        let places = quantity.scale + price.scale - Dollars.scale
        guard places <= WideNumber.exponentMax,
            let factor = places >= 0 ? price.significand : price.significand(ofScale: price.scale - places),
            let value = WideNumber.product(
                quantity.significand,
                factor,
                over: places >= 0 ? WideNumber.powerOfTen(places) : 1
            ), value.magnitude <= Dollars.picoMax.magnitude
        else { return nil }
        pico = value
    }

    /// The part of this that a part stands for; `nil` when the whole is nothing.
    func share(_ part: Int128, of whole: Int128) -> Dollars? {
        guard whole > 0 else { return nil }
        return WideNumber.product(pico, part, over: whole).map(Dollars.init(pico:))
    }

    /// As `share`, of quantities.
    func share(_ part: ExactDecimal, of whole: ExactDecimal) -> Dollars? {
        let places = max(part.scale, whole.scale)
        guard let one = part.significand(ofScale: places), let two = whole.significand(ofScale: places) else {
            return nil
        }
        return share(one, of: two)
    }

    package var exact: ExactDecimal { ExactDecimal(significand: pico, scale: Dollars.scale) }

    package static func + (left: Dollars, right: Dollars) -> Dollars { Dollars(pico: left.pico + right.pico) }
    package static func - (left: Dollars, right: Dollars) -> Dollars { Dollars(pico: left.pico - right.pico) }
    package static func < (left: Dollars, right: Dollars) -> Bool { left.pico < right.pico }
}
