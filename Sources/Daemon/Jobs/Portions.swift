/// Work on many rows, some at a time, so that nobody else waits long.
enum Portions {
    /// Of one run; the next run goes on.
    private static let countMax = 100_000

    /// - Parameter some: removes a portion, and says how many rows that were.
    /// - Returns: how many went.
    /// - Throws: what a portion throws, and `CancellationError`.
    static func removing(_ some: () async throws -> Int) async throws -> Int {
        var removed = 0
        for _ in 0..<countMax {
            try Task.checkCancellation()
            let count = try await some()
            if count == 0 { break }
            removed += count
        }
        return removed
    }
}
