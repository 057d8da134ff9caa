package import Bus

/// Candles that are not there, between those that are: nothing was traded then, or nobody knows.
package struct MissingCandles: Codable, Hashable, Sendable {
    let from: Timestamp
    /// The opening time of the next one that is there.
    let to: Timestamp
    let missing: Int
    /// Whether a source was asked for them and had none, or else nobody was; absent where that is not kept.
    let asked: Bool?

    package init(from: Timestamp, to: Timestamp, missing: Int, wasAsked: Bool? = nil) {
        self.from = from
        self.to = to
        self.missing = missing
        asked = wasAsked
    }
}
