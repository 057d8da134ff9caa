import Domain
import JSON
import Sentiment

/// Reads what services that classify texts answer, in all the shapes that they are known to use.
enum ServiceReading {
    /// - Parameters:
    ///   - answer: the whole body.
    ///   - count: how many pieces it was asked about.
    /// - Returns: the probabilities of the labels for each piece; `nil` when it is nothing of that kind.
    static func scores(_ answer: JSONValue, count: Int) -> [SentimentScores]? {
        if let list = answer.array {
            if list.count == count, let all = each(list) { return all }
            // About one piece some servers answer without the list around it.
            return count == 1 ? labels(list).map { [$0] } : nil
        }
        return count == 1 ? columns(answer).map { [$0] } : nil
    }

    private static func each(_ list: [JSONValue]) -> [SentimentScores]? {
        var all: [SentimentScores] = []
        for entry in list {
            guard let scores = entry.array.map(labels) ?? columns(entry) else { return nil }
            all.append(scores)
        }
        return all
    }

    /// `[{"label": …, "score": …}, …]`.
    private static func labels(_ list: [JSONValue]) -> SentimentScores? {
        scores(of: list.map { ($0["label"]?.string, $0["score"]?.double) })
    }

    /// `{"labels": […], "scores": […]}`.
    private static func columns(_ object: JSONValue) -> SentimentScores? {
        guard let labels = object["labels"]?.array, let values = object["scores"]?.array, labels.count == values.count
        else { return nil }
        return scores(of: zip(labels, values).map { ($0.string, $1.double) })
    }

    /// How far the sum of probabilities may be above 1 for want of digits.
    private static let sumMax = 1.01

    private static func scores(of pairs: [(label: String?, value: Double?)]) -> SentimentScores? {
        var sums: [SentimentLabel: Double] = [:]
        let reading = LabelReading()
        for pair in pairs {
            guard let name = pair.label, let label = reading.label(name), let value = pair.value,
                (0...sumMax).contains(value)
            else { return nil }
            sums[label, default: 0] += value
        }
        let sum = sums.values.reduce(0, +)
        guard sum > 0, sum <= sumMax else { return nil }
        // What it does not tell of speaks for neither side.
        let rest = max(0, 1 - sum)
        let whole = sum + rest
        return SentimentScores(
            bullish: (sums[.bullish] ?? 0) / whole,
            bearish: (sums[.bearish] ?? 0) / whole,
            neutral: ((sums[.neutral] ?? 0) + rest) / whole
        )
    }
}
