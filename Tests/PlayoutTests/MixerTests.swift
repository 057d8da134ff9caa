import Foundation
import PlayoutLink
import Sound
import Testing

@testable import Playout

struct MixerTests {
    @Test func `an item begins at the very frame at which the one before it ends`() {
        var mixer = TestMixer()
        // Neither is a whole number of blocks, and the third is shorter than one.
        let lengths = [1501, 2777, 333, 4000]
        for (buffer, frames) in lengths.enumerated() { mixer.play(TestSound.marked(frames: frames), in: buffer) }
        let samples = mixer.render(12)
        var expected: [Int] = []
        var start = Mixer.latencyFrames
        for frames in lengths {
            expected += [start, start + frames - 1]
            start += frames
        }
        #expect(samples.frames(above: 0.4) == expected)
        let starts = mixer.reports().compactMap { report -> Int64? in
            if case .started(_, let at) = report { at } else { nil }
        }
        #expect(starts == [0, 1501, 4278, 4611])
    }

    @Test func `each item is reported as started and as finished, in order`() {
        var mixer = TestMixer()
        mixer.play(TestSound.constant(0.1, frames: 500), in: 0)
        mixer.play(TestSound.constant(0.1, frames: 500), in: 1)
        _ = mixer.render(2)
        let reports = mixer.reports().map { "\($0)" }.filter { $0.contains("started") || $0.contains("ended") }
        #expect(reports.count == 4)
        #expect(reports[0].contains("started(serial: 1, at: 0)"))
        #expect(reports[1].contains("ended(serial: 1") && reports[1].contains("finished, position: 500, at: 500"))
        #expect(reports[2].contains("started(serial: 2, at: 500)"))
        #expect(reports[3].contains("finished, position: 500, at: 1000"))
    }

    @Test func `the same commands before the same blocks give the same samples`() {
        func run() -> [Float] {
            var mixer = TestMixer(hasBed: true)
            mixer.play(TestSound.sine(frequency: 300, peak: 0.9, frames: 20_000), in: 0) { $0.gain = 1.5 }
            mixer.play(TestSound.sine(frequency: 500, peak: 0.9, frames: 20_000), in: 1, kind: .music) {
                $0.crossFadeFrames = 4800
            }
            var samples = mixer.render(30)
            mixer.mixer.apply(.chime)
            mixer.mixer.apply(.skip(serial: 2))
            samples += mixer.render(30)
            return samples
        }
        #expect(run() == run())
    }

    @Test func `a cross-fade of two different sounds keeps their power`() {
        var mixer = TestMixer()
        let frames = 48_000
        mixer.play(TestSound.sine(frequency: 400, peak: 0.4, frames: frames), in: 0, kind: .music)
        mixer.play(TestSound.sine(frequency: 1130, peak: 0.4, frames: frames), in: 1, kind: .music) {
            $0.crossFadeFrames = 24_000
        }
        let samples = mixer.render(76)
        // The second begins half a second before the first ends, and 1.5 s are filled.
        let starts = mixer.reports().compactMap { report -> Int64? in
            if case .started(_, let at) = report { at } else { nil }
        }
        #expect(starts == [0, 24_000])
        let alone = Array(samples[2 * 10_000..<2 * 20_000]).rmsDecibels
        for middle in [28_000, 34_000, 40_000, 46_000] {
            let level = Array(samples[2 * (middle - 1500)..<2 * (middle + 1500)]).rmsDecibels
            #expect(abs(level - alone) < 0.8, "at \(middle): \(level) dB, alone \(alone) dB")
        }
        let after = samples.frames(above: 0.01).last ?? 0
        #expect(abs(after - (72_000 + Mixer.latencyFrames)) < 60)
    }

    @Test func `fades at the beginning and the end go from nothing to all and back`() {
        var mixer = TestMixer()
        mixer.play(TestSound.constant(0.5, frames: 9600), in: 0) {
            $0.fadeInFrames = 4800
            $0.fadeOutFrames = 2400
        }
        let left = Array(mixer.render(11).left.dropFirst(Mixer.latencyFrames))
        #expect(left[0] == 0)
        #expect(abs(left[2400] - 0.25) < 0.001)
        #expect(abs(left[6000] - 0.5) < 0.001)
        #expect(abs(left[8400] - 0.25) < 0.001)
        #expect(left[9600] == 0)
    }

