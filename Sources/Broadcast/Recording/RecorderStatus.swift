package import Bus

/// What is to be known of the recording.
package struct RecorderStatus: Hashable, Codable, Sendable {
    /// The file that is being written.
    package var file: String?
    package var writtenBytes: Int64 = 0
    package var gaps = 0
    package var finishedHours = 0
    package var removedHours = 0
    package var droppedFrames = 0
    package var lastWriteAt: Timestamp?
    /// Why nothing can be written now; tried again.
    package var failure: String?
    package var failures = 0

    package init() {}
}
