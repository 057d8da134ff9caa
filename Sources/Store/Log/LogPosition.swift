/// How far the event log reaches.
package struct LogPosition: Hashable, Sendable {
    /// The newest offset ever given; 0 when there has been none.
    ///
    /// Stays when the log is emptied.
    package var head: UInt64
    /// The oldest offset still kept; `head + 1` when the log is empty.
    package var oldest: UInt64
    /// What the kept events take, in bytes: their payloads and a fixed share for the rest of the row.
    package var sizeBytes: UInt64

    package init(head: UInt64 = 0, oldest: UInt64 = 1, sizeBytes: UInt64 = 0) {
        self.head = head
        self.oldest = oldest
        self.sizeBytes = sizeBytes
    }

    /// Events kept.
    ///
    /// Offsets have no holes, so this needs no counting.
    package var count: UInt64 { head + 1 - oldest }

    /// - Throws: `StoreError` with `.corrupt` unless the kept events are those between `oldest` and `head`.
    package func check(oldest: UInt64?, newest: UInt64?) throws(StoreError) {
        let agrees = count == 0 ? oldest == nil && newest == nil : oldest == self.oldest && newest == head
        guard agrees else { throw StoreError(.corrupt, "the log does not reach from \(self.oldest) to \(head)") }
    }

    /// What one row takes besides its payload, indexes included; measured on SQLite.
    package static let rowOverheadBytes = 200
}
