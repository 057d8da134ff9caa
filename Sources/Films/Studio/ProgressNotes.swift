import Bus
import Threading

/// How far a film is, on its way from who makes it to the database: the newest figures only, once a second at most.
final class ProgressNotes: Sendable {
    struct Figures: Hashable {
        /// `speaking` counts sentences, `drawing` frames.
        let state: FilmState
        let done: Int
        let total: Int
    }

    private static let interval: Duration = .seconds(1)
    private let newest = Mutex<Figures?>(nil)
    private let bell = Bell()

    /// Never blocks, and may be called from any thread.
    func put(_ state: FilmState, _ done: Int, of total: Int) {
        newest.withLock { $0 = Figures(state: state, done: done, total: total) }
        bell.ring()
    }

    /// Writes what comes, until nobody wants to know or the task is cancelled.
    ///
    /// - Parameter write: returns whether anybody still wants to know.
    /// - Throws: `CancellationError`.
    func forward(_ write: (Figures) async -> Bool) async throws {
        while true {
            await bell.wait()
            try Task.checkCancellation()
            guard let figures = newest.withLock({ $0.take() }) else { continue }
            guard await write(figures) else { return }
            // What comes meanwhile is written at once after it: the store is told of no more than one in that time.
            try await Task.sleep(for: Self.interval)
        }
    }
}
