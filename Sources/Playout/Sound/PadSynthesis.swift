import Bus
import Glibc
import Sound

/// Makes the bed: four slow chords of soft tones that flow into one another, the last into the first.
struct PadSynthesis {
    /// The tones are all below 2 kHz: they are made at a quarter of the rate, and interpolated.
    private static let divisor = 4
    private static let rate = AudioFormat.sampleRate / divisor
    /// A minor 9, F major 7, C major 9, G 6/9; MIDI note numbers.
    private static let chords: [[Int]] = [
        [45, 57, 60, 64, 71], [41, 53, 57, 60, 64], [48, 55, 60, 64, 74], [43, 55, 59, 62, 69],
    ]
    /// Each tone's overtones: multiple and strength.
    private static let partials: [(multiple: Double, strength: Float)] = [(1, 1), (2, 0.28), (3, 0.07)]

    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(state: seed) }

    func write(to pad: UnsafeMutablePointer<Int16>, frames: Int) {
        let slowFrames = frames / PadSynthesis.divisor
        let slow = UnsafeMutablePointer<Float>.allocate(capacity: slowFrames * 2)
        slow.initialize(repeating: 0, count: slowFrames * 2)
        defer { slow.deallocate() }
        var copy = self
        copy.addChords(to: slow, frames: slowFrames)
        PadSynthesis.normalise(slow, count: slowFrames * 2)
        PadSynthesis.interpolate(slow, frames: slowFrames, to: pad)
    }

    private mutating func addChords(to slow: UnsafeMutablePointer<Float>, frames: Int) {
        let chordFrames = frames / PadSynthesis.chords.count
        for (index, chord) in PadSynthesis.chords.enumerated() {
            for note in chord {
                let frequency = 440 * exp2(Double(note - 69) / 12)
                // Low tones are felt; high ones only colour.
                let strength = Float(min(1.2, 180 / frequency + 0.25))
                for channel in 0..<2 {
                    for partial in PadSynthesis.partials {
                        let detune = exp2((unit() - 0.5) * 8 / 1200)
                        addTone(
                            to: slow + channel,
                            frames: frames,
                            start: index * chordFrames,
                            length: chordFrames * 3 / 2,
                            step: 2 * .pi * frequency * partial.multiple * detune / Double(PadSynthesis.rate),
                            strength: strength * partial.strength
                        )
                    }
                }
            }
        }
    }

    /// Adds one tone that swells and fades, around the loop's end where it reaches there.
    private mutating func addTone(
        to channel: UnsafeMutablePointer<Float>,
        frames: Int,
        start: Int,
        length: Int,
        step: Double,
        strength: Float
    ) {
        // Both turn by a fixed angle with each frame; the second is the swell.
        var (x, y) = (cos(unit() * 2 * .pi), 0.0)
        y = (1 - x * x).squareRoot()
        let (cosine, sine) = (cos(step), sin(step))
        var (u, v) = (1.0, 0.0)
        let swell = 2 * Double.pi / Double(length)
        let (swellCosine, swellSine) = (cos(swell), sin(swell))
        var position = start
        for _ in 0..<length {
            channel[2 * position] += Float(x * (0.5 - 0.5 * u)) * strength
            (x, y) = (x * cosine - y * sine, x * sine + y * cosine)
            (u, v) = (u * swellCosine - v * swellSine, u * swellSine + v * swellCosine)
            position = position + 1 == frames ? 0 : position + 1
        }
    }

    private mutating func unit() -> Double { Double(random.next() >> 11) * 0x1p-53 }

    private static func normalise(_ samples: UnsafeMutablePointer<Float>, count: Int) {
        var squares = 0.0
        for index in 0..<count { squares += Double(samples[index] * samples[index]) }
        let gain = Level.factor(decibels: StandbySound.padRMSDecibels) / Float((squares / Double(count)).squareRoot())
        for index in 0..<count { samples[index] *= gain }
    }

    /// Puts three frames between each two, on a curve through the four around them.
    private static func interpolate(
        _ slow: UnsafeMutablePointer<Float>,
        frames: Int,
        to pad: UnsafeMutablePointer<Int16>
    ) {
        for frame in 0..<frames {
            let before = frame == 0 ? frames - 1 : frame - 1
            let next = frame + 1 == frames ? 0 : frame + 1
            let after = next + 1 == frames ? 0 : next + 1
            for channel in 0..<2 {
                let (a, b) = (slow[2 * before + channel], slow[2 * frame + channel])
                let (c, d) = (slow[2 * next + channel], slow[2 * after + channel])
                let (cubic, square) = (1.5 * (b - c) + 0.5 * (d - a), a - 2.5 * b + 2 * c - 0.5 * d)
                let slope = 0.5 * (c - a)
                for part in 0..<divisor {
                    let t = Float(part) / Float(divisor)
                    let value = ((cubic * t + square) * t + slope) * t + b
                    pad[2 * (frame * divisor + part) + channel] = Int16(max(-32_767, min(32_767, value * 32_768)))
                }
            }
        }
    }
}
