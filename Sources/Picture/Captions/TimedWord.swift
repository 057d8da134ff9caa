/// A word as it was written, and when it is said.
package struct TimedWord: Codable, Hashable, Sendable {
    package let text: String
    /// In milliseconds on any clock that all words share.
    package let start: Int64
    package let end: Int64

    package init(_ text: String, start: Int64, end: Int64) {
        self.text = text
        self.start = start
        self.end = end
    }
}
