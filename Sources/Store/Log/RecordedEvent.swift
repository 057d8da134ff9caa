package import Bus

/// One event as it stands in the log: its header, and its payload's JSON byte for byte.
///
/// Needs no knowledge of the event's type, so the log stays readable when types are gone.
package struct RecordedEvent: Hashable, Sendable {
    package let header: EnvelopeHeader
    package let payload: [UInt8]

    package init(header: EnvelopeHeader, payload: [UInt8]) {
        self.header = header
        self.payload = payload
    }

    /// The place in the log.
    package var offset: UInt64 { header.offset ?? 0 }
}
