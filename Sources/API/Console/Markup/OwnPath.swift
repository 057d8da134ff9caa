/// A path of this station, fit to be a link or the target of a redirect.
///
/// Nothing else can be linked to: not another host, and no script.
package struct OwnPath: Hashable, Sendable, ExpressibleByStringLiteral {
    package let text: String

    package static let bytesMax = 512

    /// - Returns: `nil` unless it begins with exactly one slash and holds nothing that a browser could take for another
    ///   host: no backslash, no space, no control character, nothing beyond ASCII.
    package init?(_ text: String) {
        let bytes = text.utf8
        guard bytes.count <= OwnPath.bytesMax, bytes.first == UInt8(ascii: "/"), !text.hasPrefix("//"),
            bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") })
        else { return nil }
        self.text = text
    }

    /// A path in the program's own source.
    package init(stringLiteral text: StaticString) { self.text = text.description }

    /// A path with one more part, which may be any text.
    func appending(_ part: String) -> OwnPath { OwnPath(known: "\(text)/\(OwnPath.encoded(part))") }

    /// A path with a question behind it, whose value may be any text.
    func asking(_ name: StaticString, _ value: String) -> OwnPath {
        OwnPath(known: "\(text)\(text.contains("?") ? "&" : "?")\(name)=\(OwnPath.encoded(value))")
    }

    private init(known text: String) { self.text = text }

    private static func encoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            let character = Character(Unicode.Scalar(byte))
            if byte < 0x80, character.isLetter || character.isNumber || "-_.~".contains(character) {
                encoded.append(character)
            } else {
                encoded += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return encoded
    }
}