    @Test func `a skipped item is gone within 20 ms and the next begins right behind it`() {
        var mixer = TestMixer()
        mixer.play(TestSound.constant(0.5, frames: 48_000), in: 0)
        mixer.play(TestSound.constant(0.25, frames: 9600), in: 1)
        _ = mixer.render(5)
        mixer.mixer.apply(.skip(serial: 1))
        let left = mixer.render(4).left
        #expect(left[Mixer.latencyFrames + 960] == 0.25)
        let reports = mixer.reports().map { "\($0)" }
        #expect(reports.contains { $0.contains("skipped, position: 5760, at: 5760") })
        #expect(reports.contains { $0.contains("started(serial: 2, at: 5760)") })
    }

    @Test func `an item whose sound breaks off makes way for the next at that frame`() {
        var mixer = TestMixer()
        mixer.play(TestSound.constant(0.5, frames: 700), in: 0, totalFrames: 9000, state: .broken)
        mixer.play(TestSound.constant(0.25, frames: 9600), in: 1)
        let left = mixer.render(3).left
        #expect(left[Mixer.latencyFrames + 699] == 0.5)
        #expect(left[Mixer.latencyFrames + 700] == 0.25)
        #expect(mixer.reports().contains { "\($0)".contains("broken, position: 700, at: 700") })
    }

    @Test func `an item whose sound comes late waits, and loses nothing`() {
        var mixer = TestMixer()
        mixer.play(TestSound.numbered(frames: 1000), in: 0, totalFrames: 2000, state: .filling)
        _ = mixer.render(2)
        #expect(!mixer.reports().contains { "\($0)".contains("ended") })
        let rest = Array(TestSound.numbered(frames: 2000).dropFirst(2000))
        mixer.parts.buffers[0].ring.write(rest)
        mixer.parts.buffers[0].state = .whole
        let left = mixer.render(2).left
        #expect(left[Mixer.latencyFrames] == Float(1000) / 1_048_576)
        #expect(mixer.reports().contains { "\($0)".contains("finished, position: 2000") })
    }

    @Test func `items that have not begun can be taken back`() {
        var mixer = TestMixer()
        mixer.play(TestSound.constant(0.5, frames: 2000), in: 0)
        mixer.play(TestSound.constant(0.25, frames: 2000), in: 1)
        _ = mixer.render(1)
        mixer.mixer.apply(.uncueAll(token: 77))
        let left = mixer.render(3).left
        #expect(mixer.reports().contains { "\($0)".contains("uncued(token: 77)") })
        #expect(left.dropFirst(1040 + Mixer.latencyFrames).allSatisfy { $0 == 0 })
    }

    // MARK: The bed

    @Test func `with nothing to play the bed is at its full level after half a second`() {
        var mixer = TestMixer(hasBed: true)
        mixer.play(TestSound.sine(frequency: 200, peak: 0.5, frames: 48_000), in: 0)
        _ = mixer.render(50)
        _ = mixer.render(25)
        let bed = mixer.render(100)
        var alone = TestMixer(hasBed: true)
        let full = Array(alone.render(175).dropFirst(75 * AudioFormat.blockSamples))
        #expect(abs(bed.rmsDecibels - full.rmsDecibels) < 0.01)
        #expect(bed.rmsDecibels > -30)
    }

