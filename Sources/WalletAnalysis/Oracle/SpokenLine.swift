package import WalletOracle

/// A line that the oracle says to a caller.
package struct SpokenLine: Hashable, Sendable {
    /// Why it is no model's line.
    package enum Fallback: String, Hashable, Sendable {
        /// No model is there for it, or it failed.
        case noModel = "no_model"
        case timedOut = "timed_out"
        /// All that the model wrote was said within the hour.
        case repeated
        /// All that the model wrote cannot be said.
        case refused
    }

    package let text: String
    package let occasion: OracleOccasion
    package let tier: WalletTier
    /// `nil` when a model has written it.
    package let fallback: Fallback?

    package var manner: TierManner { TierManner(tier) }
}
