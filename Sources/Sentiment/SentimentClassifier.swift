package import Domain

/// Says of texts whether they are good or bad news for whoever holds what they speak of.
///
/// A classifier may be a table of words, a trained model, or somebody else's service; whoever asks does not see the
/// difference but by `method`.
package protocol SentimentClassifier: Sendable {
    /// How it works, as answers name it: `linear`, `keyword` and so on.
    var method: String { get }

    /// Classifies some texts.
    ///
    /// - Parameter texts: as many as `SentimentLimits` allows, each as long as it allows.
    /// - Returns: one answer for each text, in the order of the texts.
    /// - Throws: `SentimentError` when there are too many texts, one is too long, or the classifier cannot be asked.
    func classify(_ texts: [String]) async throws(SentimentError) -> [SentimentAnswer]
}

/// How probable each label is; together they are 1.
package struct SentimentScores: Hashable, Sendable {
    package let bullish: Double
    package let bearish: Double
    package let neutral: Double

    package init(bullish: Double, bearish: Double, neutral: Double) {
        self.bullish = bullish
        self.bearish = bearish
        self.neutral = neutral
    }

    package subscript(label: SentimentLabel) -> Double {
        switch label {
        case .bullish: bullish
        case .bearish: bearish
        case .neutral: neutral
        }
    }

    /// The most probable label; where two are as probable, the one that claims less.
    package var label: SentimentLabel {
        if neutral >= bullish, neutral >= bearish { return .neutral }
        return bullish == bearish ? .neutral : bullish > bearish ? .bullish : .bearish
    }
}

/// What a classifier says of one text.
package struct SentimentAnswer: Hashable, Sendable {
    /// From -1, very bad news, to 1, very good news.
    package let score: Double
    package let label: SentimentLabel
    package let scores: SentimentScores
    /// Who says so, as `SentimentClassifier.method`.
    package let method: String
    /// How sure that is, 0 to 1: the probability of the label.
    package let confidence: Double
    /// What to keep in mind about this answer; `nil` for an ordinary one.
    package let warning: String?

    /// - Parameters:
    ///   - score: is brought into -1...1.
    ///   - scores: decide the label.
    ///   - method: who says so.
    ///   - warning: what to keep in mind.
    package init(score: Double, scores: SentimentScores, method: String, warning: String? = nil) {
        self.score = max(-1, min(1, score))
        self.scores = scores
        self.method = method
        self.warning = warning
        label = scores.label
        confidence = scores[label]
    }

    /// The answer for a text that is too short to say anything.
    ///
    /// - Parameter method: who would have been asked.
    /// - Returns: a neutral answer with a warning.
    package static func tooShort(method: String) -> SentimentAnswer {
        SentimentAnswer(
            score: 0,
            scores: SentimentScores(bullish: 0, bearish: 0, neutral: 1),
            method: method,
            warning: "the text has fewer than \(SentimentLimits.charactersMin) characters"
        )
    }
}
