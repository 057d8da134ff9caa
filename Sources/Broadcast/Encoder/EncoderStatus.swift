package import Bus

/// What is to be known of the encoder.
package struct EncoderStatus: Hashable, Codable, Sendable {
    package enum State: String, Codable, Sendable {
        /// Not started, or stopped.
        case stopped
        /// The program runs; nothing came out yet.
        case starting
        case running
        /// It died or stalled and will be started again.
        case restarting
        /// There is no such program; it is looked for every few seconds.
        case unavailable
    }

    package var state = State.stopped
    /// Why it is not running.
    package var reason: String?
    /// How often the program was started.
    package var starts = 0
    /// How it ended the last time, in words.
    package var lastExit: String?
    package var lastExitAt: Timestamp?
    /// From the last failure to the next new frame.
    package var lastRestartMilliseconds: Int?
    /// Sound that was pushed and is not encoded yet.
    package var behindSeconds = 0.0
    /// Samples that found no room on their way here.
    package var overrunSamples: Int64 = 0
    /// Samples that were never encoded, because no encoder was there in time.
    package var lostSamples: Int64 = 0
    package var frames = 0

    package init() {}
}
