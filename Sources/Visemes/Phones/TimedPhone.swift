/// When one sound of English is made.
package struct TimedPhone: Hashable, Sendable {
    /// In capitals, with or without a digit for the stress; several share the time, and none is a sound that ARPAbet does
    /// not have.
    package let arpabet: [String]
    /// In samples, see `MouthTime`.
    package let start: Int
    package let end: Int
    package let isPause: Bool

    package init(arpabet: [String], start: Int, end: Int, isPause: Bool = false) {
        self.arpabet = arpabet
        self.start = start
        self.end = end
        self.isPause = isPause
    }

    /// - Parameters:
    ///   - arpabet: in capitals.
    ///   - startSeconds: from the start of the sound.
    ///   - endSeconds: from the start of the sound.
    ///   - isPause: whether nothing is said meanwhile.
    /// - Throws: `VisemeError.badInput` for a moment that is no number or out of range.
    package init(arpabet: [String], startSeconds: Double, endSeconds: Double, isPause: Bool) throws(VisemeError) {
        self.arpabet = arpabet
        start = try MouthTime.sample(seconds: startSeconds)
        end = try MouthTime.sample(seconds: endSeconds)
        self.isPause = isPause
    }
}
