import Threading

/// Counts calls.
final class CallCounter: Sendable {
    private let count = Mutex(0)

    /// - Returns: how many calls there have been, with this one.
    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}
