package import Bus

/// What is to be known of the picture.
package struct PictureStatus: Hashable, Codable, Sendable {
    package enum State: String, Codable, Sendable {
        /// Not started, or stopped.
        case stopped
        /// Nothing was drawn yet.
        case waiting
        case live
        /// Nothing fresh is drawn: the card is seen.
        case standby
        /// Nothing codes it: there is sound alone.
        case away
    }

    package var state = State.stopped
    /// Fresh pictures that were drawn in the last second.
    package var framesPerSecond = 0
    /// Pictures that came from the renderer.
    package var drawnFrames = 0
    /// Pictures that were not asked for because it was busy, or that came when a newer one was there.
    package var droppedFrames = 0
    /// Frames for which the picture before was sent again.
    package var repeatedFrames = 0
    /// Frames that were the card.
    package var standbyFrames = 0
    /// Frames that came out of the encoder.
    package var encodedFrames = 0
    /// Frames that there never were, because nothing coded them in time.
    package var lostFrames = 0
    /// How often each program was started.
    package var rendererStarts = 0
    package var encoderStarts = 0
    package var lastFailure: String?
    package var lastFailureAt: Timestamp?
    /// From the encoder's last failure to its next frame.
    package var lastRestartMilliseconds: Int?
    /// Whether the master playlist names it.
    package var isListed = false
    /// Segments with picture, and those that had to be left out.
    package var publishedSegments = 0
    package var missingSegments = 0
    /// Why nothing can be written now.
    package var failure: String?

    package init() {}
}
