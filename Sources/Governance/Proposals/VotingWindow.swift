package import Bus

/// From when until when ballots are taken: a plain value that is told the time.
///
/// The opening moment is inside, the closing one is not.
package struct VotingWindow: Codable, Hashable, Sendable {
    package enum Phase: Hashable, Sendable {
        case notOpenYet
        case open
        case closed
    }

    package let opensAt: Timestamp
    /// When it was to close at first.
    package let plannedCloseAt: Timestamp
    /// When it closes.
    package private(set) var closesAt: Timestamp
    package let extensionSeconds: Int
    /// When enough had been cast for the first time.
    package private(set) var quorumReachedAt: Timestamp?

    /// A minute, and ninety days.
    package static let secondsMin = 60
    package static let secondsMax = 7_776_000

    /// - Parameters:
    ///   - opensAt: the first moment.
    ///   - closesAt: the first moment after it, unless the quorum comes late.
    ///   - extensionSeconds: how late is late, and how long it then stays open; 0 for never.
    package init(opensAt: Timestamp, closesAt: Timestamp, extensionSeconds: Int) {
        self.opensAt = opensAt
        plannedCloseAt = closesAt
        self.closesAt = closesAt
        self.extensionSeconds = extensionSeconds
    }

    package var isExtended: Bool { closesAt > plannedCloseAt }

    package func phase(at now: Timestamp) -> Phase {
        now < opensAt ? .notOpenYet : now < closesAt ? .open : .closed
    }

    /// Notes that enough has been cast, and stays open longer when that came late.
    ///
    /// Otherwise who waits until the last moment decides a vote that seemed to fail, and nobody can answer. It happens
    /// once, since a quorum is reached once; later calls change nothing.
    ///
    /// - Parameter now: while it is open; else nothing happens.
    /// - Returns: whether the end has moved.
    package mutating func noteQuorum(at now: Timestamp) -> Bool {
        guard quorumReachedAt == nil, phase(at: now) == .open else { return false }
        quorumReachedAt = now
        let extended = now.advanced(by: .seconds(extensionSeconds))
        guard extended > closesAt else { return false }
        closesAt = extended
        return true
    }

    /// Ends it now, since all is decided.
    mutating func close(at now: Timestamp) { closesAt = min(closesAt, max(now, opensAt)) }
}
