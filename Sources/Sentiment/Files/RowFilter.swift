/// Chooses rows by what one of their columns says: `agree=All`, or `agree!=All` for the others.
package struct RowFilter: Hashable, Sendable {
    package let column: String
    package let value: String
    /// Whether rows with this value are wanted, or those without it.
    package let isWanted: Bool

    /// Reads `COLUMN=VALUE` or `COLUMN!=VALUE`.
    ///
    /// - Parameter text: what stands before the first `=` is the column.
    /// - Throws: `SentimentError` when there is no `=`, or no column before it.
    package init(_ text: String) throws(SentimentError) {
        guard let equals = text.firstIndex(of: "=") else {
            throw SentimentError(.badData, "'\(text)' is no filter; write COLUMN=VALUE or COLUMN!=VALUE")
        }
        var column = text[..<equals]
        isWanted = column.last != "!"
        if !isWanted { column.removeLast() }
        guard !column.isEmpty else {
            throw SentimentError(.badData, "'\(text)' names no column; write COLUMN=VALUE or COLUMN!=VALUE")
        }
        self.column = String(column)
        value = String(text[text.index(after: equals)...])
    }

    /// - Parameter cell: what the row says in the column; `nil` when it says nothing.
    /// - Returns: whether to take the row.
    package func takes(_ cell: String?) -> Bool { (cell == value) == isWanted }
}
