/// A place in a text: both numbers count from 1, columns in Unicode scalars.
package struct SourcePosition: Hashable, Sendable {
    package var line: Int
    package var column: Int
}

/// Finds where each key of a TOML document stands, which the parser does not tell.
///
/// It trusts the parser to judge the syntax: on a document that is no TOML it gives some positions, never a trap. What the
/// parser would let through or die of is refused here: keys or values nested too deep; escaped NUL characters, which would
/// cut texts short; headers without a key and brackets without a value, as in `[[[` and `a = [}`, where the parser aborts
/// the process (LebJe/TOMLKit issue 30).
struct TOMLPositions {
    struct Refusal {
        let position: SourcePosition
        let text: String
        /// Where the statement begins that the parser must not see.
        let statementStart: Int
    }

    private(set) var positions: [ConfigPath: SourcePosition] = [:]
    private(set) var refusals: [Refusal] = []

    private let bytes: [UInt8]
    private var index = 0
    private var position = SourcePosition(line: 1, column: 1)
    private var statementStart = 0
    /// Elements seen so far of each array of tables.
    private var elementCounts: [ConfigPath: Int] = [:]

    static let depthMax = 32

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        scan()
    }

    private mutating func scan() {
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { index = 3 }
        var table = ConfigPath()
        while true {
            skipBlank(newlines: true)
            guard let byte = peek else { return }
            let start = index
            statementStart = start
            if byte == UInt8(ascii: "[") {
                table = header()
            } else {
                keyAndValue(in: table, depth: 0)
            }
            if index == start { advance() }
        }
    }

    /// `[a.b]` or `[[a.b]]`; gives the path of the table that it opens.
    private mutating func header() -> ConfigPath {
        let start = position
        advance()
        let isElement = peek == UInt8(ascii: "[")
        if isElement { advance() }
        skipBlank(newlines: false)
        if !startsKey { refuse("a table header needs a key here") }
        let names = key()
        var path = ConfigPath()
        for (place, name) in names.enumerated() {
            path = path.key(name)
            if positions[path] == nil { positions[path] = start }
            if isElement, place == names.count - 1 {
                elementCounts[path, default: 0] += 1
            }
            if let count = elementCounts[path] { path = path.index(count - 1) }
        }
        if positions[path] == nil { positions[path] = start }
        while let byte = peek, byte != UInt8(ascii: "\n") { advance() }
        return path
    }

    private mutating func keyAndValue(in table: ConfigPath, depth: Int) {
        let start = position
        var path = table
        for name in key() {
            path = path.key(name)
            if positions[path] == nil { positions[path] = start }
        }
        skipBlank(newlines: false)
        guard peek == UInt8(ascii: "=") else { return }
        advance()
        skipBlank(newlines: false)
        value(at: path, depth: depth)
    }

    private mutating func value(at path: ConfigPath, depth: Int) {
        guard depth < Self.depthMax else {
            refuse("values are nested deeper than \(Self.depthMax) levels")
            index = bytes.count
            return
        }
        guard let first = peek, (0x21...0x7e).contains(first), !",]}#".utf8.contains(first) else {
            return refuse("a value is missing here")
        }
        switch first {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): _ = string()
        case UInt8(ascii: "["): array(at: path, depth: depth)
        case UInt8(ascii: "{"): inlineTable(at: path, depth: depth)
        default:
            let start = index
            while let byte = peek, (0x21...0x7e).contains(byte), !",]}#".utf8.contains(byte) { advance() }
            if isDate(bytes[start..<index]), endsAfterOneDigit { refuse("a time of day is missing here") }
            while let byte = peek, !",]}#\n".utf8.contains(byte) { advance() }
        }
    }

    private func isDate(_ token: ArraySlice<UInt8>) -> Bool {
        token.count >= 10 && token.contains(UInt8(ascii: "-")) && token.first.map(Self.digits.contains) == true
    }

    /// Whether a blank, a single digit and the end of the value follow, of which the parser would die behind a date.
    private var endsAfterOneDigit: Bool {
        let next = bytes[index...].prefix(3)
        guard let blank = next.first, blank == UInt8(ascii: " "), next.count >= 2,
            Self.digits.contains(next[next.startIndex + 1])
        else { return false }
        return next.count < 3 || !Self.digits.contains(next[next.startIndex + 2])
    }

    private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")

    private mutating func array(at path: ConfigPath, depth: Int) {
        advance()
        var count = 0
        while true {
            skipBlank(newlines: true)
            guard let byte = peek else { return }
            if byte == UInt8(ascii: "]") { return advance() }
            let start = index
            positions[path.index(count)] = position
            value(at: path.index(count), depth: depth + 1)
            count += 1
            skipBlank(newlines: true)
            if peek == UInt8(ascii: ",") { advance() }
            if index == start { advance() }
        }
    }

    private mutating func inlineTable(at path: ConfigPath, depth: Int) {
        advance()
        while true {
            skipBlank(newlines: true)
            guard let byte = peek else { return }
            if byte == UInt8(ascii: "}") { return advance() }
            let start = index
            keyAndValue(in: path, depth: depth + 1)
            skipBlank(newlines: true)
            if peek == UInt8(ascii: ",") { advance() }
            if index == start { advance() }
        }
    }

    /// A bare, quoted or dotted key as its parts.
    private mutating func key() -> [String] {
        var names: [String] = []
        while true {
            skipBlank(newlines: false)
            guard names.count < Self.depthMax else {
                refuse("keys are nested deeper than \(Self.depthMax) levels")
                index = bytes.count
                return names
            }
            if peek == UInt8(ascii: "\"") || peek == UInt8(ascii: "'") {
                names.append(string())
            } else {
                let start = index
                while let byte = peek, !" \t.=]}[{,#\"'\r\n".utf8.contains(byte) { advance() }
                guard index > start else { return names }
                names.append(String(decoding: bytes[start..<index], as: UTF8.self))
            }
            skipBlank(newlines: false)
            guard peek == UInt8(ascii: ".") else { return names }
            advance()
        }
    }

    /// Any of the four kinds of string; gives its text with the escapes resolved.
    private mutating func string() -> String {
        guard let quote = peek else { return "" }
        let isBasic = quote == UInt8(ascii: "\"")
        let isLong = bytes[index...].starts(with: [quote, quote, quote])
        for _ in 0..<(isLong ? 3 : 1) { advance() }
        var text: [UInt8] = []
        while let byte = peek {
            if byte == quote {
                if !isLong {
                    advance()
                    break
                }
                if bytes[index...].starts(with: [quote, quote, quote]) {
                    // Up to two quotes may stand directly before the closing three.
                    while peek == quote { advance() }
                    break
                }
            } else if byte == UInt8(ascii: "\n"), !isLong {
                break
            } else if byte == UInt8(ascii: "\\"), isBasic {
                text += escape()
                continue
            }
            text.append(byte)
            advance()
        }
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func escape() -> [UInt8] {
        let start = position
        advance()
        guard let byte = peek else { return [] }
        advance()
        switch byte {
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "n"): return [0x0a]
        case UInt8(ascii: "f"): return [0x0c]
        case UInt8(ascii: "r"): return [0x0d]
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            let length = byte == UInt8(ascii: "u") ? 4 : 8
            let digits = String(decoding: bytes[index...].prefix(length), as: UTF8.self)
            guard let number = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(number) else { return [] }
            for _ in 0..<length { advance() }
            if number == 0 { refuse("a text must not hold a NUL character", at: start) }
            return Array(String(Character(scalar)).utf8)
        default: return [byte]
        }
    }

    private mutating func refuse(_ text: String, at place: SourcePosition? = nil) {
        refusals.append(Refusal(position: place ?? position, text: text, statementStart: statementStart))
    }

    private var startsKey: Bool {
        guard let byte = peek else { return false }
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "\""),
            UInt8(ascii: "'"):
            return true
        default: return false
        }
    }

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func advance() {
        guard index < bytes.count else { return }
        let byte = bytes[index]
        index += 1
        if byte == UInt8(ascii: "\n") {
            position.line += 1
            position.column = 1
        } else if byte & 0xc0 != 0x80 {
            position.column += 1
        }
    }

    /// Passes blanks and comments, and the ends of lines where the grammar allows them.
    private mutating func skipBlank(newlines: Bool) {
        while let byte = peek {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"): advance()
            // Only as a part of a line end, like the parser: a lone one is no blank.
            case UInt8(ascii: "\r") where newlines && bytes[index...].starts(with: [0x0d, 0x0a]): advance()
            case UInt8(ascii: "\n") where newlines: advance()
            case UInt8(ascii: "#") where newlines:
                while let next = peek, next != UInt8(ascii: "\n") { advance() }
            default: return
            }
        }
    }
}
