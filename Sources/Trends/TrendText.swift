/// Text of people nobody knows, made fit to be kept and shown as text.
enum TrendText {
    static let wordsMax = 30
    /// Characters of a snippet; a word may be long.
    static let charactersMax = 280
    /// Bytes that are looked at at all.
    static let bytesMax = 4096

    /// One line of plain words: no control characters, no markup, no addresses, at most 30 words.
    ///
    /// - Returns: `nil` when there is no word in it.
    static func snippet(_ text: String) -> String? {
        guard text.utf8.count <= bytesMax else { return nil }
        let plain = String(String.UnicodeScalarView(withoutTags(text).unicodeScalars.map(plain)))
        let words = plain.split(separator: " ").filter { !isAddress($0) }.prefix(wordsMax)
        var line = words.joined(separator: " ")
        if line.count > charactersMax { line = String(line.prefix(charactersMax)) }
        return line.contains { $0.isLetter || $0.isNumber } ? line : nil
    }

    /// What looks like a tag becomes a space, with what stands in it.
    private static func withoutTags(_ text: String) -> String {
        var (result, rest) = ("", text[...])
        while let open = rest.firstIndex(of: "<") {
            result += rest[..<open]
            let behind = rest[rest.index(after: open)...]
            let inside = behind.prefix { $0 != ">" && $0 != "<" }
            let isClosed = behind[inside.endIndex...].first == ">"
            let isTag = isClosed && (inside.first.map { $0.isLetter || $0 == "/" } ?? false)
            result += " "
            rest = isTag ? behind[inside.endIndex...].dropFirst() : behind
        }
        return result + rest
    }

    /// What controls, marks up, or is not seen becomes a space.
    private static func plain(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .spaceSeparator, .lineSeparator,
            .paragraphSeparator:
            " "
        default: "<>`*_~|[]{}\\".unicodeScalars.contains(scalar) ? " " : scalar
        }
    }

    private static func isAddress(_ word: Substring) -> Bool {
        let lowered = word.lowercased()
        return lowered.contains("://") || lowered.contains("www.")
    }

    // MARK: Links

    private static let hosts: Set<String> = [
        "x.com", "www.x.com", "mobile.x.com", "twitter.com", "www.twitter.com", "mobile.twitter.com",
    ]
    private static let linkBytesMax = 200

    /// The address of a page on X, without what stands behind a question mark.
    ///
    /// - Returns: `nil` for every other address: another scheme, host or port, a user, a path that is none of X's.
    static func link(_ text: String) -> String? {
        guard text.utf8.count <= linkBytesMax, text.hasPrefix("https://") else { return nil }
        let rest = text.dropFirst("https://".count).prefix { $0 != "?" && $0 != "#" }
        let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 2, hosts.contains(String(parts[0])) else { return nil }
        // A slash at the end is none of the path.
        let path = parts.dropFirst().reversed().drop(while: \.isEmpty).reversed()
        guard !path.isEmpty, path.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isPathByte) }) else { return nil }
        return "https://\(parts[0])/\(path.joined(separator: "/"))"
    }

    private static func isPathByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
