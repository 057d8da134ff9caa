import Sound

/// Something that was said, and when.
package struct CaptionCue: Hashable, Codable, Sendable {
    /// Samples since the process began to push.
    package let start: Int64
    package let end: Int64
    /// Plain text; whatever looks like markup is shown as it is.
    package let text: String

    package init(start: Int64, end: Int64, text: String) {
        self.start = start
        self.end = end
        self.text = text
    }
}

/// Writes captions for one segment (W3C WebVTT; RFC 8216, section 3.5).
package enum WebVTT {
    static let textBytesMax = 1000
    /// Times in a file count from so long before its segment, because a cue may have begun there; a cue that began
    /// even earlier is shown from then on.
    private static let lead = Int64(60 * AudioFormat.sampleRate)

    /// - Parameters:
    ///   - start: the segment's first sample on the media time line.
    ///   - end: the first sample after it.
    ///   - cues: with samples of the same time line. Those that reach into the segment are written, whole, so that one
    ///     that lasts over several segments is in each of them with the same times.
    /// - Returns: the whole file.
    package static func segment(start: Int64, end: Int64, cues: [CaptionCue]) -> String {
        let zero = max(0, start - lead)
        // MPEG time has 90000 units a second and 33 bits.
        let mapped = UInt64(zero) * 15 / 8 & 0x1_FFFF_FFFF
        var text = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:\(mapped),LOCAL:00:00:00.000\n"
        for cue in cues where cue.start < end && cue.end > start && cue.end > cue.start {
            let lines = escaped(cue.text)
            guard !lines.isEmpty else { continue }
            text += "\n\(time(max(cue.start, zero) - zero)) --> \(time(cue.end - zero))\n\(lines)\n"
        }
        return text
    }

    static func time(_ samples: Int64) -> String {
        let milliseconds = samples * 1000 / Int64(AudioFormat.sampleRate)
        func padded(_ value: Int64, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return padded(milliseconds / 3_600_000, 2) + ":" + padded(milliseconds / 60_000 % 60, 2) + ":"
            + padded(milliseconds / 1000 % 60, 2) + "." + padded(milliseconds % 1000, 3)
    }

    /// Text that can end no cue and begin no tag.
    ///
    /// An empty line would end the cue, `-->` would begin one, and control characters have no business there.
    static func escaped(_ text: String) -> String {
        let lines = text.split(whereSeparator: \.isNewline).map { line in
            String(String.UnicodeScalarView(line.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }))
        }
        let plain = lines.filter { !$0.allSatisfy(\.isWhitespace) }.joined(separator: "\n")
        var (result, bytes) = ("", 0)
        for character in plain {
            bytes += character.utf8.count
            guard bytes <= textBytesMax else { break }
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.append(character)
            }
        }
        return result
    }
}
