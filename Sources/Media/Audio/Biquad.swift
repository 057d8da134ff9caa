import Glibc

/// A filter of second order; its coefficients follow Bristow-Johnson's formulas, with a width of 0.707.
struct Biquad {
    private let b0: Double
    private let b1: Double
    private let b2: Double
    private let a1: Double
    private let a2: Double

    private init(_ b: (Double, Double, Double), _ a: (Double, Double, Double)) {
        (b0, b1, b2) = (b.0 / a.0, b.1 / a.0, b.2 / a.0)
        (a1, a2) = (a.1 / a.0, a.2 / a.0)
    }

    private static func angle(_ frequency: Double, _ rate: Double) -> (cosine: Double, alpha: Double) {
        let angle = 2 * Double.pi * min(frequency, rate * 0.45) / rate
        return (cos(angle), sin(angle) / 2.0.squareRoot())
    }

    /// Takes away what is below a frequency, in Hz.
    static func highPass(_ frequency: Double, rate: Double) -> Biquad {
        let (cosine, alpha) = angle(frequency, rate)
        let edge = (1 + cosine) / 2
        return Biquad((edge, -2 * edge, edge), (1 + alpha, -2 * cosine, 1 - alpha))
    }

    /// Lifts or lowers what is around a frequency.
    static func peak(_ frequency: Double, decibels: Double, rate: Double) -> Biquad {
        let (cosine, alpha) = angle(frequency, rate)
        let gain = Decibels.amplitude(decibels / 2)
        return Biquad(
            (1 + alpha * gain, -2 * cosine, 1 - alpha * gain),
            (1 + alpha / gain, -2 * cosine, 1 - alpha / gain)
        )
    }

    /// Lifts or lowers everything above a frequency.
    static func highShelf(_ frequency: Double, decibels: Double, rate: Double) -> Biquad {
        let (cosine, alpha) = angle(frequency, rate)
        let gain = Decibels.amplitude(decibels / 2)
        let (more, less, slope) = (gain + 1, gain - 1, 2 * gain.squareRoot() * alpha)
        return Biquad(
            (
                gain * (more + less * cosine + slope), -2 * gain * (less + more * cosine),
                gain * (more + less * cosine - slope)
            ),
            (more - less * cosine + slope, 2 * (less - more * cosine), more - less * cosine - slope)
        )
    }

    func process(_ samples: inout [Float]) {
        var (x1, x2, y1, y2) = (0.0, 0.0, 0.0, 0.0)
        for index in samples.indices {
            let x = Double(samples[index])
            let y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2
            (x2, x1, y2, y1) = (x1, x, y1, y)
            samples[index] = Float(y)
        }
    }
}
