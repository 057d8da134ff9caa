package import Bus

/// What is to be known of one push target; it never holds the key.
package struct PushStatus: Hashable, Codable, Sendable {
    package enum State: String, Codable, Sendable {
        case stopped
        /// There is no sound to send yet, or the next attempt is not due.
        case waiting
        case connecting
        case live
        /// ffmpeg is not installed.
        case unavailable
    }

    package let name: String
    /// Without the key.
    package let url: String
    package var state = State.stopped
    /// Why it is not live.
    package var reason: String?
    package var starts = 0
    /// How often it went live.
    package var connects = 0
    package var lastLiveAt: Timestamp?
    /// Sound that the server took since the last start.
    package var sentSeconds = 0.0
    package var droppedFrames = 0
    /// Whether what it sends has a picture.
    package var hasPicture = false

    init(name: String, url: String) {
        self.name = name
        self.url = url
    }
}
