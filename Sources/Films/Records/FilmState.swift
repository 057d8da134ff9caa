/// How far a film is.
///
/// The first three come in this order, over again after each failure that may pass; the others are final.
package enum FilmState: String, Codable, Hashable, Sendable, CaseIterable {
    /// For its turn: one film is made at a time.
    case waiting
    case speaking
    case drawing
    case done
    case failed
    case cancelled

    /// Whether nothing changes any more.
    package var isFinal: Bool { self == .done || self == .failed || self == .cancelled }

    /// The states that this one may be entered from.
    package var sources: [FilmState] {
        switch self {
        // For another try.
        case .waiting: [.speaking, .drawing]
        // An attempt that died in the middle is begun again.
        case .speaking: [.waiting, .speaking, .drawing]
        case .drawing: [.speaking]
        case .done: [.drawing]
        case .failed, .cancelled: FilmState.open
        }
    }

    package static let open: [FilmState] = [.waiting, .speaking, .drawing]
}

/// What follows when an attempt at a film has failed: a plain value.
package enum FilmVerdict: Hashable, Sendable {
    /// Tried again.
    case again
    case failed

    /// - Parameters:
    ///   - failures: how often it has failed, this one counted.
    ///   - failuresMax: how many it may have.
    ///   - isPermanent: whether another attempt would say the same.
    package init(failures: Int, of failuresMax: Int, isPermanent: Bool) {
        self = isPermanent || failures >= failuresMax ? .failed : .again
    }
}
