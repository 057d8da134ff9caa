import Bus

/// How much of the event log is kept.
package struct RetentionPolicy: Hashable, Sendable {
    /// Events older than this go; `nil` keeps them for ever.
    package var ageMax: Duration?
    /// The oldest go while the log is larger; `nil` lets it grow.
    package var sizeBytesMax: UInt64?
    /// The most events removed in one transaction, so that writers wait a few milliseconds at most.
    package var batchCountMax = 1000

    package init(ageMax: Duration? = .seconds(90 * 86_400), sizeBytesMax: UInt64? = 4 << 30) {
        self.ageMax = ageMax
        self.sizeBytesMax = sizeBytesMax
    }

    /// One of the oldest events, as far as the decision needs it.
    struct Candidate {
        let offset: UInt64
        let time: Timestamp
        let sizeBytes: UInt64
    }

    /// Which of the oldest events go.
    ///
    /// Events leave in the order of their offsets only: one that is young keeps all that follow it.
    /// - Returns: the last offset to remove and what that frees; `nil` when all may stay.
    func removable(_ oldest: [Candidate], logSizeBytes: UInt64, at now: Timestamp) -> (last: UInt64, sizeBytes: UInt64)?
    {
        let cutoff = ageMax.map { now.advanced(by: .zero - $0) }
        var result: (last: UInt64, sizeBytes: UInt64)?
        for candidate in oldest {
            let freed = result?.sizeBytes ?? 0
            let isTooOld = cutoff.map { candidate.time < $0 } ?? false
            let isTooMuch = sizeBytesMax.map { logSizeBytes > $0 + freed } ?? false
            guard isTooOld || isTooMuch else { break }
            result = (candidate.offset, freed + candidate.sizeBytes)
        }
        return result
    }
}

/// What one call of `prune` did.
package struct PruneReport: Hashable, Sendable {
    package let removed: Int
    /// Whether another call would remove more.
    package let hasMore: Bool
    package let position: LogPosition
}
