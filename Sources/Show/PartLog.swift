package import Bus
package import Domain

/// Which part of the hour listeners are in: from each thing they hear, what is to be told of parts.
package struct PartLog: Sendable {
    /// The part that is on, as it is kept over restarts.
    package struct Open: Codable, Hashable, Sendable {
        package let part: ShowPart
        package let host: String
        package let startedAt: Timestamp
        package fileprivate(set) var lastHeardAt: Timestamp
        package fileprivate(set) var texts: Int
    }

    /// What has changed.
    package struct Change: Sendable {
        /// The part that is over; `nil` when there was none.
        package let finished: ShowPartFinished?
        package let started: ShowPartStarted
    }

    package private(set) var open: Open?

    /// - Parameter open: the part that was on before a restart.
    package init(open: Open? = nil) { self.open = open }

    /// A host is heard.
    ///
    /// - Parameters:
    ///   - spoken: what is said.
    ///   - time: when its first words are heard.
    /// - Returns: `nil` while the part goes on, and for what stands outside of all parts.
    package mutating func heard(_ spoken: HostSpoke, at time: Timestamp) -> Change? {
        guard let part = spoken.part else { return nil }
        if var same = open, same.part == part {
            same.lastHeardAt = time
            same.texts += 1
            open = same
            return nil
        }
        let finished = open.map {
            ShowPartFinished(
                part: $0.part,
                host: $0.host,
                startedAt: $0.startedAt,
                lastHeardAt: $0.lastHeardAt,
                texts: $0.texts,
                at: time
            )
        }
        open = Open(part: part, host: spoken.host, startedAt: time, lastHeardAt: time, texts: 1)
        return Change(finished: finished, started: ShowPartStarted(part: part, host: spoken.host, at: time))
    }
}
