package import Bus

/// What is in one hour's file, and what is missing in it.
///
/// Written beside the sound as JSON: ADTS has no place for it, and a player hears no gap where the sound goes on at once.
package struct HourIndex: Hashable, Codable, Sendable {
    package struct Gap: Hashable, Codable, Sendable {
        /// Where in the file, in samples from its beginning.
        package let atSample: Int64
        /// When the missing sound was, by the wall clock.
        package let from: Timestamp
        package let milliseconds: Int64
    }

    /// When the first sample was on air.
    package let start: Timestamp
    /// Sound in the file.
    package var samples: Int64 = 0
    package var gaps: [Gap] = []
    /// More gaps than are listed, or bytes that could not be written.
    package var isIncomplete = false

    static let gapsMax = 1000
    /// Frames are told to the wall clock by the pace of the sound card's place, so a little is no gap.
    private static let tolerance = Duration.milliseconds(200)

    package init(start: Timestamp) { self.start = start }

    /// When the sound in the file ends, by the wall clock.
    package var end: Timestamp {
        gaps.reduce(start.advanced(by: AudioFormat.duration(samples))) {
            $0.advanced(by: .milliseconds($1.milliseconds))
        }
    }

    /// Takes note of a frame.
    ///
    /// - Returns: whether there is a gap before it.
    package mutating func append(_ frame: EncodedFrame) -> Bool {
        let missing = end.duration(to: frame.time)
        defer { samples += EncodedFrame.samples }
        guard missing > Self.tolerance else { return false }
        guard gaps.count < Self.gapsMax else {
            isIncomplete = true
            return false
        }
        gaps.append(Gap(atSample: samples, from: end, milliseconds: Int64(missing / .milliseconds(1))))
        return true
    }
}
