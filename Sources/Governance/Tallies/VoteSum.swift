/// A sum of weights: a whole number of base units, however many voters there are.
///
/// A weight is below 2^64, so that 2^64 ballots fit. Encoded as decimal text, because JSON readers turn numbers into
/// doubles.
package struct VoteSum: Hashable, Sendable {
    package let units: UInt128

    package static let zero = VoteSum(0)

    package init(_ units: UInt128) { self.units = units }
}

extension VoteSum: Comparable, CustomStringConvertible {
    package static func < (left: VoteSum, right: VoteSum) -> Bool { left.units < right.units }

    package var description: String { String(units) }
}

extension VoteSum: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        // The number's own parser would take a plus as well.
        guard let units = UInt128(text), String(units) == text else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a sum of weights: \(text)")
        }
        self.init(units)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
