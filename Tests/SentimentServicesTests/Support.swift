import Sentiment
import Threading

/// Says the same of every text, or fails, or never answers.
struct FixedClassifier: SentimentClassifier {
    enum Manner: Sendable {
        case says(SentimentScores)
        case fails(String)
        case hangs
    }

    let method: String
    let manner: Manner
    let calls = Calls()

    final class Calls: Sendable {
        private let number = Atomic<Int>(0)
        var count: Int { number.load(ordering: .relaxed) }
        func add() { number.add(1, ordering: .relaxed) }
    }

    func classify(_ texts: [String]) async throws(SentimentError) -> [SentimentAnswer] {
        calls.add()
        switch manner {
        case .says(let scores):
            return texts.map { _ in
                SentimentAnswer(score: scores.bullish - scores.bearish, scores: scores, method: method)
            }
        case .fails(let reason): throw SentimentError(.unavailable, reason)
        case .hangs:
            // Until it is given up.
            try? await ContinuousClock().sleep(for: .seconds(600))
            throw SentimentError(.unavailable, "given up")
        }
    }
}

let good = SentimentScores(bullish: 0.7, bearish: 0.1, neutral: 0.2)
