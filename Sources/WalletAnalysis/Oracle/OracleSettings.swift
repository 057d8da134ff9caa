package import WalletOracle

/// What the oracle goes by.
package struct OracleSettings: Hashable, Sendable {
    /// How far the figures look back.
    package var windowDays = 30
    /// How long a report holds.
    package var cacheFor: Duration = .seconds(3600)
    /// How long it takes until sources that gave nothing are asked again.
    package var retryAfter: Duration = .seconds(60)
    /// Reports kept at hand; the store keeps them all.
    package var cachedMax = 5000
    /// Wallets looked at at once.
    package var underWayMax = 16
    package var level = RoastLevel.default
    package var assets = OracleAssets()
    /// For all that a model is asked for one line.
    package var lineLimit: Duration = OracleModelLimits.timeout

    package init() {}

    var window: Duration { .seconds(Int64(windowDays) * 86_400) }
}
