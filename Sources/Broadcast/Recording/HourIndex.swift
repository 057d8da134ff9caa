package import Bus
import Sound

/// What is in one hour's file, and what is missing in it.
///
/// Written beside the sound as JSON: ADTS has no place for it, and a player hears no gap where the sound goes on at
/// once.
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
    /// When the sound in the file ends, by the wall clock.
    package private(set) var end: Timestamp
    /// Sound in the file.
    package private(set) var samples: Int64 = 0
    package private(set) var gaps: [Gap] = []
    /// There are more gaps than are listed, or what was known of them is lost.
    package var isIncomplete = false
    /// The programme's sample that would go on without a gap; known within one life of the process only.
    private var next: Int64?

    private enum CodingKeys: String, CodingKey { case start, end, samples, gaps, isIncomplete }

    static let gapsMax = 1000
    /// Less between two lives of the process is the inexactness of measuring.
    private static let tolerance = Duration.milliseconds(50)

    package init(start: Timestamp) {
        self.start = start
        end = start
    }

    /// Whether a stored index can be gone on with: numbers that cannot be would end the process later.
    var isSound: Bool {
        let times = Timestamp(seconds: 946_684_800)...Timestamp(seconds: 7_258_118_400)
        return (0...4 * 3600 * Int64(AudioFormat.sampleRate)).contains(samples) && gaps.count <= Self.gapsMax
            && times.contains(start) && times.contains(end)
    }

    /// Corrects what was stored some seconds before the end by what the file itself holds.
    mutating func correct(samples actual: Int64) {
        end = end.advanced(by: AudioFormat.duration(actual - samples))
        samples = actual
    }

    /// Takes note of a frame.
    ///
    /// - Returns: whether there is a gap before it.
    package mutating func append(_ frame: EncodedFrame) -> Bool {
        let missing = next == frame.start ? .zero : end.duration(to: frame.time)
        defer {
            samples += EncodedFrame.samples
            next = frame.end
            end = frame.time.advanced(by: AudioFormat.duration(EncodedFrame.samples))
        }
        guard missing > Self.tolerance else { return false }
        guard gaps.count < Self.gapsMax else {
            isIncomplete = true
            return false
        }
        gaps.append(Gap(atSample: samples, from: end, milliseconds: Int64(missing / .milliseconds(1))))
        return true
    }
}
