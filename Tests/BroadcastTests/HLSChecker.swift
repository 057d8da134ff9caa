import Bus
import Foundation

/// Looks at every version of a media playlist that appeared and finds what RFC 8216 does not allow.
///
/// Written from the rules and not from the code that writes playlists.
struct HLSChecker {
    struct Segment: Equatable {
        let sequence: Int
        let uri: String
        let seconds: Double
        let time: Timestamp
        let map: String?
        /// Discontinuities before it since the stream began.
        let discontinuity: Int
    }

    private struct Removal {
        let files: [String]
        let until: Timestamp
    }

    private(set) var problems: [String] = []
    private(set) var seen: [Segment] = []
    private var target: Int?
    private var lastSegments: [Segment] = []
    private var lastDiscontinuitySequence = 0
    private var lastText: String?
    private var lastChange: Timestamp?
    private var longest = 0.0
    private var removals: [Removal] = []
    /// A media playlist of sound must name the file that describes it.
    let needsMap: Bool

    init(needsMap: Bool = true) { self.needsMap = needsMap }

    /// Looks at a version, or again at the same.
    ///
    /// - Parameters:
    ///   - text: the playlist, as a player gets it.
    ///   - now: when.
    ///   - files: the names that can be fetched now; `nil` when that is not looked at.
    ///   - changedAt: when this version appeared, if that is known better.
    ///   - isLate: whether an outage excuses that this version is late.
    mutating func observe(
        _ text: String,
        at now: Timestamp,
        files: Set<String>? = nil,
        changedAt: Timestamp? = nil,
        isLate: Bool = false
    ) {
        if let files {
            for removal in removals where removal.until > now {
                for file in removal.files where !files.contains(file) { problems.append("\(file) went too early") }
            }
            removals.removeAll { $0.until <= now }
        }
        guard text != lastText else { return }
        guard let (segments, discontinuitySequence, target) = parse(text) else { return }
        checkTarget(target)
        checkVersion(segments, discontinuitySequence, now: now, changedAt: changedAt ?? now, isLate: isLate)
        if let files {
            for segment in segments {
                for file in [segment.uri] + [segment.map].compactMap({ $0 }) where !files.contains(file) {
                    problems.append("\(file) is listed and not there")
                }
            }
        }
        lastText = text
        lastChange = changedAt ?? now
        lastSegments = segments
        lastDiscontinuitySequence = discontinuitySequence
        longest = max(longest, segments.reduce(0) { $0 + $1.seconds })
    }

    private mutating func checkTarget(_ target: Int) {
        if let known = self.target, known != target { problems.append("the target duration changed") }
        self.target = target
    }

    private mutating func checkVersion(
        _ segments: [Segment],
        _ discontinuities: Int,
        now: Timestamp,
        changedAt: Timestamp,
        isLate: Bool
    ) {
        let target = Double(self.target ?? 0)
        for segment in segments where segment.seconds.rounded() > target {
            problems.append("\(segment.uri) is longer than the target duration")
        }
        if Set(segments.map(\.uri)).count != segments.count { problems.append("a URI is there twice") }
        for (before, after) in zip(segments, segments.dropFirst()) {
            let gap = Double(before.time.duration(to: after.time) / .microseconds(1)) / 1e6 - before.seconds
            if after.time < before.time { problems.append("\(after.uri): its time goes back") }
            if before.discontinuity == after.discontinuity, abs(gap) > 0.005 {
                problems.append("\(after.uri): its time is \(gap) s off, without a discontinuity")
            }
        }
        guard let lastChange else {
            seen = segments
            return
        }
        if discontinuities < lastDiscontinuitySequence { problems.append("the discontinuity sequence went back") }
        let elapsed = Double(lastChange.duration(to: changedAt) / .milliseconds(1)) / 1000
        if elapsed < 0.5 * target - 0.05 { problems.append("a version came \(elapsed) s after the last") }
        if elapsed > 1.5 * target, !isLate { problems.append("a version came \(elapsed) s after the last") }
        guard let first = segments.first?.sequence ?? lastSegments.first?.sequence else { return }
        let removed = lastSegments.filter { $0.sequence < first }
        if let known = lastSegments.first, first < known.sequence { problems.append("the media sequence went back") }
        let common = lastSegments.filter { $0.sequence >= first }
        if !segments.starts(with: common) { problems.append("a segment changed or was put in between") }
        if let last = seen.last, let new = segments.dropFirst(common.count).first, new.sequence != last.sequence + 1 {
            problems.append("segment \(new.sequence) follows \(last.sequence)")
        }
        if let last = seen.last, let new = segments.dropFirst(common.count).first,
            new.discontinuity < last.discontinuity
        {
            problems.append("\(new.uri) belongs to an earlier discontinuity than what came before")
        }
        let rest = segments.reduce(0) { $0 + $1.seconds }
        if !removed.isEmpty, rest < 3 * target { problems.append("only \(rest) s are left after a removal") }
        for segment in removed {
            let kept = Duration.seconds(segment.seconds + longest)
            let stillUsed = segments.contains { $0.map == segment.map }
            let files = [segment.uri] + (stillUsed ? [] : [segment.map].compactMap { $0 })
            removals.append(Removal(files: files, until: now.advanced(by: kept)))
        }
        seen += segments.dropFirst(common.count)
    }

