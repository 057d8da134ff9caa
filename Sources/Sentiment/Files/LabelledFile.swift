/// A file of texts with labels.
package struct LabelledFile: Sendable {
    /// How to find texts and labels in a file.
    package struct Format: Hashable, Sendable {
        /// The column of the texts; `nil` to guess.
        package var textColumn: String?
        /// The column of the labels; `nil` to guess.
        package var labelColumn: String?
        package var labels = LabelReading()
        /// Rows must pass all of them.
        package var filters: [RowFilter] = []

        package init() {}
    }

    package let texts: [LabelledText]
    package let refused: [RefusedRow]
    /// How many rows the filters left out.
    package let filtered: Int
    /// Which of the filters' columns the file has.
    package let filterColumns: Set<String>

    /// What the columns are usually called, the surest first.
    package static let textColumns = ["sentence", "news", "title", "text", "processed"]
    package static let labelColumns = ["label", "final_manual_labelling", "senti_label", "sentiment"]

    /// Reads a file: CSV with named columns, or a JSON list of objects.
    ///
    /// Blocks while it reads, so it is for tools.
    /// - Parameters:
    ///   - path: the file.
    ///   - format: how to find texts and labels.
    /// - Returns: the texts, and what was left out.
    /// - Throws: `SentimentError` with the file's name and what to do.
    package static func read(path: String, format: Format = Format()) throws(SentimentError) -> LabelledFile {
        let table = try DataTable.read(path: path)
        do throws(SentimentError) {
            return try LabelledFile(table, format: format)
        } catch {
            throw SentimentError(error.code, "\(path): \(error.message)")
        }
    }

    /// Parses the bytes of a file.
    ///
    /// - Throws: `SentimentError` when the columns cannot be found.
    package init(parsing bytes: [UInt8], format: Format = Format()) throws(SentimentError) {
        try self.init(try DataTable(bytes), format: format)
    }

    private init(_ table: DataTable, format: Format) throws(SentimentError) {
        func column(
            _ given: String?,
            _ guesses: [String],
            _ what: String
        ) throws(SentimentError) -> Int {
            let names = table.columns.map { $0.lowercased() }
            for name in given.map({ [$0] }) ?? guesses {
                if let index = table.columns.firstIndex(of: name) ?? names.firstIndex(of: name.lowercased()) {
                    return index
                }
            }
            let wanted = given.map { "no column '\($0)'" } ?? "no column for the \(what)"
            throw SentimentError(
                .badData,
                "has \(wanted); name it with --\(what)-column, there are: \(table.columns.joined(separator: ", "))"
            )
        }
        let textPlace = try column(format.textColumn, LabelledFile.textColumns, "text")
        let labelPlace = try column(format.labelColumn, LabelledFile.labelColumns, "label")
        let filters = format.filters.map { filter in (filter, table.columns.firstIndex(of: filter.column)) }
        var (texts, refused, filtered): ([LabelledText], [RefusedRow], Int) = ([], table.refused, 0)
        for row in table.rows {
            guard filters.allSatisfy({ filter, place in filter.takes(place.flatMap { row.cells[$0] }) }) else {
                filtered += 1
                continue
            }
            switch LabelledFile.text(row.cells[textPlace], row.cells[labelPlace], format.labels) {
            case .success(let text): texts.append(text)
            case .failure(let problem): refused.append(RefusedRow(number: row.number, reason: problem.message))
            }
        }
        self.texts = texts
        self.refused = refused.sorted { $0.number < $1.number }
        self.filtered = filtered
        filterColumns = Set(filters.compactMap { filter, place in place == nil ? nil : filter.column })
    }

    private static func text(
        _ text: String?,
        _ label: String?,
        _ labels: LabelReading
    ) -> Result<LabelledText, SentimentError> {
        func problem(_ message: String) -> Result<LabelledText, SentimentError> {
            .failure(SentimentError(.badData, message))
        }
        guard let text, text.contains(where: { !$0.isWhitespace }) else { return problem("has no text") }
        guard text.utf8.count <= SentimentLimits.textBytesMax else {
            return problem("its text is longer than \(SentimentLimits.textBytesMax) bytes")
        }
        guard let label, !label.isEmpty else { return problem("has no label") }
        guard let known = labels.label(label) else {
            return problem("'\(label.prefix(40))' is no label: positive, negative, neutral, bull, bear or -1 to 1")
        }
        return .success(LabelledText(text, known))
    }
}
