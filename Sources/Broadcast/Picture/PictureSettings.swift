/// The picture beside the sound: who draws it, and how it is coded.
package struct PictureSettings: Hashable, Sendable {
    /// The program that draws, by name or path, and what it is told before the size.
    package var renderer: String
    package var rendererArguments: [String]
    /// What codes it, by name or path.
    package var program = "ffmpeg"
    /// Even numbers, as video is coded.
    package var width = 1280
    package var height = 720
    package var bitsPerSecond = 2_000_000

    package init(renderer: String, arguments: [String] = ["live"]) {
        self.renderer = renderer
        rendererArguments = arguments
    }

    /// Blue, green, red and opacity of each pixel.
    var frameBytes: Int { width * height * 4 }

    /// What is wrong, each with its field.
    package func problems() -> [String] {
        var problems: [String] = []
        if renderer.isEmpty { problems.append("renderer: must not be empty") }
        if program.isEmpty { problems.append("program: must not be empty") }
        for (field, value) in [("width", width), ("height", height)]
        where !(160...1920).contains(value) || !value.isMultiple(of: 2) {
            problems.append("\(field): must be an even number from 160 to 1920")
        }
        if !(100_000...20_000_000).contains(bitsPerSecond) {
            problems.append("bits_per_second: must be 100000 to 20000000")
        }
        return problems
    }

    /// What the coding program is told.
    ///
    /// - Parameter first: the number of its first frame, so that those that depend on none lie where segments may begin.
    /// - Returns: each argument.
    func arguments(first: Int64) -> [String] {
        let offset = first % PictureClock.keyEvery
        return [
            "-hide_banner", "-nostdin", "-loglevel", "error", "-probesize", "32", "-analyzeduration", "0",
            "-f", "rawvideo", "-pix_fmt", "bgra", "-video_size", "\(width)x\(height)",
            "-framerate", "\(PictureClock.framesPerSecond)", "-i", "pipe:0",
            "-vf", "scale=out_color_matrix=bt709:out_range=tv:flags=fast_bilinear,format=yuv420p", "-vsync",
            "passthrough",
            "-c:v", "libx264", "-preset", "veryfast", "-tune", "zerolatency", "-profile:v", "high", "-bf", "0",
            "-g", "250", "-keyint_min", "1", "-sc_threshold", "0", "-forced-idr", "1",
            "-force_key_frames", "expr:not(mod(n+\(offset),\(PictureClock.keyEvery)))",
            "-b:v", "\(bitsPerSecond)", "-maxrate", "\(bitsPerSecond)", "-bufsize", "\(bitsPerSecond)",
            "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv",
            "-map_metadata", "-1", "-f", "mp4", "-video_track_timescale", "48000", "-use_editlist", "0",
            "-movflags", "+empty_moov+default_base_moof+frag_every_frame+skip_trailer", "-flush_packets", "1", "pipe:1",
        ]
    }
}
