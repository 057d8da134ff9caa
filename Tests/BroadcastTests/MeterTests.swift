import Broadcast
import Testing

struct MeterTests {
    @Test func `level and silence are those of the sound`() {
        var meter = SilenceMeter(threshold: -50)
        func measure(_ amplitude: Float, seconds: Double) {
            let sound = TestSound.tone(samples: Int(seconds * 48_000), amplitude: amplitude)
            sound.withUnsafeBufferPointer { meter.measure($0) }
        }
        measure(0.5, seconds: 1)
        // A sine of half of full scale: its peak is at -6.02 dB, its power 3.01 dB below that.
        #expect(abs(meter.peak + 6.02) < 0.01)
        #expect(abs(meter.level + 9.03) < 0.01)
        #expect(meter.silentFor == .zero)
        measure(0, seconds: 2.5)
        #expect(meter.silentFor == .milliseconds(2500))
        #expect(meter.level == -120)
        // -57 dB is silence too, for whoever set -50.
        measure(0.002, seconds: 1)
        #expect(meter.silentFor == .milliseconds(3500))
        measure(0.01, seconds: 0.1)
        #expect(meter.silentFor == .zero)
        #expect(meter.longestSilence == .milliseconds(3500))
        #expect(meter.measuredSamples == 48_000 * 46 / 10)
        let broken = [Float](repeating: .nan, count: 9600)
        broken.withUnsafeBufferPointer { meter.measure($0) }
        #expect(meter.silentFor == .milliseconds(100))
    }

    @Test func `drift is the difference to the clock`() {
        var drift = DriftMeter()
        #expect(drift.observe(samples: 0, at: .seconds(1)) == 0)
        #expect(drift.observe(samples: 960, at: .seconds(5)) == 0)
        #expect(abs(drift.observe(samples: 960 + 48_000, at: .seconds(6))) < 1e-9)
        #expect(abs(drift.observe(samples: 960 + 96_000, at: .seconds(8)) + 1) < 1e-9)
        #expect(abs(drift.observe(samples: 960 + 48_000 * 5, at: .seconds(9)) - 1) < 1e-9)
    }

    @Test func `loudness is as EBU Tech 3341 wants it`() async throws {
        let meter = try OutputMeter()
        try meter.start()
        // A sine of -23 dB in both channels, for 20 s, is -23.0 LUFS.
        let source = try SoundSource(speed: 8, amplitude: 0.070_795) { meter.write($0) }
        #expect(try await becomes { meter.status.measuredSeconds > 20 })
        let status = meter.status
        source.stop()
        #expect(status.overrunSamples == 0)
        for value in [status.loudness.momentary, status.loudness.shortTerm, status.loudness.integrated] {
            #expect(abs((value ?? 0) + 23) < 0.1)
        }
        #expect(abs(status.peak + 23) < 0.05)
        // Nothing comes any more, and that is silence.
        #expect(try await becomes { meter.status.silentSeconds > 1 && meter.status.level == -120 })
        meter.stop()
    }

    @Test func `at the pace of the clock there is no drift, and silence is seen while it lasts`() async throws {
        let meter = try OutputMeter()
        try meter.start()
        let source = try SoundSource(amplitude: 0) { meter.write($0) }
        #expect(try await becomes { meter.status.silentSeconds > 2 })
        #expect(abs(meter.status.driftSeconds) < 0.3)
        #expect(meter.status.loudness.integrated == nil)
        source.stop()
        meter.stop()
    }
}
