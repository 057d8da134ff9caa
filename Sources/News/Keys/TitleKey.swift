/// The second key of a piece of news: what its title says, however it is set.
///
/// Case, punctuation, width and blanks do not count; the sign of a number does.
package enum TitleKey {
    /// A title of fewer words is used for all kinds of news, such as `Market update`.
    private static let wordsMin = 3
    /// In bytes; where words are not set apart, this counts.
    private static let bytesMin = 24

    /// - Parameter title: plain text.
    /// - Returns: `nil` when the title is too short to tell one piece of news from another.
    package static func key(_ title: String) -> NewsKey? {
        let plain = normalized(title)
        let words = plain.split(separator: " ").count
        guard words >= wordsMin || plain.utf8.count >= bytesMin else { return nil }
        return NewsKey(hashing: "title \(plain)")
    }

    /// Letters and digits in lower case, with one space where something else was.
    static func normalized(_ title: String) -> String {
        var result = String.UnicodeScalarView()
        var hasGap = true
        var sign: Unicode.Scalar?
        for wide in title.unicodeScalars {
            let scalar = narrow(wide)
            if isApostrophe(scalar) { continue }
            guard isKept(scalar) else {
                // Between letters and digits a dash is a dash.
                sign = hasGap || scalar == "+" ? TitleKey.sign(scalar) : nil
                hasGap = true
                continue
            }
            if hasGap, !result.isEmpty { result.append(" ") }
            if let sign, scalar.properties.numericType != nil { result.append(sign) }
            (hasGap, sign) = (false, nil)
            result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
        }
        return String(result)
    }

    /// The forms that are as wide as a Chinese character, in the width of Latin ones.
    private static func narrow(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        guard (0xFF01...0xFF5E).contains(scalar.value) else { return scalar }
        return Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar
    }

    private static func isApostrophe(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "'" || scalar == "\u{2019}" || scalar == "\u{2018}" || scalar == "\u{02BC}"
    }

    /// A plus, or any of the dashes that stand for a minus.
    private static func sign(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar {
        case "+": "+"
        case "-", "\u{2212}", "\u{2013}": "-"
        default: nil
        }
    }

    private static func isKept(_ scalar: Unicode.Scalar) -> Bool {
        let properties = scalar.properties
        return switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber, .nonspacingMark, .spacingMark, .enclosingMark:
            true
        default: false
        }
    }
}
