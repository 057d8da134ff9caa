/// Status and header fields, read from the lines as they came.
///
/// The lines are kept raw on libcurl's thread and read on the caller's, so that the one thread stays free.
struct ResponseHead: Sendable {
    let status: Int
    let headers: HTTPHeaders

    /// - Parameter lines: a status line and header lines, each with its line end; later bytes are ignored.
    init(_ lines: [UInt8]) {
        status = Self.status(lines[...])
        var fields: [HTTPHeaders.Field] = []
        var isFirst = true
        for line in lines.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
            if isFirst {
                isFirst = false
                continue
            }
            if let first = line.first, first == 0x20 || first == 0x09, let last = fields.indices.last {
                fields[last].value += " " + Self.text(line)  // a folded line goes on with the field before
            } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
                let value = Self.text(line[line.index(after: colon)...])
                fields.append(HTTPHeaders.Field(name: Self.text(line[..<colon]), value: value))
            }
        }
        headers = HTTPHeaders(fields)
    }

    /// The number after the first space of a status line; 0 when there is none.
    static func status(_ line: ArraySlice<UInt8>) -> Int {
        guard let space = line.prefix(32).firstIndex(of: 0x20) else { return 0 }
        let digits = line[(space + 1)...].prefix(3)
        guard digits.count == 3, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return 0 }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        guard let first = bytes.firstIndex(where: { !isBlank($0) }),
            let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(decoding: bytes[first...last], as: UTF8.self)
    }
}