    @Test func `the bed goes down by 14 dB under speech within 100 ms and comes back after it`() {
        var mixer = TestMixer(hasBed: true)
        var alone = TestMixer(hasBed: true)
        _ = mixer.render(50)
        _ = alone.render(50)
        // So little sound that only the bed is heard, but more than counts as silence.
        mixer.play(TestSound.constant(0.0032, frames: 48_000), in: 0)
        let speech = TestSound.constant(0.0032, frames: 48_000)
        let under = zip(mixer.render(50).dropFirst(2 * Mixer.latencyFrames), speech).map { $0 - $1 }
        let full = Array(alone.render(50).dropFirst(2 * Mixer.latencyFrames))
        let range = 5 * AudioFormat.blockSamples..<45 * AudioFormat.blockSamples
        let difference = Array(under[range]).rmsDecibels - Array(full[range]).rmsDecibels
        #expect(abs(difference + 14) < 0.1, "\(difference) dB")
        _ = mixer.render(25)
        _ = alone.render(25)
        #expect(abs(mixer.render(20).rmsDecibels - alone.render(20).rmsDecibels) < 0.01)
    }

    @Test func `pauses of speech do not bring the bed up, long ones do`() {
        var ducker = Ducker()
        for _ in 0..<30 { _ = ducker.next(under: nil, peak: 0) }
        #expect(ducker.gain == 1)
        for _ in 0..<10 { _ = ducker.next(under: .speech, peak: 0.3) }
        #expect(ducker.gain == Ducker.underSpeech)
        for _ in 0..<Ducker.holdBlocks { _ = ducker.next(under: .speech, peak: 0) }
        #expect(ducker.gain == Ducker.underSpeech)
        for _ in 0..<20 { _ = ducker.next(under: .speech, peak: 0) }
        #expect(ducker.gain == 1)
    }

    @Test func `the bed is silent under music`() {
        var ducker = Ducker()
        for _ in 0..<30 { _ = ducker.next(under: nil, peak: 0) }
        for _ in 0..<20 { _ = ducker.next(under: .music, peak: 0.3) }
        #expect(ducker.gain == 0)
    }

    @Test func `the bed's file takes over within a second, and the station's own when the file runs dry`() {
        var mixer = TestMixer(hasBed: true)
        _ = mixer.render(50)
        let file = TestSound.constant(0.125, frames: 96_000)
        mixer.parts.bed.write(file)
        mixer.mixer.apply(.bedFile(true, gain: 2))
        _ = mixer.render(52)
        #expect(mixer.render(10).dropFirst(2 * Mixer.latencyFrames).allSatisfy { abs($0 - 0.25) < 0.001 })
        _ = mixer.render(60)
        let own = mixer.render(50)
        #expect(own.rmsDecibels > -35)
        #expect(own.peak < 0.7 && Set(own).count > 1000)
    }

    @Test func `the own bed loops without a seam`() {
        let sounds = StandbySound()
        sounds.generate()
        var position = StandbySound.padFrames - 480
        var samples = [Float](repeating: 0, count: 960 * 2)
        sounds.readPad(into: &samples, frames: 960, position: &position)
        #expect(position == 480)
        let left = samples.left
        let steps = zip(left, left.dropFirst()).map { abs($0 - $1) }
        // The step over the seam is like the others.
        #expect(steps[479] <= (steps[..<470] + steps[490...]).max() ?? 0)
        #expect(left.map(abs).max() ?? 0 > 0.01)
    }

    @Test func `standby is told after half a second without an item, and ends with the next`() {
        var mixer = TestMixer(hasBed: true)
        _ = mixer.render(24)
        #expect(!mixer.reports().contains { "\($0)".contains("standby") })
        _ = mixer.render(1)
        #expect(mixer.reports().contains { "\($0)".contains("standby(true") })
        mixer.play(TestSound.constant(0.1, frames: 4800), in: 0)
        _ = mixer.render(1)
        #expect(mixer.reports().contains { "\($0)".contains("standby(false") })
    }

    @Test func `the call is mixed in as it comes, and the bed goes down under it`() {
        var mixer = TestMixer()
        let call = TestSound.constant(0.25, frames: 1920)
        mixer.parts.call.write(call)
        mixer.mixer.apply(.call(true, gain: 2))
        let left = mixer.render(3).left
        #expect(left[Mixer.latencyFrames] == 0.5)
        #expect(left[Mixer.latencyFrames + 1919] == 0.5)
        #expect(left[Mixer.latencyFrames + 1920] == 0)
    }
}
