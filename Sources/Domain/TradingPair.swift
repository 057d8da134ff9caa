package import Bus

/// What is traded against what, such as `BTC-USD`.
///
/// Its text is fit to be the subject of an event.
package struct TradingPair: Hashable, Sendable {
    /// The code of what is bought and sold.
    package let base: String
    /// The code of the currency that prices are in.
    package let quote: String

    package static let codeLengthMax = 15

    /// `nil` unless both codes are 1 to 15 capital letters and digits.
    package init?(base: some StringProtocol, quote: some StringProtocol) {
        guard TradingPair.isCode(base), TradingPair.isCode(quote) else { return nil }
        self.base = String(base)
        self.quote = String(quote)
    }

    /// For codes that are known to be good.
    init(knownBase base: String, quote: String) {
        self.base = base
        self.quote = quote
    }

    /// Parses two codes joined by a hyphen.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        self.init(base: parts[0], quote: parts[1])
    }

    package var text: String { "\(base)-\(quote)" }
    /// The subject of events about it.
    package var subject: Subject? { Subject(text) }

    private static func isCode(_ text: some StringProtocol) -> Bool {
        (1...codeLengthMax).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
            }
    }
}

extension TradingPair: Comparable, CustomStringConvertible {
    package static func < (left: TradingPair, right: TradingPair) -> Bool { left.text < right.text }
    package var description: String { text }
}

extension TradingPair: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let pair = TradingPair(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a trading pair: \(text)")
        }
        self = pair
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
