import Bus
import Domain
import HTTPClient

/// Reads the Fear & Greed index of alternative.me, whose numbers are all texts.
enum AlternativeParser {
    /// `fng`: newest first; the time until the next one stands on the first row only.
    static func index(_ response: HTTPResponse, for query: ListQuery) throws(ProviderError) -> FearGreedIndex {
        try AnswerCheck.requireData(response, at: query.now)
        let rows = try AnswerCheck.decode(Answer.self, from: response.body).data
        var readings: [FearGreedReading] = []
        var leftOut = 0
        for row in rows {
            guard let reading = row.row?.reading, reading.asOf < readings.last?.asOf ?? Timestamp(nanoseconds: .max)
            else {
                leftOut += 1
                continue
            }
            readings.append(reading)
        }
        if readings.isEmpty { throw ProviderError(.malformed, "no sound row among \(leftOut)") }
        return FearGreedIndex(
            readings: Array(readings.prefix(query.count)),
            nextIn: rows.first?.row?.nextIn,
            leftOut: leftOut
        )
    }

    // MARK: Shapes, under the provider's own names

    private struct Answer: Decodable {
        let data: [TolerantRow<Row>]
    }

    private struct Row: Decodable {
        let value: NumberText
        let classification: String
        let timestamp: NumberText
        let secondsLeft: NumberText?

        private enum CodingKeys: String, CodingKey {
            case value, timestamp
            case classification = "value_classification"
            case secondsLeft = "time_until_update"
        }

        /// `nil` when the value is no whole number from 0 to 100, or the time none.
        var reading: FearGreedReading? {
            guard value.value.scale == 0, let number = Int(exactly: value.value.significand),
                (0...100).contains(number), let time = timestamp.time, (1...40).contains(classification.utf8.count)
            else { return nil }
            return FearGreedReading(value: number, classification: classification, asOf: time)
        }

        var nextIn: Duration? {
            guard let left = secondsLeft?.value, left.scale == 0, let seconds = Int64(exactly: left.significand),
                (0...7 * 86_400).contains(seconds)
            else { return nil }
            return .seconds(seconds)
        }
    }
}
