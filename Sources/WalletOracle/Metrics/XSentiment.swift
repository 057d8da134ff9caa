/// How X speaks of a caller's linked handle; without a linked one it is neutral.
package enum XSentiment: String, Hashable, Sendable, CaseIterable {
    case bullish, neutral, bearish, viral, noisy
}
