import RenderWire
import Sound

/// How scenes, films and teasers are coded: the arguments of ffmpeg for each.
enum FilmEncoding {
    /// What players turn nothing up or down for, in LUFS.
    static let loudness = -14.0
    /// Below the full scale, so that coding leaves it below -1 dBTP.
    private static let peakFactor = 0.79
    private static let soundBitsPerSecond = 160_000

    /// One scene without sound, from frames on standard input.
    ///
    /// All are coded alike, so that scenes can be put together without coding them again.
    static func scene(_ form: FilmForm, to path: String) -> [String] {
        [
            "-f", "rawvideo", "-pix_fmt", "bgra", "-s", "\(form.width)x\(form.height)", "-r", "\(form.framesPerSecond)",
            "-i", "pipe:0", "-an",
        ] + video(form) + ["-f", "mp4", path]
    }

    private static func video(_ form: FilmForm) -> [String] {
        [
            "-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p", "-c:v", "libx264", "-preset", "veryfast",
            "-profile:v", "high", "-crf", "20", "-bf", "0", "-g", "\(form.framesPerSecond * 2)", "-colorspace", "bt709",
            "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv", "-video_track_timescale", "90000",
        ]
    }

    /// The whole film: scenes as they are, with what is said.
    ///
    /// - Parameters:
    ///   - list: names the scenes.
    ///   - narration: bare samples.
    ///   - chapters: in ffmpeg's form.
    ///   - gain: brings the sound to its loudness, in decibels.
    ///   - seconds: how long it is.
    ///   - path: where it goes.
    /// - Returns: the arguments.
    static func film(
        list: String,
        narration: String,
        chapters: String,
        gain: Double,
        seconds: Double,
        to path: String
    ) -> [String] {
        [
            "-f", "concat", "-safe", "0", "-i", list, "-f", "f32le", "-ar", "\(AudioFormat.sampleRate)", "-ac",
            "\(AudioFormat.channels)", "-i", narration, "-f", "ffmetadata", "-i", chapters, "-map", "0:v", "-map",
            "1:a",
            "-map_metadata", "2", "-map_chapters", "2", "-c:v", "copy", "-af", limited(gain), "-c:a", "aac", "-b:a",
            "\(soundBitsPerSecond)", "-t", "\(seconds)", "-movflags", "+faststart", "-f", "mp4", path,
        ]
    }

    private static func limited(_ gain: Double) -> String {
        // Twice the rate, so that peaks between samples are seen; what it looks ahead is not to be heard as a delay.
        "volume=\(gain)dB,aresample=96000,alimiter=limit=\(peakFactor):level=false:latency=true,aresample=48000"
    }

    /// A part of a film that begins with a scene: its picture as it is coded, its sound with an end.
    static func part(_ frames: Range<Int>, of film: String, _ form: FilmForm, to path: String) -> [String] {
        let rate = Double(form.framesPerSecond)
        let (start, length) = (Double(frames.lowerBound) / rate, Double(frames.count) / rate)
        return [
            "-ss", "\(start)", "-i", film, "-t", "\(length)", "-map", "0:v", "-map", "0:a", "-map_chapters", "-1",
            "-c:v",
            "copy", "-frames:v", "\(frames.count)", "-af", "afade=t=out:st=\(max(0, length - 0.3)):d=0.3", "-c:a",
            "aac",
            "-b:a", "\(soundBitsPerSecond)", "-movflags", "+faststart", "-f", "mp4", path,
        ]
    }

    /// Chapters in ffmpeg's own form of metadata.
    static func metadata(title: String, chapters: [RenderedFilm.Chapter], end: Int) -> String {
        func escaped(_ text: String) -> String {
            var shown = ""
            for character in text {
                if character.isNewline {
                    shown += " "
                } else {
                    if "=;#\\".contains(character) { shown += "\\" }
                    shown.append(character)
                }
            }
            return shown
        }
        var text = ";FFMETADATA1\ntitle=\(escaped(title))\n"
        for (index, chapter) in chapters.enumerated() {
            let until = index + 1 < chapters.count ? chapters[index + 1].milliseconds : end
            text += "[CHAPTER]\nTIMEBASE=1/1000\nSTART=\(chapter.milliseconds)\nEND=\(until)\n"
            text += "title=\(escaped(chapter.title))\n"
        }
        return text
    }
}
