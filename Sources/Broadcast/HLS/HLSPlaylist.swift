package import Bus
import Sound

/// What the public media playlist says, and what must still be there for those who have an older one.
///
/// Pure: it decides, and `HLSPublisher` writes. It can be stored and goes on after a restart, since media and
/// discontinuity sequence numbers may never go back. Rules: RFC 8216, sections 4.3 and 6.2.
package struct HLSPlaylist: Hashable, Codable, Sendable {
    package struct Segment: Hashable, Codable, Sendable {
        package let sequence: Int64
        package let samples: Int64
        /// When it was on air, to be told as its program date and time.
        package let time: Timestamp
        /// Its encoding or its time line does not go on from the one before.
        package let isDiscontinuity: Bool
        /// The file that describes it.
        package let map: String
        package let byteCount: Int
    }

    /// Left the playlist, but players with an older one may still ask for it.
    struct Retired: Hashable, Codable, Sendable {
        let segment: Segment
        var until: Timestamp
    }

    /// Whole seconds, fixed for the playlist's life.
    package let targetSeconds: Int
    /// At least so much is listed before anything leaves the list.
    package private(set) var windowSeconds: Int
    package private(set) var segments: [Segment] = []
    package private(set) var discontinuitySequence: Int64 = 0
    package private(set) var nextSequence: Int64
    private(set) var retired: [Retired] = []
    private var endTime: Timestamp?
    private var mustMarkNext = false
    private var longestSamples: Int64 = 0
    /// The most bits a second that a segment had, for the master playlist.
    private(set) var peakBitsPerSecond = 0

    static let targetSecondsRange = 1...10
    static let windowSecondsMax = 24 * 3600
    /// A program date follows the wall clock by so much at most from one segment to the next, so that players, who add
    /// up durations, never see a step.
    private static let slewMax = Duration.milliseconds(1)
    /// Less is the inexactness of measuring, and no gap.
    private static let gapMin = Duration.milliseconds(250)

    /// An empty playlist.
    ///
    /// - Parameters:
    ///   - targetSeconds: no segment is longer when rounded; 1 to 10.
    ///   - windowSeconds: how much is listed; at least three times the target.
    ///   - firstSequence: the number of the first segment.
    package init(targetSeconds: Int, windowSeconds: Int, firstSequence: Int64 = 0) {
        precondition(Self.targetSecondsRange.contains(targetSeconds), "the settings were checked")
        self.targetSeconds = targetSeconds
        self.windowSeconds = min(max(windowSeconds, 3 * targetSeconds), Self.windowSecondsMax)
        nextSequence = firstSequence
    }

    /// A first sequence number for when nothing is known of an earlier playlist at this address.
    ///
    /// Whole segments last a second at least, and few are cut short, so numbers that begin with the time in half
    /// seconds are beyond those of a playlist that was forgotten.
    package static func firstSequence(at time: Timestamp) -> Int64 {
        // From 2026 on, so that players that count with 32 bits do for as long as possible.
        max(0, (time.nanoseconds - 1_767_225_600_000_000_000) / 500_000_000)
    }

    package var mediaSequence: Int64 { segments.first?.sequence ?? nextSequence }
    package var totalSamples: Int64 { segments.reduce(0) { $0 + $1.samples } }
    /// Bits a second over all that is listed; 0 when nothing is.
    var meanBitsPerSecond: Int {
        guard totalSamples > 0 else { return 0 }
        let bytes = segments.reduce(0) { $0 + $1.byteCount }
        return Int((Double(bytes) * 8 / AudioFormat.seconds(totalSamples)).rounded(.up))
    }

    /// The longest segment that the target duration lets through, in samples.
    package var segmentSamplesMax: Int64 { HLSPlaylist.segmentSamplesMax(targetSeconds: targetSeconds) }

    /// The same for another target duration.
    static func segmentSamplesMax(targetSeconds: Int) -> Int64 {
        Int64(AudioFormat.sampleRate) * Int64(targetSeconds) + 23_999
    }

    /// Makes the next segment a discontinuity: after a restart of the process, or a segment that could not be stored.
    package mutating func markNext() { mustMarkNext = true }

    package mutating func setWindow(seconds: Int) {
        windowSeconds = min(max(seconds, 3 * targetSeconds), Self.windowSecondsMax)
    }

    /// Adds a segment at the end and takes what is too old from the front.
    ///
    /// - Parameters:
    ///   - samples: its length; 1 to `segmentSamplesMax`.
    ///   - capturedAt: when its first sample was pushed.
    ///   - isDiscontinuity: whether it does not go on from the one before.
    ///   - map: the file that describes it.
    ///   - byteCount: its size.
    ///   - now: from when on a removed segment is kept for its time.
    /// - Returns: the segment, with its number.
    @discardableResult
    package mutating func append(
        samples: Int64,
        capturedAt: Timestamp,
        isDiscontinuity: Bool,
        map: String,
        byteCount: Int,
        now: Timestamp
    ) -> Segment {
        precondition((1...segmentSamplesMax).contains(samples), "segments are cut to the target duration")
        // The first segment of all has nothing before it.
        let isMarked = (isDiscontinuity || mustMarkNext) && endTime != nil
        let segment = Segment(
            sequence: nextSequence,
            samples: samples,
            time: time(of: capturedAt, isDiscontinuity: isMarked),
            isDiscontinuity: isMarked,
            map: map,
            byteCount: byteCount
        )
        mustMarkNext = false
        nextSequence += 1
        endTime = segment.time.advanced(by: AudioFormat.duration(samples))
        segments.append(segment)
        peakBitsPerSecond = max(peakBitsPerSecond, segment.bitsPerSecond)
        retire(now)
        longestSamples = max(longestSamples, totalSamples)
        return segment
    }

    /// A segment follows on from the one before, unless it is marked and something is missing in between.
    private func time(of captured: Timestamp, isDiscontinuity: Bool) -> Timestamp {
        guard let endTime else { return captured }
        let drift = endTime.duration(to: captured)
        if isDiscontinuity, drift > Self.gapMin { return captured }
        return endTime.advanced(by: min(max(drift, .zero - Self.slewMax), Self.slewMax))
    }

    private mutating func retire(_ now: Timestamp) {
        let kept = Int64(max(windowSeconds, 3 * targetSeconds) * AudioFormat.sampleRate)
        var total = totalSamples
        while let first = segments.first, total - first.samples >= kept {
            segments.removeFirst()
            total -= first.samples
            if first.isDiscontinuity { discontinuitySequence += 1 }
            retired.append(Retired(segment: first, until: now.advanced(by: keepingTime(first))))
        }
    }

    /// For how long a segment must be there after it left the list: its own length and that of the longest list.
    private func keepingTime(_ segment: Segment) -> Duration {
        // A second more, for lists that were on their way.
        AudioFormat.duration(segment.samples + longestSamples) + .seconds(1)
    }

    /// Takes the segments that nobody needs any more.
    ///
    /// - Parameter now: the time; a clock that was set back does not keep them longer.
    /// - Returns: those whose files are to be removed.
    package mutating func takeExpired(at now: Timestamp) -> [Segment] {
        for index in retired.indices {
            let latest = now.advanced(by: keepingTime(retired[index].segment))
            retired[index].until = min(retired[index].until, latest)
        }
        let expired = retired.filter { $0.until <= now }.map(\.segment)
        retired.removeAll { $0.until <= now }
        return expired
    }

    /// Gives up segments whose files are gone; those before them go with them.
    mutating func forget(through sequence: Int64) {
        let gone = segments.filter { $0.sequence <= sequence }
        discontinuitySequence += Int64(gone.count(where: \.isDiscontinuity))
        segments.removeFirst(gone.count)
    }

    /// Whether a stored playlist can be gone on with: numbers that cannot be would end the process later.
    var isSound: Bool {
        let times = Timestamp(seconds: 946_684_800)...Timestamp(seconds: 7_258_118_400)
        let limits =
            Self.targetSecondsRange.contains(targetSeconds) && (1...Self.windowSecondsMax).contains(windowSeconds)
        let numbers = [nextSequence, discontinuitySequence, longestSamples, Int64(peakBitsPerSecond)]
        guard limits, numbers.allSatisfy({ (0...1 << 50).contains($0) }), kept.count <= 3 * Self.windowSecondsMax,
            endTime.map(times.contains) ?? true, retired.allSatisfy({ times.contains($0.until) }),
            longestSamples <= Int64(2 * Self.windowSecondsMax * AudioFormat.sampleRate)
        else { return false }
        let areWhole = kept.allSatisfy { segment in
            (1...segmentSamplesMax).contains(segment.samples) && times.contains(segment.time)
                && (0...1 << 30).contains(segment.byteCount) && HLSPlaylist.isMapName(segment.map)
        }
        let first = nextSequence - Int64(segments.count)
        return areWhole && segments.enumerated().allSatisfy { $1.sequence == first + Int64($0) }
    }

    /// The name of the init segment that a segment was the first to need.
    static func mapName(_ sequence: Int64) -> String { "start-\(sequence).mp4" }

    private static func isMapName(_ name: String) -> Bool {
        let number = name.dropFirst("start-".count).dropLast(".mp4".count)
        return Int64(number).map { mapName($0) == name } ?? false
    }

    /// All segments whose files must be there.
    package var kept: [Segment] { retired.map(\.segment) + segments }
}

extension HLSPlaylist.Segment {
    package var seconds: Double { AudioFormat.seconds(samples) }

    var bitsPerSecond: Int { Int((Double(byteCount) * 8 / seconds).rounded(.up)) }
}
