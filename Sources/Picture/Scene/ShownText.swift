/// A text for the picture, from anywhere and in any script, of bounded length.
///
/// Breaks of lines and other wide spaces in it are single spaces: where lines end is decided by their box.
package struct ShownText: Hashable, Sendable {
    package let text: String

    package static let charactersMax = 500
    /// A single character may consist of any number of marks; so many fit 500 characters of every script.
    private static let scalarsMax = 1500

    package init(_ text: String) {
        var kept = String.UnicodeScalarView()
        kept.append(contentsOf: text.unicodeScalars.prefix(ShownText.scalarsMax))
        let words = String(kept).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        self.text = String(words.prefix(ShownText.charactersMax))
    }

    /// Whether nothing of it would be seen.
    package var isBlank: Bool { text.isEmpty }

    /// Whether it is read from the right, by its first letter that has a direction.
    package var isRightToLeft: Bool { TextDirection(of: text) == .rightToLeft }
}

extension ShownText: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) { self.init(value) }
}

extension ShownText: Codable {
    package init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
