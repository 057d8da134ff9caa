/// Classifies by a trained model.
package struct LinearClassifier: SentimentClassifier {
    package let method = "linear"
    package let model: LinearModel

    package init(_ model: LinearModel) { self.model = model }

    /// The classifier that needs no file: trained on the sentences that are part of the program.
    ///
    /// Training takes a few hundredths of a second and gives the same weights every time, so it is done when somebody
    /// first asks. Weights in a file would be a second copy of what the sentences and the lexicon say, and could disagree
    /// with them.
    package static let standard = LinearClassifier(OwnSentences.model)

    package func classify(_ texts: [String]) async throws(SentimentError) -> [SentimentAnswer] {
        try SentimentLimits.check(texts)
        return answers(texts)
    }

    /// As `classify`, for whoever waits for it anyway; the limits are the caller's.
    package func answers(_ texts: [String]) -> [SentimentAnswer] {
        var reader = PieceReader()
        var extractor = FeatureExtractor(bits: model.bits)
        var features = FeatureVector()
        return texts.map { text in
            if SentimentLimits.isTooShort(text) { return .tooShort(method: method) }
            var (bullish, bearish, neutral) = (0.0, 0.0, 0.0)
            reader.read(text) { tokens, share in
                extractor.extract(tokens, into: &features)
                let scores = model.scores(features)
                bullish += share * scores.bullish
                bearish += share * scores.bearish
                neutral += share * scores.neutral
            }
            return SentimentAnswer(
                score: bullish - bearish,
                scores: SentimentScores(bullish: bullish, bearish: bearish, neutral: neutral),
                method: method
            )
        }
    }
}

/// The classifier that needs no file, made when it is first asked: a station that never asks it holds no model.
package struct StandardClassifier: SentimentClassifier {
    package let method = "linear"

    package init() {}

    package func classify(_ texts: [String]) async throws(SentimentError) -> [SentimentAnswer] {
        try await LinearClassifier.standard.classify(texts)
    }
}
