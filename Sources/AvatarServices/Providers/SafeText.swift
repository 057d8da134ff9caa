/// Makes what a service says fit to be shown: one line, short, without addresses and keys.
enum SafeText {
    static let lengthMax = 200
    private static let codeLengthMax = 64

    /// - Parameters:
    ///   - text: may be anything, of any length.
    ///   - secret: must not be in it.
    /// - Returns: at most `lengthMax` characters.
    static func line(_ text: String, hiding secret: String?) -> String {
        // Cut before it is worked on, with room for what is left out.
        var text = String(text.unicodeScalars.prefix(lengthMax * 10))
        if let secret, !secret.isEmpty { text = text.replacing(secret, with: "[key]") }
        let words = text.unicodeScalars.split { isBlank($0) }.map { word in
            let word = String(word)
            return word.contains("://") ? "[address]" : word
        }
        return String(words.joined(separator: " ").unicodeScalars.prefix(lengthMax))
    }

    /// A service's name for a failure, in lower-case letters, digits and underscores.
    static func code(_ text: String) -> String {
        let allowed = text.utf8.prefix(codeLengthMax).map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
            default: UInt8(ascii: "_")
            }
        }
        return String(decoding: allowed, as: UTF8.self)
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .unassigned, .privateUse: true
        default: false
        }
    }
}
