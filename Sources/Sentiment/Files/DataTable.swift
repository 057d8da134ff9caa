import JSON

/// A file of rows with named columns: CSV, or a JSON list of objects.
struct DataTable {
    struct Row {
        /// The number of the line in CSV, of the entry in JSON; from 1.
        let number: Int
        /// As many as there are columns; `nil` where an object has no such member.
        let cells: [String?]
    }

    private(set) var columns: [String] = []
    private(set) var rows: [Row] = []
    /// Rows that are none, by their numbers.
    private(set) var refused: [RefusedRow] = []

    static let fileBytesMax = 64 * 1024 * 1024
    static let rowsMax = 1_000_000

    /// Reads a whole file.
    ///
    /// Blocks while it reads, so it is for tools.
    /// - Throws: `SentimentError` with the file's name.
    static func read(path: String) throws(SentimentError) -> DataTable {
        let bytes = try WholeFile.read(path: path, bytesMax: fileBytesMax)
        do throws(SentimentError) {
            return try DataTable(bytes)
        } catch {
            throw SentimentError(error.code, "\(path): \(error.message)")
        }
    }

    /// Parses the bytes of a file; what begins with `[` is JSON.
    ///
    /// - Throws: `SentimentError` for a file that is empty, too large, or cannot be made out.
    init(_ bytes: [UInt8]) throws(SentimentError) {
        guard bytes.count <= DataTable.fileBytesMax else {
            throw SentimentError(.tooMuch, "has \(bytes.count) bytes; at most \(DataTable.fileBytesMax) are read")
        }
        let first = bytes.first { $0 > 0x20 && $0 != 0xEF && $0 != 0xBB && $0 != 0xBF }
        if first == UInt8(ascii: "[") {
            try parseJSON(bytes)
        } else if first == UInt8(ascii: "{") {
            throw SentimentError(.badData, "is a JSON object; it takes a list of objects: [{…}, {…}]")
        } else {
            try parseCSV(bytes)
        }
    }

    private mutating func parseCSV(_ bytes: [UInt8]) throws(SentimentError) {
        var reader = CSVReader(bytes)
        guard let head = try reader.next() else { throw SentimentError(.badData, "is empty") }
        columns = head.cells
        while let row = try reader.next() {
            guard rows.count + refused.count < DataTable.rowsMax else {
                throw SentimentError(.tooMuch, "has more than \(DataTable.rowsMax) rows")
            }
            if let problem = row.problem {
                refused.append(RefusedRow(number: row.line, reason: problem))
            } else if row.cells.count != columns.count {
                let reason = "has \(row.cells.count) cells instead of \(columns.count)"
                refused.append(RefusedRow(number: row.line, reason: reason))
            } else {
                rows.append(Row(number: row.line, cells: row.cells))
            }
        }
    }

    private mutating func parseJSON(_ bytes: [UInt8]) throws(SentimentError) {
        let value: JSONValue
        do throws(JSONSyntaxError) {
            value = try JSONValue(parsing: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes)
        } catch {
            throw SentimentError(.badData, "is no JSON: \(error)")
        }
        let entries = value.array ?? []
        guard !entries.isEmpty else { throw SentimentError(.badData, "is an empty list") }
        guard entries.count <= DataTable.rowsMax else {
            throw SentimentError(.tooMuch, "has more than \(DataTable.rowsMax) rows")
        }
        columns = Set(entries.flatMap { ($0.object ?? [:]).keys }).sorted()
        guard columns.count <= CSVReader.cellsMax else {
            throw SentimentError(.tooMuch, "has objects with more than \(CSVReader.cellsMax) different members")
        }
        for (index, entry) in entries.enumerated() {
            guard let members = entry.object else {
                refused.append(RefusedRow(number: index + 1, reason: "is no object"))
                continue
            }
            rows.append(Row(number: index + 1, cells: columns.map { members[$0].flatMap(DataTable.text) }))
        }
    }

    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .null: nil
        default: value.description
        }
    }
}
