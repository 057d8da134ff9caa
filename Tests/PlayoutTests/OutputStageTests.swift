import Foundation
import PlayoutLink
import Testing

@testable import Playout

/// What comes after the mix: delay, limiter, mute, meter.
struct OutputStageTests {
    @Test func `muting silences the output within one block`() {
        var mixer = TestMixer(hasBed: true)
        mixer.play(TestSound.constant(0.5, frames: 48_000), in: 0)
        _ = mixer.render(10)
        mixer.mixer.apply(.mute(true))
        let first = mixer.render(1)
        #expect(first.left.dropFirst(240).allSatisfy { $0 == 0 })
        #expect(mixer.render(5).allSatisfy { $0 == 0 })
        #expect(mixer.reports().contains { "\($0)".contains("muted(true") })
        mixer.mixer.apply(.mute(false))
        _ = mixer.render(1)
        #expect(mixer.render(1).peak > 0.4)
    }

    @Test func `the whole programme leaves as loud as it is to, without a step`() {
        var mixer = TestMixer()
        mixer.play(TestSound.constant(0.5, frames: 48_000), in: 0)
        _ = mixer.render(10)
        // From -16 to -23 LUFS.
        let factor = Float(pow(10, LoudnessSet(speechLUFS: -23).gainDecibels / 20))
        mixer.mixer.apply(.gain(factor))
        let left = mixer.render(20).left
        #expect(abs(factor - 0.4467) < 0.0001)
        #expect(abs((left.last ?? 0) - 0.5 * factor) < 0.000_01)
        #expect(zip(left, left.dropFirst()).allSatisfy { abs($0 - $1) < 0.000_1 })
    }

    @Test(arguments: [0.5, 1, 2, 4, 8] as [Float])
    func `no sample passes the ceiling, however loud the mix is`(gain: Float) {
        var mixer = TestMixer()
        var samples = TestSound.sine(frequency: 997, peak: 1, frames: 24_000)
        // Clicks are what a limiter without look-ahead lets through.
        for frame in stride(from: 3001, to: 24_000, by: 3001) { samples[2 * frame] = -1 }
        mixer.play(samples, in: 0) { $0.gain = gain }
        let out = mixer.render(30)
        #expect(out.peak <= Limiter.ceiling + 0.000_1, "\(out.peak)")
        #expect(out.peak > min(gain, 1) * 0.45)
    }

    @Test func `peaks between the samples stay below the ceiling, too`() {
        var mixer = TestMixer()
        // A quarter of the rate, shifted: the samples reach 0.707 of what lies between them.
        let samples = (0..<24_000).flatMap { frame -> [Float] in
            let value = 1.2 * Float(sin(.pi / 2 * Double(frame) + .pi / 4))
            return [value, value]
        }
        mixer.play(samples, in: 0)
        let left = Array(mixer.render(25).left[4000..<20_000])
        // The true wave through the samples has a peak of √2 times theirs.
        let peak = (left.map(abs).max() ?? 0) * Float(2).squareRoot()
        #expect(peak < 0.915, "\(peak)")
    }

    @Test func `what is below the ceiling passes unchanged, 5 ms later`() {
        var mixer = TestMixer()
        let samples = TestSound.sine(frequency: 440, peak: 0.85, frames: 4800)
        mixer.play(samples, in: 0)
        let out = mixer.render(6)
        #expect(Array(out.dropFirst(2 * Mixer.latencyFrames).prefix(samples.count)) == samples)
    }

    @Test func `the gain comes back after a peak`() {
        var mixer = TestMixer()
        var samples = TestSound.constant(0.5, frames: 48_000)
        for frame in 1000..<1100 { samples[2 * frame] = 2 }
        mixer.play(samples, in: 0)
        let left = mixer.render(51).left
        #expect(left[Mixer.latencyFrames + 1200] < 0.3)
        #expect(abs(left[Mixer.latencyFrames + 40_000] - 0.5) < 0.001)
    }

    // MARK: The delay

    @Test func `with the delay on the programme leaves ten seconds later, and the bed until then`() {
        var mixer = TestMixer(hasBed: true)
        _ = mixer.render(30)
        mixer.mixer.apply(.delay(true))
        _ = mixer.render(1)
        mixer.play(TestSound.marked(frames: 4800), in: 0, kind: .music)
        let filling = mixer.render(499)
        #expect(filling.rmsDecibels > -30)
        #expect(filling.frames(above: 0.45).isEmpty)
        let heard = mixer.render(20).frames(above: 0.45)
        #expect(heard.contains(960 + Mixer.latencyFrames + 4799))
    }

    @Test func `a dump drops the last ten seconds and goes on without a gap`() {
        var mixer = TestMixer(hasBed: true)
        mixer.mixer.apply(.delay(true))
        _ = mixer.render(520)
        // Said, but not heard yet.
        mixer.play(TestSound.constant(0.8, frames: 9600), in: 0)
        _ = mixer.render(20)
        mixer.mixer.apply(.dump)
        mixer.play(TestSound.constant(0.6, frames: 9600), in: 1)
        let after = mixer.render(530)
        #expect(mixer.reports().contains { "\($0)".contains("dumped(frames: 480000") })
        #expect(after.frames(above: 0.72).isEmpty)
        #expect(after.frames(above: 0.5).count > 8500)
        for second in 0..<10 {
            let part = Array(after[second * 96_000..<(second + 1) * 96_000])
            #expect(part.rmsDecibels > -35, "second \(second): \(part.rmsDecibels) dB")
        }
    }

    // MARK: The meter

    @Test func `the level of each second is told as it left`() throws {
        var mixer = TestMixer()
        mixer.play(TestSound.sine(frequency: 480, peak: 0.5, frames: 60_000), in: 0)
        _ = mixer.render(100)
        let levels = mixer.reports().compactMap { report -> LevelFigures? in
            if case .level(let figures) = report { figures } else { nil }
        }
        #expect(levels.count == 2)
        let first = LevelReading(try #require(levels.first))
        #expect(abs(first.rmsDecibels + 9.0) < 0.2)
        #expect(abs(first.peakDecibels + 6.0) < 0.1)
        #expect(first.silentForMilliseconds == 0)
        let second = LevelReading(try #require(levels.last))
        #expect((720...760).contains(second.silentForMilliseconds))
    }

    @Test func `silence is told as silence`() {
        let reading = LevelReading(LevelFigures(rms: 0, peak: 0, silentFrames: 96_000))
        #expect(reading == LevelReading(rmsDecibels: -120, peakDecibels: -120, silentForMilliseconds: 2000))
    }
}
