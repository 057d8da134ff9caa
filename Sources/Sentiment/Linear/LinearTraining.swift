import Domain

/// Trains a linear model: softmax regression by stochastic gradient descent with a step of its own for each weight
/// (AdaGrad).
///
/// The same texts in the same order with the same settings give the same model, bit by bit.
package struct LinearTraining: Hashable, Sendable {
    /// Decides the order in which texts are looked at, and which of them are held out.
    package var seed: UInt64 = 1
    /// The most passes over the texts.
    package var epochsMax = 30
    /// Ends the search for the best number of passes after so many without progress on the texts held out.
    package var patience = 4
    /// The size of the first steps.
    package var rate: Float = 0.03
    /// How strongly weights are drawn to 0.
    package var decay: Float = 3e-3
    /// How far seldom labels count for more: at 0 not at all, at 1 until all labels weigh the same.
    package var balance = 0.5
    /// The part of each label that is not believed, because people disagree.
    package var doubt = 0.05
    /// There are two to the power of it features.
    package var bits = 16

    /// The fewest texts of which some can be held out; with fewer, the number of passes is `epochsWithoutTrial`.
    static let trialCountMin = 100
    static let epochsWithoutTrial = 10
    /// Every so many texts one is held out.
    private static let heldOutEvery: UInt64 = 8
    package static let textsMax = 200_000
    package static let bytesMax = 64 * 1024 * 1024
    /// The most that a text of a small source counts more than one of the largest.
    private static let sourceWeightMax = 4.0

    package init() {}

    /// What came of a training.
    package struct Outcome: Sendable {
        package let model: LinearModel
        /// Texts that were there already, and are looked at once.
        package let repeated: Int
        /// Texts that will judge the model.
        package let leftOut: Int
        /// How many of the texts held out the model for the trial answered as people do, 0 to 1; `nil` without a trial.
        package let trialAccuracy: Double?
    }

    /// Trains a model.
    ///
    /// A part of the texts is held out first, to find out how many passes are best; the model is then trained on all of
    /// them with as many.
    /// - Parameters:
    ///   - sources: texts by where they come from; the texts of a small source count for more.
    ///   - judging: texts that will judge the model; they are left out, case, spaces and marks aside.
    /// - Returns: the model.
    /// - Throws: `SentimentError` when there are too many texts, or fewer than two labels among them.
    package func train(
        _ sources: [[LabelledText]],
        leavingOut judging: [String] = []
    ) throws(SentimentError) -> Outcome {
        guard LinearModel.bitsRange.contains(bits) else {
            throw SentimentError(.badData, "bits: \(bits) is not in \(LinearModel.bitsRange)")
        }
        let judges = Set(judging.map { TextKey.of($0) })
        var (known, repeated, leftOut): (Set<UInt64>, Int, Int) = ([], 0, 0)
        let unique = sources.map { source in
            source.filter { text in
                let key = TextKey.of(text.text)
                guard !judges.contains(key) else {
                    leftOut += 1
                    return false
                }
                let isNew = known.insert(key).inserted
                if !isNew { repeated += 1 }
                return isNew
            }
        }.filter { !$0.isEmpty }
        let count = unique.reduce(0) { $0 + $1.count }
        let bytes = unique.reduce(0) { $0 + $1.reduce(0) { $0 + $1.text.utf8.count } }
        guard count <= LinearTraining.textsMax, bytes <= LinearTraining.bytesMax else {
            throw SentimentError(
                .tooMuch,
                "training: \(count) texts with \(bytes) bytes; at most \(LinearTraining.textsMax) texts with "
                    + "\(LinearTraining.bytesMax) bytes are trained on"
            )
        }
        var counts: [SentimentLabel: Int] = [:]
        for source in unique { for text in source { counts[text.label, default: 0] += 1 } }
        guard counts.count > 1 else {
            throw SentimentError(
                .badData,
                "training: \(count) texts with \(counts.count) different labels; it takes texts of two labels at least"
            )
        }
        let examples = examples(unique, counts)
        let trial = count >= LinearTraining.trialCountMin ? trial(examples) : nil
        var descent = GradientDescent(examples: examples, training: self)
        let epochs = trial?.epochs ?? min(epochsMax, LinearTraining.epochsWithoutTrial)
        for _ in 0..<epochs { descent.pass { _ in true } }
        let origin = LinearModel.Origin(
            seed: seed,
            epochs: epochs,
            bullish: counts[.bullish] ?? 0,
            bearish: counts[.bearish] ?? 0,
            neutral: counts[.neutral] ?? 0
        )
        let model = LinearModel(origin: origin, seen: known.sorted(), bits: bits, weights: descent.weights)
        return Outcome(model: model, repeated: repeated, leftOut: leftOut, trialAccuracy: trial?.accuracy)
    }

    /// Finds the best number of passes.
    private func trial(_ examples: TrainingExamples) -> (epochs: Int, accuracy: Double) {
        let seed = seed
        let isHeldOut = { (key: UInt64) in
            WordHash.joined(key, seed) >> 17 % LinearTraining.heldOutEvery == 0
        }
        var descent = GradientDescent(examples: examples, training: self)
        var (best, bestLoss, bestAccuracy) = (1, Double.infinity, 0.0)
        for epoch in 1...max(1, epochsMax) {
            descent.pass { !isHeldOut($0) }
            let (loss, accuracy) = descent.judge { isHeldOut($0) }
            if loss < bestLoss {
                (best, bestLoss, bestAccuracy) = (epoch, loss, accuracy)
            } else if epoch - best >= patience {
                break
            }
        }
        return (best, bestAccuracy)
    }

    private func examples(_ sources: [[LabelledText]], _ counts: [SentimentLabel: Int]) -> TrainingExamples {
        var examples = TrainingExamples()
        var reader = PieceReader()
        var extractor = FeatureExtractor(bits: bits)
        var features = FeatureVector()
        let count = Double(counts.values.reduce(0, +))
        let largest = Double(sources.map(\.count).max() ?? 1)
        for source in sources {
            let sourceWeight = min(
                LinearTraining.sourceWeightMax,
                (largest / Double(source.count)).squareRoot()
            )
            for text in source {
                let share = count / Double(counts.count * (counts[text.label] ?? 1))
                let weight = sourceWeight * power(share, balance)
                let key = TextKey.of(text.text, ignoringFigures: true)
                reader.read(text.text) { tokens, part in
                    extractor.extract(tokens, into: &features)
                    examples.add(features, label: text.label, weight: Float(weight * part), key: key)
                }
            }
        }
        return examples
    }

    /// A number above 0 to the power of another, made of the same sums on every machine.
    private func power(_ base: Double, _ exponent: Double) -> Double {
        // Newton's method finds the logarithm.
        var logarithm = Double(base.exponent) * 0.693_147_180_559_945_3
        for _ in 0..<6 { logarithm += base / exponential(logarithm) - 1 }
        return exponential(exponent * logarithm)
    }
}
