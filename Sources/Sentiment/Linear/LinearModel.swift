import Domain

/// A trained classifier: three weights for each feature, from whose sums the probabilities of the labels follow.
package struct LinearModel: Hashable, Sendable {
    /// How it came about; goes into the model's file.
    package struct Origin: Hashable, Sendable {
        package let seed: UInt64
        package let epochs: Int
        /// How many texts of each label it was trained on.
        package let bullish: Int
        package let bearish: Int
        package let neutral: Int
    }

    package let origin: Origin
    /// Of the texts that it was trained on, in ascending order, so that nobody judges it by these.
    let seen: [UInt64]
    /// There are two to the power of it features.
    let bits: Int
    /// Those of feature `n` stand from `3 n` on, in the order of `places`.
    let weights: [Float]

    static let places: [SentimentLabel] = [.bearish, .neutral, .bullish]
    static let bitsRange = 10...20

    /// Whether the model was trained on this very text, case, spaces and marks aside.
    package func hasSeen(_ text: String) -> Bool { hasSeen(TextKey.of(text)) }

    func hasSeen(_ key: UInt64) -> Bool {
        var (low, high) = (0, seen.count)
        while low < high {
            let middle = (low + high) / 2
            if seen[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low < seen.count && seen[low] == key
    }

    /// The probabilities of the labels.
    func scores(_ features: FeatureVector) -> SentimentScores {
        var sums = (Float(0), Float(0), Float(0))
        weights.withUnsafeBufferPointer { weights in
            for place in 0..<features.count {
                let base = Int(features.indices[place]) * 3
                let value = features.values[place]
                sums.0 += weights[base] * value
                sums.1 += weights[base + 1] * value
                sums.2 += weights[base + 2] * value
            }
        }
        let shares = LinearModel.shares(sums.0, sums.1, sums.2)
        return SentimentScores(bullish: shares.2, bearish: shares.0, neutral: shares.1)
    }

    /// Makes probabilities of three sums.
    @inline(__always)
    static func shares(_ first: Float, _ second: Float, _ third: Float) -> (Double, Double, Double) {
        let most = max(first, second, third)
        let powers = (
            exponential(Double(first - most)), exponential(Double(second - most)), exponential(Double(third - most))
        )
        let sum = powers.0 + powers.1 + powers.2
        return (powers.0 / sum, powers.1 / sum, powers.2 / sum)
    }
}
