/// Checks a line that a model has written before anybody hears it.
package enum CleanLine {
    package enum Fault: Hashable, Sendable {
        case empty
        case tooManyWords(Int)
        case tooLong(bytes: Int)
        case markup
        /// Brackets, as stage directions have them.
        case directions
        case link
        case address
        /// Characters that nobody can say: emoji, control characters.
        case unspeakable
    }

    package enum Verdict: Hashable, Sendable {
        /// The line as it is to be said, on one line and without quotes around it.
        case accepted(String)
        case refused(Fault)
    }

    /// A word has 12 bytes here, which no 40 words of speech reach.
    private static let bytesOfWordMax = 12

    /// Checks one line.
    package static func check(_ answer: String, for occasion: OracleOccasion) -> Verdict {
        let bytesMax = occasion.wordsMax * bytesOfWordMax
        // Before anything is looked at closely: a model may answer with anything.
        guard answer.utf8.count <= 4 * bytesMax else { return .refused(.tooLong(bytes: answer.utf8.count)) }
        let words = answer.split(whereSeparator: \.isWhitespace)
        let line = unquoted(words.joined(separator: " "))
        guard line.contains(where: \.isLetter) else { return .refused(.empty) }
        guard words.count <= occasion.wordsMax else { return .refused(.tooManyWords(words.count)) }
        guard line.utf8.count <= bytesMax else { return .refused(.tooLong(bytes: line.utf8.count)) }
        if let fault = line.unicodeScalars.lazy.compactMap(fault).first { return .refused(fault) }
        if words.contains(where: isLink) { return .refused(.link) }
        if hasAddress(line) { return .refused(.address) }
        return .accepted(line)
    }

    private static func unquoted(_ line: String) -> String {
        let pairs: [(Character, Character)] = [("\"", "\""), ("“", "”"), ("'", "'")]
        for (open, close) in pairs where line.count > 1 && line.first == open && line.last == close {
            return String(line.dropFirst().dropLast())
        }
        return line
    }

    private static func fault(_ scalar: Unicode.Scalar) -> Fault? {
        switch scalar {
        case "*", "_", "#", "`", "~", "|", "<", ">", "{", "}", "\\": .markup
        case "[", "]", "(", ")": .directions
        default:
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .otherSymbol, .modifierSymbol,
                .lineSeparator, .paragraphSeparator:
                .unspeakable
            default: nil
            }
        }
    }

    private static func isLink(_ word: Substring) -> Bool {
        let word = word.lowercased()
        if word.contains("://") || word.contains("www.") || word.contains("@") { return true }
        // `example.com`: a point with a letter on either side, and no number.
        let bare = word.drop { !$0.isLetter && !$0.isNumber }
        let parts = bare.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count > 1, let last = parts.last(where: { !$0.isEmpty }), parts.first?.count ?? 0 > 1 else {
            return false
        }
        let ending = last.prefix { $0.isASCII && $0.isLetter }
        let isFollowed = parts.dropFirst().contains { !$0.isEmpty && $0.first?.isLetter ?? false }
        return isFollowed && ending.count >= 2 && (bare.contains("/") || endings.contains(String(ending)))
    }

    private static let endings: Set<String> = [
        "app", "biz", "co", "com", "dev", "eu", "finance", "fm", "fun", "gg", "info", "io", "link", "live", "me",
        "money",
        "net", "network", "org", "ru", "shop", "site", "sol", "to", "top", "trade", "tv", "uk", "us", "vip", "wtf",
        "xyz",
    ]

    /// A run of letters and digits longer than any shortened form, which no word looks like.
    private static func hasAddress(_ line: String) -> Bool {
        line.split { !$0.isASCII || !($0.isLetter || $0.isNumber) }.contains { run in
            guard run.count >= 12 else { return false }
            if run.count >= 32 || run.hasPrefix("0x") { return true }
            let hasDigit = run.contains(where: \.isNumber)
            let hasLetter = run.contains(where: \.isLetter)
            let hasInnerCapital = run.dropFirst().contains(where: \.isUppercase) && run.contains(where: \.isLowercase)
            return hasDigit && hasLetter || hasInnerCapital
        }
    }
}
