package import Bus

/// A time of which nothing is kept.
package struct TimeGap: Codable, Hashable, Sendable {
    let from: Timestamp
    let to: Timestamp

    package init(from: Timestamp, to: Timestamp) {
        self.from = from
        self.to = to
    }
}
