package import Bus

/// Which end of a range is read first.
package enum RowOrder: Hashable, Sendable {
    case newestFirst
    case oldestFirst
}

/// Rows of a range of time, as many as were asked for.
package struct HistoryPage<Row: Sendable>: Sendable {
    package let rows: [Row]
    /// What of the range is still to be read; `nil` when nothing is.
    package let rest: Range<Timestamp>?
}

extension HistoryPage: Equatable where Row: Equatable {}

extension HistoryPage {
    /// - Parameters:
    ///   - found: the rows of a range, in order, one more than asked for if there are.
    ///   - limit: how many were asked for.
    ///   - range: where they were looked for.
    ///   - order: which end came first.
    ///   - time: when a row is of; no two rows are of one moment.
    init(
        _ found: [Row],
        limit: Int,
        in range: Range<Timestamp>,
        _ order: RowOrder,
        time: (Row) -> Timestamp
    ) {
        rows = Array(found.prefix(limit))
        guard found.count > limit, let last = rows.last.map(time) else {
            rest = nil
            return
        }
        rest =
            switch order {
            // From the row itself on: a moment behind the last one may be too short to be written as text.
            case .oldestFirst: time(found[limit])..<range.upperBound
            case .newestFirst: range.lowerBound..<last
            }
    }
}

extension HistoryPage: Hashable where Row: Hashable {}
