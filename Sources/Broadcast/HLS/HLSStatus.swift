package import Bus

/// What is to be known of the public playlist.
package struct HLSStatus: Hashable, Codable, Sendable {
    package var mediaSequence: Int64 = 0
    package var discontinuitySequence: Int64 = 0
    /// How many segments are listed, and how long they last.
    package var segments = 0
    package var listedSeconds = 0.0
    /// When the newest segment was published.
    package var lastSegmentAt: Timestamp?
    package var publishedSegments = 0
    /// Segments that could not be stored in time, and frames that did not get that far.
    package var droppedSegments = 0
    package var droppedFrames = 0
    /// Cues that came when their segment was out already.
    package var lateCues = 0
    /// Why nothing can be written now; tried again.
    package var failure: String?
    package var failures = 0

    package init() {}
}
