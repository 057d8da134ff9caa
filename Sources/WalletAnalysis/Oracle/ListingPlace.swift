package import Bus

/// Where a page of a list that has the newest first ends: at a time, and among those of one time at a name.
package struct ListingPlace: Hashable, Sendable {
    package let time: Timestamp
    package let name: String

    package init(time: Timestamp, name: String) {
        self.time = time
        self.name = name
    }

    /// Ahead of everything there is.
    static let start = ListingPlace(time: Timestamp(nanoseconds: .max), name: "")

    /// Longer than any signature.
    private static let nameBytesMax = 128

    /// Reads what `text` gave.
    ///
    /// - Returns: `nil` for everything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let nanoseconds = Int64(parts[0]),
            (1...ListingPlace.nameBytesMax).contains(parts[1].utf8.count)
        else { return nil }
        self.init(time: Timestamp(nanoseconds: nanoseconds), name: String(parts[1]))
    }

    /// Fit to stand in an address.
    package var text: String { "\(time.nanoseconds)-\(name)" }
}
