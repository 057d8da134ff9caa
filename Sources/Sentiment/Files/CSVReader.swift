/// Reads comma-separated values as RFC 4180 has them, and as people write them.
///
/// A cell in quotes may hold commas, line ends and doubled quotes. Lines end with a line feed, with a carriage return, or
/// both. A quote within a cell that does not begin with one stands for itself.
struct CSVReader {
    struct Row: Hashable {
        /// Of the line it begins in, from 1.
        let line: Int
        let cells: [String]
        /// Why it is none that can be used; `nil` for a sound one.
        let problem: String?
    }

    private let bytes: [UInt8]
    private var position = 0
    private var line = 1

    static let cellsMax = 512

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        // What some programs begin a file of UTF-8 with.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// The next row that is not empty.
    ///
    /// - Returns: `nil` at the end.
    /// - Throws: `SentimentError` with the number of the line, for a quote that is never closed and more cells than any
    ///   sensible file has: where the next row begins can then not be told.
    mutating func next() throws(SentimentError) -> Row? {
        while position < bytes.count, let length = lineEndLength() {
            position += length
            line += 1
        }
        guard position < bytes.count else { return nil }
        let start = line
        var cells: [String] = []
        var problem: String?
        while true {
            cells.append(try cell(&problem))
            guard cells.count <= CSVReader.cellsMax else {
                throw error("has more than \(CSVReader.cellsMax) cells", line: start)
            }
            guard position < bytes.count else { break }
            if let length = lineEndLength() {
                position += length
                line += 1
                break
            }
            // The comma; a cell ends nowhere else.
            position += 1
        }
        return Row(line: start, cells: cells, problem: problem)
    }

    private func error(_ text: String, line: Int) -> SentimentError {
        SentimentError(.badData, "line \(line): \(text)")
    }

    private func lineEndLength() -> Int? {
        switch bytes[position] {
        case UInt8(ascii: "\n"): 1
        case UInt8(ascii: "\r"): position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "\n") ? 2 : 1
        default: nil
        }
    }

    /// What stands before the next comma or line end.
    private mutating func plainCell() -> String {
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: ","), lineEndLength() == nil { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func cell(_ problem: inout String?) throws(SentimentError) -> String {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { return plainCell() }
        let start = line
        var text: [UInt8] = []
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            guard byte == UInt8(ascii: "\"") else {
                if byte == UInt8(ascii: "\n") { line += 1 }
                text.append(byte)
                continue
            }
            if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
                text.append(byte)
                position += 1
                continue
            }
            if !plainCell().isEmpty { problem = "has text behind a closing quote; within quotes a quote is doubled" }
            return String(decoding: text, as: UTF8.self)
        }
        throw error("a quote is opened and never closed", line: start)
    }
}
