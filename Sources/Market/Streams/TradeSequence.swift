/// Notices trades that a stream has lost, by the numbers that an exchange counts them with.
package struct TradeSequence: Sendable {
    package enum Step: Hashable, Sendable {
        /// The first, or the next one.
        case next
        /// It has been seen.
        case repeated
        /// These were not told: they have to be asked for.
        case gap(ClosedRange<Int64>)
    }

    private var last: Int64?

    package init() {}

    package mutating func look(at id: Int64) -> Step {
        defer { last = max(last ?? id, id) }
        guard let last else { return .next }
        if id <= last { return .repeated }
        return id == last + 1 ? .next : .gap(last + 1...id - 1)
    }

    /// What is missing when the exchange says which trade was its last.
    package mutating func look(atLast id: Int64) -> Step {
        guard let last, id > last else { return .next }
        self.last = id
        return .gap(last + 1...id)
    }
}
