/// Several files of texts with labels, read in the same way.
package struct LabelledFiles: Sendable {
    package struct Entry: Sendable {
        package let path: String
        package let file: LabelledFile
    }

    package let entries: [Entry]

    package static let countMax = 64

    /// Reads all of them.
    ///
    /// Blocks while it reads, so it is for tools.
    /// - Parameters:
    ///   - paths: the files.
    ///   - format: how to find texts and labels in each.
    /// - Throws: `SentimentError` when one cannot be read, or a filter names a column that none of them has.
    package init(paths: [String], format: LabelledFile.Format) throws(SentimentError) {
        guard paths.count <= LabelledFiles.countMax else {
            throw SentimentError(.tooMuch, "there are \(paths.count) files; at most \(LabelledFiles.countMax) are read")
        }
        var entries: [Entry] = []
        for path in paths { entries.append(Entry(path: path, file: try LabelledFile.read(path: path, format: format))) }
        let known = entries.reduce(into: Set<String>()) { $0.formUnion($1.file.filterColumns) }
        if let filter = format.filters.first(where: { !known.contains($0.column) }) {
            throw SentimentError(.badData, "no file has the column '\(filter.column)' that --only names")
        }
        self.entries = entries
    }

    package var texts: [LabelledText] { entries.flatMap(\.file.texts) }
}
