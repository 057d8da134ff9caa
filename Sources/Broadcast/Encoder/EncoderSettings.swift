import Sound

/// How sound is encoded.
package struct EncoderSettings: Hashable, Sendable {
    /// The program, by name or path.
    package var program = "ffmpeg"
    package var bitsPerSecond = 128_000
    /// Sound that is kept to be encoded again when the encoder dies.
    package var historySeconds = 10.0
    /// An encoder that has sound to encode and gives nothing for so long is ended.
    package var stallAfter = Duration.seconds(3)
    /// How often a missing program is looked for.
    package var lookAgainAfter = Duration.seconds(3)

    package init() {}

    var arguments: [String] {
        [
            "-hide_banner", "-nostdin", "-loglevel", "error",
            // The form is known: nothing is to be guessed from the first second of sound.
            "-probesize", "32", "-analyzeduration", "0",
            "-f", "f32le", "-ar", "\(AudioFormat.sampleRate)", "-ac", "\(AudioFormat.channels)", "-i", "pipe:0",
            "-c:a", "aac", "-b:a", "\(bitsPerSecond)", "-map_metadata", "-1", "-f", "mp4",
            // A fragment for each frame, so that everybody has it at once. Without a trailer: its table of fragments
            // would grow in memory for as long as the station is on air.
            "-movflags", "+empty_moov+default_base_moof+frag_every_frame+skip_trailer", "-flush_packets", "1", "pipe:1",
        ]
    }
}
