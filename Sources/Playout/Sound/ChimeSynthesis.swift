import Glibc
import Sound

/// Makes the ident that sounds where no recorded one is given: three bell tones, one after the other.
enum ChimeSynthesis {
    /// When each tone begins, in milliseconds, its frequency in Hz, and its place from left (0) to right (1).
    private static let tones: [(start: Int, frequency: Double, place: Float)] = [
        (0, 659.26, 0.35), (180, 783.99, 0.5), (360, 1046.5, 0.65),
    ]
    /// A bell's overtones: multiple, strength, and how fast it fades, per second.
    private static let partials: [(multiple: Double, strength: Double, decay: Double)] = [
        (1, 0.16, 2.6), (2.0, 0.05, 4.2), (3.01, 0.02, 7),
    ]

    static func write(to chime: UnsafeMutablePointer<Int16>, frames: Int) {
        let sum = UnsafeMutablePointer<Float>.allocate(capacity: frames * 2)
        sum.initialize(repeating: 0, count: frames * 2)
        defer { sum.deallocate() }
        for tone in tones {
            let start = AudioFormat.frames(milliseconds: tone.start)
            for partial in partials {
                add(
                    tone.frequency * partial.multiple,
                    partial.strength,
                    partial.decay,
                    tone.place,
                    sum + start * 2,
                    frames - start
                )
            }
        }
        let fadeFrames = AudioFormat.frames(milliseconds: 200)
        for frame in 0..<frames {
            let fade = min(1, Float(frames - frame) / Float(fadeFrames))
            for channel in 0..<2 {
                chime[2 * frame + channel] = Int16(max(-32_767, min(32_767, sum[2 * frame + channel] * fade * 32_768)))
            }
        }
    }

    private static func add(
        _ frequency: Double,
        _ strength: Double,
        _ decay: Double,
        _ place: Float,
        _ target: UnsafeMutablePointer<Float>,
        _ frames: Int
    ) {
        let step = 2 * Double.pi * frequency / Double(AudioFormat.sampleRate)
        let shrink = exp(-decay / Double(AudioFormat.sampleRate))
        let (cosine, sine) = (cos(step) * shrink, sin(step) * shrink)
        var (x, y) = (strength, 0.0)
        // A soft stroke: 4 ms.
        let strokeFrames = AudioFormat.frames(milliseconds: 4)
        for frame in 0..<frames {
            let value = Float(y) * min(1, Float(frame) / Float(strokeFrames))
            target[2 * frame] += value * (1 - place) * 1.4
            target[2 * frame + 1] += value * place * 1.4
            (x, y) = (x * cosine - y * sine, x * sine + y * cosine)
        }
    }
}
