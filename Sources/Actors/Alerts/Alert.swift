package import Bus
package import Domain

/// Something that is, or was, worth an operator's attention.
package struct Alert: Codable, Hashable, Sendable {
    package let id: UUIDv7
    package let rule: String
    package let severity: AlertSeverity
    package let summary: String
    package let threshold: Double
    package let raisedAt: Timestamp
    /// What was measured when it was raised.
    package let value: Double
    package internal(set) var detail: String?
    /// What was measured last.
    package internal(set) var latest: Double
    package internal(set) var resolvedAt: Timestamp?
    /// When somebody was told of it last.
    package internal(set) var toldAt: Timestamp
    /// Since when it has been as good as its rule wants it.
    var clearSince: Timestamp?
}

/// What has to be told.
package struct AlertNews: Codable, Hashable, Sendable {
    package enum What: String, Codable, Hashable, Sendable, CaseIterable {
        case raised
        /// Raised a while ago, and still so.
        case reminded
        case resolved
    }

    package let what: What
    package let alert: Alert
    package let at: Timestamp
}
