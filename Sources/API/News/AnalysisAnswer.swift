package import Domain

/// What a text is held to say, and by whom.
package struct Analysis: Hashable, Sendable {
    /// How probable each way is; together they are 1.
    package struct Scores: Codable, Hashable, Sendable {
        let bullish: Double
        let bearish: Double
        let neutral: Double

        package init(bullish: Double, bearish: Double, neutral: Double) {
            self.bullish = bullish
            self.bearish = bearish
            self.neutral = neutral
        }
    }

    let score: Double
    let level: SentimentLevel
    let label: SentimentLabel
    let scores: Scores
    let confidence: Double
    let method: String
    let warning: String?
    let passedOver: [ProviderReason]

    /// - Parameters:
    ///   - score: -1 to 1.
    ///   - level: that in words.
    ///   - label: which way it points.
    ///   - scores: how probable each way is.
    ///   - confidence: how sure that is.
    ///   - method: who says so.
    ///   - warning: what to keep in mind.
    ///   - passedOver: who was to be asked first and gave nothing.
    package init(
        score: Double,
        level: SentimentLevel,
        label: SentimentLabel,
        scores: Scores,
        confidence: Double,
        method: String,
        warning: String?,
        passedOver: [ProviderReason]
    ) {
        self.score = score
        self.level = level
        self.label = label
        self.scores = scores
        self.confidence = confidence
        self.method = method
        self.warning = warning
        self.passedOver = passedOver
    }
}

/// What `/api/sentiment/analyze` says.
struct AnalysisAnswer: Codable, Hashable, Sendable {
    /// From -1, very bad news, to 1, very good news.
    let score: Double
    let level: SentimentLevel
    /// 0 to 1.
    let confidence: Double
    /// Who says so.
    let method: String
    let warning: String?
    /// Who was to be asked first and gave nothing, with the reason.
    let passedOver: [ProviderReason]

    enum CodingKeys: String, CodingKey {
        case score, level, confidence, method, warning
        case passedOver = "passed_over"
    }

    init(_ analysis: Analysis) {
        score = analysis.score
        level = analysis.level
        confidence = analysis.confidence
        method = analysis.method
        warning = analysis.warning
        passedOver = analysis.passedOver
    }
}

/// What `/api/sentiment/crypto-analysis` says.
struct MarketAnalysisAnswer: Codable, Hashable, Sendable {
    let label: SentimentLabel
    /// How probable each is; together they are 1.
    let scores: Analysis.Scores
    /// Bullish less bearish.
    let score: Double
    let confidence: Double
    let method: String
    let warning: String?
    let passedOver: [ProviderReason]

    enum CodingKeys: String, CodingKey {
        case label, scores, score, confidence, method, warning
        case passedOver = "passed_over"
    }

    init(_ analysis: Analysis) {
        label = analysis.label
        scores = analysis.scores
        score = analysis.score
        confidence = analysis.confidence
        method = analysis.method
        warning = analysis.warning
        passedOver = analysis.passedOver
    }
}
