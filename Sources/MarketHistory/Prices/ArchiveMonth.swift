import Bus

/// One month in UTC, as prices leave the database: a plain value.
struct ArchiveMonth: Hashable, Sendable {
    /// Such as `2026-01`.
    let name: String
    let start: Timestamp
    /// The first moment of the next month.
    let end: Timestamp

    /// The month that holds a moment; `nil` beyond what a timestamp can say.
    init?(containing time: Timestamp) {
        let digits = time.description.prefix(7)
        guard let year = Int(digits.prefix(4)), let month = Int(digits.suffix(2)),
            let start = ArchiveMonth.start(year, month),
            let end = month == 12 ? ArchiveMonth.start(year + 1, 1) : ArchiveMonth.start(year, month + 1)
        else { return nil }
        name = String(digits)
        (self.start, self.end) = (start, end)
    }

    private static func start(_ year: Int, _ month: Int) -> Timestamp? {
        Timestamp("\(year)-\(month < 10 ? "0" : "")\(month)-01T00:00:00Z")
    }

    /// The name of its file, without a folder.
    var fileName: String { "prices-\(name).jsonl" }
}
