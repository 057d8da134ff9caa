package import Bus
package import Domain
package import Store

/// What a host says in one go: its words with all that belongs to them, and what has become of it.
package struct Segment: Hashable, Sendable {
    /// From the first word on paper to the last in the listeners' ears; each state is entered once, and in this order.
    package enum State: String, Hashable, Sendable, CaseIterable {
        /// Its words are there.
        case written
        /// Its sound is with the playout, in the running order.
        case queued
        /// Listeners hear it.
        case airing
        /// It was heard to its end, or went out as text where there was no voice.
        case aired
        /// It was taken out, or broken off.
        case skipped
        /// It could not be spoken or played; the reason says why.
        case failed

        /// Whether nothing more will become of it.
        package var isEnd: Bool {
            switch self {
            case .written, .queued, .airing: false
            case .aired, .skipped, .failed: true
            }
        }

        /// From which states it may be entered.
        var sources: [State] {
            switch self {
            case .written: []
            case .queued: [.written]
            // What the playout tells may come before the word that it took the segment.
            case .airing: [.written, .queued]
            case .aired: [.queued, .airing]
            case .skipped, .failed: [.written, .queued, .airing]
            }
        }
    }

    package let id: UUIDv7
    /// Its place in the running order: later ones have greater numbers.
    package let position: Int64
    package let spoken: HostSpoke
    package let writtenAt: Timestamp
    package var state: State
    /// Why it was skipped or failed; `nil` otherwise.
    package var reason: String?
    /// Whose voice said it; `nil` as long as none has.
    package var voice: String?
    /// How long its sound is; `nil` as long as there is none.
    package var duration: Duration?
    /// When its first word was heard.
    package var startedAt: Timestamp?
    package var endedAt: Timestamp?

    package init(id: UUIDv7, position: Int64, spoken: HostSpoke, writtenAt: Timestamp) {
        self.id = id
        self.position = position
        self.spoken = spoken
        self.writtenAt = writtenAt
        state = .written
    }
}

/// Segments in the order of their places, the newest first.
package struct SegmentPage: Hashable, Sendable {
    package let segments: [Segment]
    /// Where the next page goes on: behind this place; `nil` when there is nothing more.
    package let next: Int64?
}

/// Why nothing was stored, changed or read.
package enum ShowError: Error, Sendable, CustomStringConvertible {
    /// What the caller gave makes no sense: which part of it, and what is wrong with that.
    case badInput(field: String, problem: String)
    case store(StoreError)

    package var description: String {
        switch self {
        case .badInput(let field, let problem): "\(field): \(problem)"
        case .store(let error): "\(error)"
        }
    }
}
