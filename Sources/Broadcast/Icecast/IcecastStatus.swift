/// What is to be known of one mount.
package struct IcecastStatus: Hashable, Codable, Sendable {
    package enum State: String, Codable, Sendable {
        case stopped
        /// There is no sound to send yet, or the next attempt is not due.
        case waiting
        case connecting
        case live
    }

    /// Server and mount.
    package let target: String
    package var state = State.stopped
    /// Why it is not live.
    package var reason: String?
    /// How often it went live.
    package var connects = 0
    package var sentBytes = 0
    package var droppedFrames = 0
    /// What the server was told last, and why it did not take it.
    package var song: String?
    package var metadataFailure: String?

    init(target: String) { self.target = target }
}
