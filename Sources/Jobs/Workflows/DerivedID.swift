package import Bus

/// Ids that a replay finds again: made from a run and the place in it.
package enum DerivedID {
    /// - Parameters:
    ///   - run: whose id it is made from.
    ///   - place: what it is for, such as `step 4`.
    package static func make(_ run: UUIDv7, _ place: String) -> UUIDv7 {
        let hash = ContentHash(ofBytes: Array("\(run) \(place)".utf8)).bytes
        return UUIDv7(
            milliseconds: run.milliseconds,
            counter: UInt16(hash[8]) << 8 | UInt16(hash[9]),
            random: hash[0..<8].reduce(0) { $0 << 8 | UInt64($1) }
        )
    }
}
