/// Which way a text, or people, expect the market to go.
package enum SentimentLabel: String, Codable, Hashable, Sendable, CaseIterable, SchemaChoice {
    case bullish, bearish, neutral
}
