import Glibc

/// How much of each pitch there is in a short piece of sound.
struct Spectrum: ~Copyable {
    /// Samples in one piece, a power of two.
    static let count = 256

    private var real = [Float](repeating: 0, count: Self.count)
    private var imaginary = [Float](repeating: 0, count: Self.count)
    private let window: [Float]
    private let cosines: [Float]
    private let sines: [Float]
    /// Where each sample goes before the first step.
    private let order: [Int]

    init() {
        let turn = 2 * Double.pi / Double(Self.count)
        window = (0..<Self.count).map { Float(0.5 - 0.5 * cos(turn * Double($0))) }
        cosines = (0..<Self.count / 2).map { Float(cos(turn * Double($0))) }
        sines = (0..<Self.count / 2).map { Float(-sin(turn * Double($0))) }
        let bits = Self.count.trailingZeroBitCount
        order = (0..<Self.count).map { place in
            (0..<bits).reduce(0) { $0 | ((place >> $1) & 1) << (bits - 1 - $1) }
        }
    }

    /// The power within bands.
    ///
    /// - Parameters:
    ///   - samples: what to look at.
    ///   - start: of the piece in them; outside of them there is silence.
    ///   - bands: in steps of the rate by `count`, up to half of it.
    ///   - powers: one for each band; a sine at full scale has 1.
    mutating func powers(of samples: [Float], from start: Int, bands: [Range<Int>], into powers: inout [Float]) {
        for place in 0..<Self.count {
            let source = start + place
            real[order[place]] = samples.indices.contains(source) ? samples[source] * window[place] : 0
            imaginary[place] = 0
        }
        transform()
        // The window halves an amplitude and lets half as much again leak into the bins beside: 3/32 of the count squared.
        let scale = 32 / (3 * Float(Self.count) * Float(Self.count))
        for (place, band) in bands.enumerated() {
            var sum: Float = 0
            for bin in band { sum += real[bin] * real[bin] + imaginary[bin] * imaginary[bin] }
            powers[place] = sum * scale
        }
    }

    /// The butterflies of a fast Fourier transform, on samples that are in order already.
    private mutating func transform() {
        var half = 1
        while half < Self.count {
            let step = Self.count / (2 * half)
            for begin in stride(from: 0, to: Self.count, by: 2 * half) {
                for offset in 0..<half {
                    let (one, two) = (begin + offset, begin + offset + half)
                    let (cosine, sine) = (cosines[offset * step], sines[offset * step])
                    let turnedReal = real[two] * cosine - imaginary[two] * sine
                    let turnedImaginary = real[two] * sine + imaginary[two] * cosine
                    real[two] = real[one] - turnedReal
                    imaginary[two] = imaginary[one] - turnedImaginary
                    real[one] += turnedReal
                    imaginary[one] += turnedImaginary
                }
            }
            half *= 2
        }
    }
}
