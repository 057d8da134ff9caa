/// Takes away what stands before a feed and means nothing: blanks, marks of byte order, the XML declaration.
///
/// The declaration speaks of a charset that the text no longer has. XML allows nothing before it, but many feeds begin
/// with an empty line.
struct PrologTrimmer {
    private static let declarationBytesMax = 1_024
    private static let declarationStart = Array("<?xml".utf8)

    private var held: [UInt8] = []
    private var isThrough = false

    /// - Parameters:
    ///   - text: what comes next; whole characters in UTF-8.
    ///   - isFinal: whether nothing follows.
    /// - Returns: what of it belongs to the feed, with what was held back before.
    mutating func trim(_ text: [UInt8], isFinal: Bool) -> [UInt8] {
        if isThrough { return text }
        held += text
        _ = held.dropLeadingBlanks()
        let start = PrologTrimmer.declarationStart
        if held.count <= start.count, start.starts(with: held), !isFinal { return [] }
        if held.starts(with: start), held.count > start.count, PrologTrimmer.endsName(held[start.count]) {
            if let end = held.prefix(PrologTrimmer.declarationBytesMax).firstRange(of: Array("?>".utf8)) {
                held.removeFirst(end.upperBound)
            } else if held.count < PrologTrimmer.declarationBytesMax, !isFinal {
                return []
            }
        }
        isThrough = true
        defer { held = [] }
        return held
    }

    private static func endsName(_ byte: UInt8) -> Bool { byte <= 0x20 || byte == UInt8(ascii: "?") }
}
