/// The weights of a model while it is trained.
struct GradientDescent {
    private let examples: TrainingExamples
    private let rate: Float
    private let decay: Float
    private let doubt: Float
    private(set) var weights: [Float]
    /// The sum of the squares of all changes of each weight so far; the larger, the smaller its steps.
    private var squares: [Float]
    private var order: [Int]
    private var random: SplitMix64

    init(examples: TrainingExamples, training: LinearTraining) {
        self.examples = examples
        rate = training.rate
        decay = training.decay
        doubt = Float(training.doubt)
        weights = [Float](repeating: 0, count: 3 << training.bits)
        squares = [Float](repeating: 1e-3, count: 3 << training.bits)
        order = Array(0..<examples.count)
        random = SplitMix64(state: training.seed)
    }

    /// Looks at all examples once, in an order of its own, and learns from each.
    ///
    /// - Parameter isWanted: whether to look at an example with this key.
    mutating func pass(_ isWanted: (UInt64) -> Bool) {
        for place in stride(from: order.count - 1, to: 0, by: -1) {
            order.swapAt(place, Int(random.next() % UInt64(place + 1)))
        }
        let (examples, order) = (examples, order)
        examples.withPointers { indices, values in
            for example in order where isWanted(examples.keys[example]) {
                let range = examples.starts[example]..<examples.starts[example + 1]
                learn(examples.labels[example], examples.weights[example], indices, values, range)
            }
        }
    }

    private mutating func learn(
        _ label: Int,
        _ weight: Float,
        _ indices: UnsafeBufferPointer<UInt32>,
        _ values: UnsafeBufferPointer<Float>,
        _ range: Range<Int>
    ) {
        let (rate, decay) = (rate, decay)
        @inline(__always)
        func step(_ weight: inout Float, _ square: inout Float, _ slope: Float) {
            let slope = slope + decay * weight
            square += slope * slope
            weight -= rate * slope / square.squareRoot()
        }
        let shares = GradientDescent.shares(weights, indices, values, range)
        let first = weight * (shares.0 - target(0, label))
        let second = weight * (shares.1 - target(1, label))
        let third = weight * (shares.2 - target(2, label))
        weights.withUnsafeMutableBufferPointer { weights in
            squares.withUnsafeMutableBufferPointer { squares in
                for place in range {
                    let (base, value) = (Int(indices[place]) &* 3, values[place])
                    step(&weights[base], &squares[base], first * value)
                    step(&weights[base &+ 1], &squares[base &+ 1], second * value)
                    step(&weights[base &+ 2], &squares[base &+ 2], third * value)
                }
            }
        }
    }

    /// How well the weights do on some examples.
    ///
    /// - Parameter isWanted: whether to look at an example with this key.
    /// - Returns: the mean loss, and how many of 1 are right; 0 and 0 where there is no such example.
    func judge(_ isWanted: (UInt64) -> Bool) -> (loss: Double, accuracy: Double) {
        var (loss, right, sum) = (0.0, 0.0, 0.0)
        examples.withPointers { indices, values in
            for example in 0..<examples.count where isWanted(examples.keys[example]) {
                let range = examples.starts[example]..<examples.starts[example + 1]
                let (first, second, third) = GradientDescent.shares(weights, indices, values, range)
                let label = examples.labels[example]
                let share = label == 0 ? first : label == 1 ? second : third
                let weight = Double(examples.weights[example])
                // The square of what is missing: bounded, so that a few hopeless texts do not decide.
                loss += weight * Double((1 - share) * (1 - share))
                if share == max(first, second, third) { right += weight }
                sum += weight
            }
        }
        return sum > 0 ? (loss / sum, right / sum) : (0, 0)
    }

    /// What the probability of a label should be.
    @inline(__always)
    private func target(_ place: Int, _ label: Int) -> Float { place == label ? 1 - doubt : doubt / 2 }

    @inline(__always)
    private static func shares(
        _ weights: UnsafePointer<Float>,
        _ indices: UnsafeBufferPointer<UInt32>,
        _ values: UnsafeBufferPointer<Float>,
        _ range: Range<Int>
    ) -> (Float, Float, Float) {
        var sums = (Float(0), Float(0), Float(0))
        for place in range {
            let (base, value) = (Int(indices[place]) &* 3, values[place])
            sums.0 += weights[base] * value
            sums.1 += weights[base &+ 1] * value
            sums.2 += weights[base &+ 2] * value
        }
        let shares = LinearModel.shares(sums.0, sums.1, sums.2)
        return (Float(shares.0), Float(shares.1), Float(shares.2))
    }
}
