package import Bus

/// Where a report's history came from, how far it reaches, and whether it is all there.
package struct SourceNote: Hashable, Sendable {
    package enum Completeness: Hashable, Sendable {
        case complete
        /// There are gaps; why.
        case partial(reason: String)
        /// Nothing came; why.
        case missing(reason: String)

        package var name: String {
            switch self {
            case .complete: "complete"
            case .partial: "partial"
            case .missing: "missing"
            }
        }

        package var reason: String? {
            switch self {
            case .complete: nil
            case .partial(let reason), .missing(let reason): reason
            }
        }
    }

    package let name: String
    /// The highest slot or block that was seen.
    package let slot: Int64?
    /// The oldest and the newest transaction that it gave.
    package let from: Timestamp?
    package let to: Timestamp?
    package let pages: Int
    package let completeness: Completeness

    package init(
        name: String,
        slot: Int64?,
        from: Timestamp?,
        to: Timestamp?,
        pages: Int,
        completeness: Completeness
    ) {
        self.name = name
        self.slot = slot
        self.from = from?.wholeMicroseconds
        self.to = to?.wholeMicroseconds
        self.pages = pages
        self.completeness = completeness
    }

    /// Of a history as it was put together.
    ///
    /// - Parameters:
    ///   - name: of the service.
    ///   - history: what it gave.
    ///   - reason: why not all pages were read; `nil` when they were.
    package init(name: String, history: WalletHistory, stoppedBecause reason: String? = nil) {
        var reasons = reason.map { [$0] } ?? []
        if history.pages == 0, reason == nil { reasons.append("no page was read") }
        if history.unreadRows > 0 { reasons.append("\(history.unreadRows) rows could not be read") }
        if history.overflow > 0 { reasons.append("\(history.overflow) transactions too many") }
        let text = reasons.joined(separator: "; ")
        self.init(
            name: name,
            slot: history.highestSlot,
            from: history.oldest,
            to: history.newest,
            pages: history.pages,
            completeness: reasons.isEmpty
                ? .complete : history.count == 0 ? .missing(reason: text) : .partial(reason: text)
        )
    }
}

extension Timestamp {
    /// Without what its text cannot hold.
    var wholeMicroseconds: Timestamp { Timestamp(nanoseconds: nanoseconds - nanoseconds % 1000) }
}
