/// Classifies by a lexicon of finance and crypto and a few rules; needs no training, and can say why.
package struct KeywordClassifier: SentimentClassifier {
    package let method = "keyword"
    private let lexicon: Lexicon

    package init() { lexicon = .standard }

    init(lexicon: Lexicon) { self.lexicon = lexicon }

    package func classify(_ texts: [String]) async throws(SentimentError) -> [SentimentAnswer] {
        try SentimentLimits.check(texts)
        return answers(texts)
    }

    /// As `classify`, for whoever waits for it anyway; the limits are the caller's.
    package func answers(_ texts: [String]) -> [SentimentAnswer] {
        var reader = PieceReader()
        var reading = KeywordReading(lexicon)
        return texts.map { text in
            if SentimentLimits.isTooShort(text) { return .tooShort(method: method) }
            var score = 0.0
            reader.read(text) { tokens, share in
                reading.read(tokens)
                score += share * reading.score
            }
            return KeywordClassifier.answer(score: score, method: method)
        }
    }

    /// An answer whose label changes where the level of the score does, at -0.2 and 0.2.
    static func answer(score: Double, method: String) -> SentimentAnswer {
        let score = max(-1, min(1, score))
        let steepness = 4.0
        let weights = (
            exponential(steepness * score), exponential(-steepness * score), exponential(steepness * 0.2)
        )
        let sum = weights.0 + weights.1 + weights.2
        let scores = SentimentScores(bullish: weights.0 / sum, bearish: weights.1 / sum, neutral: weights.2 / sum)
        return SentimentAnswer(score: score, scores: scores, method: method)
    }
}
