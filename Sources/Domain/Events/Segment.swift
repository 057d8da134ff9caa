package import Bus

/// Listeners hear the first word of a segment.
package struct SegmentStarted: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "segment.item.started"
    package static let summary = "Listeners hear the first word of a segment."
    package let segment: UUIDv7
    package let host: String
    /// Whose voice it is, such as `flite/slt`.
    package let voice: String?
    /// How long its sound is.
    package let seconds: Double?
    package let at: Timestamp

    package init(segment: UUIDv7, host: String, voice: String?, seconds: Double?, at: Timestamp) {
        self.segment = segment
        self.host = host
        self.voice = voice
        self.seconds = seconds
        self.at = at
    }
}

/// A segment was heard to its end.
package struct SegmentFinished: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "segment.item.finished"
    package static let summary = "A segment was heard to its end."
    package let segment: UUIDv7
    package let host: String
    package let at: Timestamp

    package init(segment: UUIDv7, host: String, at: Timestamp) {
        self.segment = segment
        self.host = host
        self.at = at
    }
}

/// A segment was not heard, or not to its end.
package struct SegmentSkipped: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "segment.item.skipped"
    package static let summary = "A segment was not heard, or not to its end."
    package let segment: UUIDv7
    package let host: String
    /// Why, in one sentence.
    package let reason: String
    /// Whether something failed; otherwise somebody wanted it so.
    package let failed: Bool
    package let at: Timestamp

    package init(segment: UUIDv7, host: String, reason: String, failed: Bool, at: Timestamp) {
        self.segment = segment
        self.host = host
        self.reason = reason
        self.failed = failed
        self.at = at
    }
}
