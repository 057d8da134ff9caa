import JSON

/// An answer as it stands on the wire, taken apart without any help of the server's code.
struct RawAnswer {
    let status: Int
    /// By lower-case name.
    let headers: [String: String]
    private(set) var body: [UInt8] = []
    /// Of a body in chunks: each as it came.
    private(set) var chunks: [[UInt8]] = []
    /// Whether the body has come to the end that it announces; never without an announcement.
    private(set) var isComplete = false
    /// All of it, as far as it has come.
    private(set) var byteCount = 0

    /// - Returns: `nil` unless the whole head is there.
    init?(_ bytes: [UInt8]) {
        let blank: [UInt8] = [13, 10, 13, 10]
        guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: blank) }) else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else { return nil }
        self.status = status
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        self.headers = headers
        let rest = bytes[(end + 4)...]
        byteCount = end + 4
        if headers["transfer-encoding"] == "chunked" {
            readChunks(rest)
        } else if let length = headers["content-length"].flatMap({ Int($0) }) {
            body = Array(rest.prefix(length))
            isComplete = body.count == length
            byteCount += body.count
        } else if status == 204 {
            isComplete = true
        } else {
            body = Array(rest)
            byteCount += body.count
        }
    }

    private mutating func readChunks(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while let lineEnd = rest.firstIndex(of: 10) {
            let digits = String(decoding: rest[..<lineEnd], as: UTF8.self).prefix { $0.isHexDigit }
            guard let size = Int(digits, radix: 16), rest.count >= lineEnd + 1 - rest.startIndex + size + 2 else {
                return
            }
            let start = lineEnd + 1
            byteCount += start - rest.startIndex + size + 2
            if size == 0 {
                isComplete = true
                return
            }
            chunks.append(Array(rest[start..<start + size]))
            body += rest[start..<start + size]
            rest = rest[(start + size + 2)...]
        }
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    func json() throws -> JSONValue { try JSONValue(parsing: body) }

    /// The data of its events that are JSON.
    func events() throws -> [JSONValue] {
        try data.filter { $0 != "[DONE]" }.map { try JSONValue(parsing: Array($0.utf8)) }
    }

    /// What stands behind `data:` in each event.
    var data: [String] {
        text.split(separator: "\n").filter { $0.hasPrefix("data: ") }.map { String($0.dropFirst(6)) }
    }
}
