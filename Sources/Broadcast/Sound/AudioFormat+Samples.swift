import Sound

/// A "sample" in this module is one moment of the programme, thus a value for each channel.
extension AudioFormat {
    static func seconds(_ samples: Int64) -> Double { Double(samples) / Double(sampleRate) }

    static func duration(_ samples: Int64) -> Duration {
        .seconds(samples / Int64(sampleRate))
            + .nanoseconds(samples % Int64(sampleRate) * 1_000_000_000 / Int64(sampleRate))
    }

    static func samples(_ seconds: Double) -> Int64 { Int64((seconds * Double(sampleRate)).rounded()) }
}
