import Sound

/// Compares how much sound was made with how much time has passed; pure.
package struct DriftMeter: Sendable {
    private var begin: (time: Duration, samples: Int64)?

    package init() {}

    /// - Parameters:
    ///   - samples: made since the process began.
    ///   - now: by a clock that nobody sets.
    /// - Returns: by how many seconds the sound is ahead since the first sample that was seen.
    package mutating func observe(samples: Int64, at now: Duration) -> Double {
        guard let begin else {
            if samples > 0 { begin = (now, samples) }
            return 0
        }
        return AudioFormat.seconds(samples - begin.samples) - (now - begin.time) / .seconds(1)
    }
}
