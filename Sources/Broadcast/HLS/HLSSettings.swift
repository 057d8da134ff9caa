/// The public playlist and its place.
package struct HLSSettings: Hashable, Sendable {
    /// Only the publisher writes there.
    package var folder: String
    /// 1 to 10; fixed for as long as the folder's state is kept.
    package var targetSeconds = 2
    /// How long the first segment after a start lasts, so that there is something to hear sooner; as long as the others
    /// when not given.
    package var firstSegmentSeconds: Double?
    /// How much is listed; at least three times the target.
    package var windowSeconds = 30
    /// The language of the captions, such as `en`; `nil` makes none.
    package var captionLanguage: String?
    /// For the master playlist.
    package var bitsPerSecond = 128_000

    package init(folder: String) { self.folder = folder }
}
