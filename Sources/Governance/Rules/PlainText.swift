/// Which texts from outside may stand where people read and sign them.
package enum PlainText {
    /// Whether it is one line that shows as it is: no control characters, no separators of lines or paragraphs, and
    /// none of the marks that turn the direction of writing, by which one text shows as another.
    package static func isLine(_ text: String) -> Bool { text.unicodeScalars.allSatisfy { isShown($0) } }

    /// As above, but of several lines.
    package static func isBlock(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0 == "\n" || $0 == "\t" || isShown($0) }
    }

    /// Whether it is one word of printable ASCII: an address, a number, a hash.
    package static func isWord(_ text: String, bytesMax: Int) -> Bool {
        (1...bytesMax).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    package static func isBlank(_ text: String) -> Bool { text.unicodeScalars.allSatisfy(\.properties.isWhitespace) }

    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: false
        default: !scalar.properties.isBidiControl
        }
    }
}
