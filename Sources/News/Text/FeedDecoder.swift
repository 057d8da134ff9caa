/// How the bytes of a feed are read.
package enum FeedCharset: String, Hashable, Sendable {
    case utf8 = "utf-8"
    case windows1252 = "windows-1252"
    case utf16LittleEndian = "utf-16le"
    case utf16BigEndian = "utf-16be"

    /// What a label stands for in a document whose declaration could be read byte by byte.
    ///
    /// That rules UTF-16 out, and ASCII is UTF-8. `nil` comes of a charset that is not read here.
    init?(label: String) {
        let plain = label.lowercased().filter { $0.isLetter || $0.isNumber }
        if plain.hasPrefix("utf8") {
            self = .utf8
            return
        }
        switch plain {
        case "iso88591", "iso8859", "latin1", "l1", "windows1252", "cp1252": self = .windows1252
        case "ascii", "usascii", "utf16", "utf16le", "utf16be": self = .utf8
        default: return nil
        }
    }
}

/// Makes text of a feed's bytes, in whatever pieces they come.
///
/// A mark of byte order decides, then what the header and the XML declaration say. Where these do not agree it is UTF-8,
/// whose reader repairs the other.
struct FeedDecoder {
    /// Where an XML declaration has to be over.
    private static let declarationBytesMax = 1_024
    private static let declarationStart = Array("<?xml".utf8)

    private(set) var charset: FeedCharset?
    private(set) var output = TextOutput()
    /// What the header says.
    private let label: String?
    /// The beginning, until the charset is known.
    private var beginning: [UInt8] = []
    /// Whether it had a mark of byte order in UTF-8.
    private var hasMark = false
    private var utf8 = UTF8Repair()
    private var utf16 = UTF16Repair(isLittleEndian: true)

    /// - Parameter label: the charset that the header `Content-Type` names.
    init(label: String?) { self.label = label }

    /// - Parameter bytes: what comes next.
    /// - Returns: the text that is complete now, in UTF-8.
    /// - Throws: `charsetUnknown`.
    mutating func decode(_ bytes: some Sequence<UInt8>) throws(NewsError) -> [UInt8] {
        guard charset == nil else {
            take(bytes)
            return output.take()
        }
        beginning.append(contentsOf: bytes)
        try decide(isFinal: false)
        return output.take()
    }

    /// Everything has come.
    ///
    /// - Returns: the text that is left.
    /// - Throws: `charsetUnknown`.
    mutating func finish() throws(NewsError) -> [UInt8] {
        if charset == nil { try decide(isFinal: true) }
        utf8.finish(into: &output)
        utf16.finish(into: &output)
        return output.take()
    }

    private mutating func take(_ bytes: some Sequence<UInt8>) {
        switch charset {
        case .utf8, nil: for byte in bytes { utf8.take(byte, into: &output) }
        case .windows1252:
            for byte in bytes {
                if byte < 0x80 { output.appendASCII(byte) } else { output.append(Windows1252.scalar(byte), of: 1) }
            }
        case .utf16LittleEndian, .utf16BigEndian: for byte in bytes { utf16.take(byte, into: &output) }
        }
    }

    // MARK: The beginning

    /// Whatever is decided here does not change when more comes.
    private mutating func decide(isFinal: Bool) throws(NewsError) {
        if beginning.dropLeadingBlanks() { hasMark = true }
        guard isFinal || beginning.count >= 4 else { return }
        if let wide = FeedDecoder.wideCharset(beginning) {
            utf16 = UTF16Repair(isLittleEndian: wide == .utf16LittleEndian)
            return begin(as: wide)
        }
        var declared: String?
        let known = min(beginning.count, FeedDecoder.declarationStart.count)
        if beginning[..<known].elementsEqual(FeedDecoder.declarationStart[..<known]) {
            let place = beginning.prefix(FeedDecoder.declarationBytesMax)
            if let end = place.firstRange(of: Array("?>".utf8)) {
                declared = FeedDecoder.label(in: place[..<end.lowerBound])
            } else if beginning.count < FeedDecoder.declarationBytesMax, !isFinal {
                return
            }
        }
        begin(as: try hasMark ? .utf8 : FeedDecoder.choose(label, declared))
    }

    private mutating func begin(as charset: FeedCharset) {
        self.charset = charset
        let bytes = beginning
        beginning = []
        take(bytes)
    }

    private static func wideCharset(_ bytes: [UInt8]) -> FeedCharset? {
        switch bytes.prefix(2) {
        case [0xFF, 0xFE], [0x3C, 0x00]: .utf16LittleEndian
        case [0xFE, 0xFF], [0x00, 0x3C]: .utf16BigEndian
        default: nil
        }
    }

    private static func choose(_ labels: String?...) throws(NewsError) -> FeedCharset {
        let labels = labels.compactMap(\.self).filter { !$0.isEmpty }
        let known = labels.compactMap(FeedCharset.init(label:))
        if known.contains(.utf8) { return .utf8 }
        if let first = known.first { return first }
        guard let unknown = labels.first else { return .utf8 }
        throw NewsError(.charsetUnknown, String(unknown.prefix(40)))
    }

    /// The `encoding` of an XML declaration.
    private static func label(in declaration: ArraySlice<UInt8>) -> String? {
        let text = String(decoding: declaration, as: UTF8.self)
        guard let name = text.firstRange(of: "encoding") else { return nil }
        let value = text[name.upperBound...].drop { $0.isWhitespace || $0 == "=" }
        guard let quote = value.first, quote == "\"" || quote == "'" else { return nil }
        return String(value.dropFirst().prefix { $0 != quote })
    }
}
