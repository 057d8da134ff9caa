import Bus
import Glibc
import Sound
import Threading

/// Measures the sound that goes to the encoder, on a thread of its own.
///
/// To decode what was published would cost as much as to make it, so the sound is measured before the encoder, and
/// whether it gets out is judged by the age of the newest segment.
package final class OutputMeter: Sendable {
    private let ring = SampleRing(framesMin: 2 * AudioFormat.sampleRate)
    private let loudness: LoudnessMeter
    private let thread: OutputThread
    private let current = Mutex(MeterStatus())
    private let threshold: Double

    private static let interval = Duration.milliseconds(100)

    /// - Parameter silenceThreshold: quieter is silence, in dB below full scale.
    /// - Throws: an error without memory or a thread.
    package init(silenceThreshold: Double = -50) throws {
        threshold = silenceThreshold
        loudness = try LoudnessMeter(.programme)
        thread = try OutputThread()
    }

    /// Starts the thread; once.
    ///
    /// - Throws: `ThreadError` when the system refuses.
    package func start() throws { try thread.start("meter") { [self] in live() } }

    /// Ends it; blocks for a moment.
    package func stop() {
        thread.askToStop()
        thread.join()
    }

    /// Takes sound, from the audio thread; never waits.
    package func write(_ samples: UnsafeBufferPointer<Float>) { ring.write(samples) }

    package var status: MeterStatus {
        var status = current.withLock { $0 }
        status.overrunSamples = ring.overrunFrames
        return status
    }

    // MARK: The thread

    private func live() {
        var (silence, drift) = (SilenceMeter(threshold: threshold), DriftMeter())
        let begin = ContinuousClock.now
        var (position, lastSound) = (Int64(0), begin)
        while !thread.mustStop {
            thread.wait(Self.interval)
            let before = position
            measure(&position, &silence)
            let now = ContinuousClock.now
            if position > before { lastSound = now }
            // Nothing at all comes: for whoever listens that is silence as well.
            let missing = lastSound.duration(to: now)
            let silent = silence.silentFor + (missing > Self.interval * 2 ? missing : .zero)
            let samples = position + ring.overrunFrames
            let ahead = drift.observe(samples: samples, at: begin.duration(to: now))
            let loudness = Loudness(loudness)
            current.withLock { status in
                status.level = missing > Self.interval * 2 ? SilenceMeter.floor : silence.level
                status.peak = missing > Self.interval * 2 ? SilenceMeter.floor : silence.peak
                status.silentSeconds = silent / .seconds(1)
                status.longestSilenceSeconds = max(status.longestSilenceSeconds, silence.longestSilence / .seconds(1))
                status.longestSilenceSeconds = max(status.longestSilenceSeconds, status.silentSeconds)
                status.loudness = loudness
                status.driftSeconds = ahead
                status.measuredSeconds = AudioFormat.seconds(silence.measuredSamples)
            }
        }
    }

    private func measure(_ position: inout Int64, _ silence: inout SilenceMeter) {
        while position < ring.writtenPosition {
            let piece = ring.bytes(from: position * Int64(AudioFormat.bytesPerFrame)).bindMemory(to: Float.self)
            silence.measure(piece)
            loudness.measure(piece)
            position += Int64(piece.count / AudioFormat.channels)
            ring.release(to: position)
        }
    }
}
