package import Bus
import Sound

/// What the media playlist of the picture says; pure.
///
/// It follows the sound's: the same numbers, discontinuities and moments, only that it may be a segment behind. Where
/// there is no picture for a segment of sound, a gap stands in its place (RFC 8216bis, `EXT-X-GAP`).
package struct PicturePlaylist: Hashable, Codable, Sendable {
    package struct Segment: Hashable, Codable, Sendable {
        package let sequence: Int64
        package let samples: Int64
        package let time: Timestamp
        package let isDiscontinuity: Bool
        /// The file that describes it; `nil` is a gap.
        package let map: String?
        package let byteCount: Int

        package init(
            sequence: Int64,
            samples: Int64,
            time: Timestamp,
            isDiscontinuity: Bool,
            map: String?,
            byteCount: Int
        ) {
            self.sequence = sequence
            self.samples = samples
            self.time = time
            self.isDiscontinuity = isDiscontinuity
            self.map = map
            self.byteCount = byteCount
        }

        package var isGap: Bool { map == nil }
    }

    /// Left the list, but players with an older one may still ask for it.
    struct Retired: Hashable, Codable, Sendable {
        let segment: Segment
        var until: Timestamp
    }

    package static let name = "video.m3u8"

    package let targetSeconds: Int
    package private(set) var segments: [Segment] = []
    package private(set) var discontinuitySequence: Int64 = 0
    private(set) var retired: [Retired] = []
    private var longestSamples: Int64 = 0
    private(set) var peakBitsPerSecond = 0

    package init(targetSeconds: Int) { self.targetSeconds = targetSeconds }

    package static func fileName(_ sequence: Int64) -> String { "video-\(sequence).m4s" }
    /// Nobody asks for it; every name in a list is another.
    static func gapName(_ sequence: Int64) -> String { "gap-\(sequence).m4s" }
    static func mapName(_ sequence: Int64) -> String { "video-start-\(sequence).mp4" }

    /// The number that comes next; `nil` when the list is empty, and may begin anywhere.
    package var nextSequence: Int64? { segments.last.map { $0.sequence + 1 } }
    var kept: [Segment] { retired.map(\.segment) + segments }

    /// Adds a segment at the end.
    ///
    /// - Parameters:
    ///   - segment: with the next number, or any where the list is empty.
    ///   - sound: the list that it follows.
    package mutating func append(_ segment: Segment, following sound: HLSPlaylist) {
        if segments.isEmpty {
            // Numbers of discontinuities are the same in both.
            discontinuitySequence =
                sound.discontinuitySequence
                + Int64(sound.segments.count { $0.sequence < segment.sequence && $0.isDiscontinuity })
        }
        segments.append(segment)
        peakBitsPerSecond = max(peakBitsPerSecond, segment.bitsPerSecond)
        longestSamples = max(longestSamples, segments.reduce(0) { $0 + $1.samples })
    }

    /// Takes from the front what the sound's list has no more.
    ///
    /// - Parameters:
    ///   - sound: the list that it follows.
    ///   - now: from when on a removed segment is kept for its time.
    package mutating func follow(_ sound: HLSPlaylist, now: Timestamp) {
        // Both lists are of one stream: with a hole of numbers in between this one begins anew.
        let isBroken = nextSequence.map { $0 < sound.mediaSequence } ?? false
        while let first = segments.first, isBroken || first.sequence < sound.mediaSequence {
            segments.removeFirst()
            if first.isDiscontinuity { discontinuitySequence += 1 }
            retired.append(Retired(segment: first, until: now.advanced(by: keepingTime(first))))
        }
    }

    private func keepingTime(_ segment: Segment) -> Duration {
        AudioFormat.duration(segment.samples + longestSamples) + .seconds(1)
    }

    /// Takes the segments that nobody needs any more; a clock that was set back does not keep them longer.
    package mutating func takeExpired(at now: Timestamp) -> [Segment] {
        for index in retired.indices {
            retired[index].until = min(retired[index].until, now.advanced(by: keepingTime(retired[index].segment)))
        }
        let expired = retired.filter { $0.until <= now }.map(\.segment)
        retired.removeAll { $0.until <= now }
        return expired
    }

    /// Bits a second over all that has a picture; 0 when nothing has.
    package var meanBitsPerSecond: Int {
        let shown = segments.filter { !$0.isGap }
        let samples = shown.reduce(0) { $0 + $1.samples }
        guard samples > 0 else { return 0 }
        return Int((Double(shown.reduce(0) { $0 + $1.byteCount }) * 8 / AudioFormat.seconds(samples)).rounded(.up))
    }

    /// Whether the picture is to be had: a gap now and then does not take it away.
    package func isToBeListed(wasListed: Bool) -> Bool {
        guard let last = segments.last else { return false }
        return wasListed ? segments.suffix(2).contains { !$0.isGap } : !last.isGap
    }

    /// The media playlist's text.
    package var text: String {
        var lines = [
            "#EXTM3U", "#EXT-X-VERSION:8", "#EXT-X-TARGETDURATION:\(targetSeconds)",
            "#EXT-X-MEDIA-SEQUENCE:\(segments.first?.sequence ?? 0)",
            "#EXT-X-DISCONTINUITY-SEQUENCE:\(discontinuitySequence)", "#EXT-X-INDEPENDENT-SEGMENTS",
        ]
        var map: String?
        for segment in segments {
            if segment.isDiscontinuity {
                lines.append("#EXT-X-DISCONTINUITY")
                map = nil
            }
            if let own = segment.map, own != map {
                lines.append("#EXT-X-MAP:URI=\"\(own)\"")
                map = own
            }
            if segment.isGap { lines.append("#EXT-X-GAP") }
            lines.append("#EXT-X-PROGRAM-DATE-TIME:\(segment.time.toTheMillisecond)")
            lines.append("#EXTINF:\(HLSPlaylist.decimal(segment.samples)),")
            lines.append(
                segment.isGap ? PicturePlaylist.gapName(segment.sequence) : PicturePlaylist.fileName(segment.sequence)
            )
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Whether a stored list can be gone on with.
    var isSound: Bool {
        let times = Timestamp(seconds: 946_684_800)...Timestamp(seconds: 7_258_118_400)
        let first = segments.first?.sequence ?? 0
        return (1...10).contains(targetSeconds) && kept.count <= 3 * HLSPlaylist.windowSecondsMax
            && (0...1 << 50).contains(discontinuitySequence) && (0...1 << 50).contains(longestSamples)
            && (0...1 << 40).contains(peakBitsPerSecond) && retired.allSatisfy { times.contains($0.until) }
            && kept.allSatisfy { segment in
                (1...1 << 24).contains(segment.samples) && times.contains(segment.time)
                    && (0...1 << 30).contains(segment.byteCount) && (0...1 << 50).contains(segment.sequence)
                    && segment.map.map(PicturePlaylist.isMapName) ?? true
            }
            && segments.enumerated().allSatisfy { $1.sequence == first + Int64($0) }
    }

    private static func isMapName(_ name: String) -> Bool {
        let number = name.dropFirst("video-start-".count).dropLast(".mp4".count)
        return Int64(number).map { mapName($0) == name } ?? false
    }
}

extension PicturePlaylist.Segment {
    var bitsPerSecond: Int { Int((Double(byteCount) * 8 / AudioFormat.seconds(samples)).rounded(.up)) }
}
