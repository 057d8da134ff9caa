import Threading

/// Captions that wait for their segment.
final class CaptionStore: Sendable {
    private struct State {
        var cues: [CaptionCue] = []
        var published: Int64 = 0
        var late = 0
    }

    private static let cuesMax = 2000
    private let state = Mutex(State())

    /// Cues that came too late, or that were more than can wait.
    var late: Int { state.withLock { $0.late } }

    func add(_ cues: [CaptionCue]) {
        state.withLock { state in
            let inTime = cues.filter { $0.end > state.published && $0.end > $0.start }
            let taken = inTime.prefix(Self.cuesMax - state.cues.count)
            state.late += cues.count - taken.count
            state.cues += taken
        }
    }

    /// The cues for a segment; those that end before it are forgotten.
    func take(start: Int64, end: Int64) -> [CaptionCue] {
        state.withLock { state in
            state.published = max(state.published, end)
            state.cues.removeAll { $0.end <= start }
            return state.cues.filter { $0.start < end }.sorted { $0.start < $1.start }
        }
    }
}
