import Bus
import Sound

extension HLSPlaylist {
    /// A list of the same segments in another form.
    package enum Rendition: String, CaseIterable, Codable, Sendable {
        case audio
        /// WebVTT, one file beside each segment of sound, so that both agree on all their numbers.
        case captions

        package var playlistName: String { "\(rawValue).m3u8" }

        package func fileName(_ sequence: Int64) -> String {
            switch self {
            case .audio: "audio-\(sequence).m4s"
            case .captions: "captions-\(sequence).vtt"
            }
        }
    }

    /// The media playlist's text.
    ///
    /// - Parameter rendition: whose files it names.
    /// - Returns: the whole file.
    package func text(_ rendition: Rendition) -> String {
        var lines = [
            "#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-TARGETDURATION:\(targetSeconds)",
            "#EXT-X-MEDIA-SEQUENCE:\(mediaSequence)", "#EXT-X-DISCONTINUITY-SEQUENCE:\(discontinuitySequence)",
            "#EXT-X-INDEPENDENT-SEGMENTS",
        ]
        var map: String?
        for segment in segments {
            if segment.isDiscontinuity {
                lines.append("#EXT-X-DISCONTINUITY")
                map = nil
            }
            if rendition == .audio, map != segment.map {
                lines.append("#EXT-X-MAP:URI=\"\(segment.map)\"")
                map = segment.map
            }
            lines.append("#EXT-X-PROGRAM-DATE-TIME:\(segment.time.toTheMillisecond)")
            lines.append("#EXTINF:\(Self.decimal(segment.samples)),")
            lines.append(rendition.fileName(segment.sequence))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The master playlist's text.
    ///
    /// - Parameters:
    ///   - codec: of the sound, as in RFC 6381.
    ///   - bitsPerSecond: what the encoder was asked for; what was measured counts when it is more, as it is with the
    ///     container around it.
    ///   - captions: the language of the captions, when there are some.
    ///   - picture: the picture beside the sound, when there is one. Players that know only sound take the first stream.
    /// - Returns: the whole file.
    package func masterText(
        codec: String,
        bitsPerSecond: Int,
        captions: String?,
        picture: PictureVariant? = nil
    ) -> String {
        // To the next thousand, so that the text does not change all the time.
        let peak = (max(peakBitsPerSecond, bitsPerSecond) + 999) / 1000 * 1000
        let mean = (max(meanBitsPerSecond, bitsPerSecond) + 999) / 1000 * 1000
        var lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
        var stream = "#EXT-X-STREAM-INF:BANDWIDTH=\(peak),AVERAGE-BANDWIDTH=\(mean),CODECS=\"\(codec)\""
        if let captions {
            lines.append(
                "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"captions\",NAME=\"Captions\",LANGUAGE=\"\(captions)\","
                    + "DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI=\"\(Rendition.captions.playlistName)\""
            )
            stream += ",SUBTITLES=\"captions\""
        }
        if picture != nil {
            lines.append(
                "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"sound\",NAME=\"Programme\",DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"2\","
                    + "URI=\"\(Rendition.audio.playlistName)\""
            )
        }
        lines += [stream, Rendition.audio.playlistName]
        if let picture {
            lines += [
                picture.line(soundCodec: codec, soundPeak: peak, soundMean: mean, hasCaptions: captions != nil),
                PicturePlaylist.name,
            ]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Seconds with five decimals.
    static func decimal(_ samples: Int64) -> String {
        let rate = Int64(AudioFormat.sampleRate)
        let parts = (samples % rate * 100_000 + rate / 2) / rate
        let (whole, rest) = (samples / rate + parts / 100_000, parts % 100_000)
        let digits = String(rest)
        return "\(whole)." + String(repeating: "0", count: 5 - digits.count) + digits
    }
}

extension Timestamp {
    /// As `2026-01-02T03:04:05.678Z`.
    var toTheMillisecond: String { description.dropLast(4) + "Z" }
}