    private mutating func parse(_ text: String) -> ([Segment], discontinuitySequence: Int, target: Int)? {
        var lines = text.components(separatedBy: "\n")
        guard lines.first == "#EXTM3U", lines.popLast() == "" else {
            problems.append("not a playlist with whole lines: \(text.prefix(40))")
            return nil
        }
        var (tags, segments) = ([String: String](), [Segment]())
        var (duration, time, map) = (Double?.none, Timestamp?.none, String?.none)
        var discontinuity = 0
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
            let value = parts.count > 1 ? parts[1] : ""
            switch parts.first {
            case "#EXT-X-VERSION", "#EXT-X-TARGETDURATION", "#EXT-X-MEDIA-SEQUENCE", "#EXT-X-DISCONTINUITY-SEQUENCE",
                "#EXT-X-INDEPENDENT-SEGMENTS":
                if tags.updateValue(value, forKey: parts[0]) != nil { problems.append("\(parts[0]) is there twice") }
                if !segments.isEmpty { problems.append("\(parts[0]) comes after a segment") }
                if parts[0] == "#EXT-X-DISCONTINUITY-SEQUENCE" { discontinuity += Int(value) ?? 0 }
            case "#EXT-X-DISCONTINUITY": discontinuity += 1
            case "#EXT-X-MAP": map = value.split(separator: "\"").dropFirst().first.map(String.init)
            case "#EXT-X-PROGRAM-DATE-TIME": time = Timestamp(value)
            case "#EXTINF": duration = Double(value.dropLast())
            default:
                guard !line.hasPrefix("#"), let seconds = duration, let moment = time else {
                    problems.append("does not belong there: \(line)")
                    continue
                }
                if needsMap, map == nil { problems.append("\(line) has no EXT-X-MAP") }
                let sequence = (Int(tags["#EXT-X-MEDIA-SEQUENCE"] ?? "0") ?? 0) + segments.count
                segments.append(
                    Segment(
                        sequence: sequence,
                        uri: line,
                        seconds: seconds,
                        time: moment,
                        map: map,
                        discontinuity: discontinuity
                    )
                )
                (duration, time) = (nil, nil)
            }
        }
        if (Int(tags["#EXT-X-VERSION"] ?? "") ?? 0) < 6 { problems.append("EXT-X-MAP needs version 6") }
        if tags["#EXT-X-INDEPENDENT-SEGMENTS"] == nil { problems.append("EXT-X-INDEPENDENT-SEGMENTS is missing") }
        guard let target = Int(tags["#EXT-X-TARGETDURATION"] ?? "") else {
            problems.append("no target duration")
            return nil
        }
        return (segments, Int(tags["#EXT-X-DISCONTINUITY-SEQUENCE"] ?? "0") ?? 0, target)
    }
}
