package import Bus
import JSON

/// What the oracle found out about a wallet, by which rules and from which sources.
///
/// Its bytes are always the same for the same findings: JSON with members in the order of their names, no spaces, and
/// no floating point. Figures are rounded when a report is made, so that one that is read back equals it.
package struct WalletReport: Hashable, Sendable {
    package enum Problem: Error, Hashable, Sendable {
        case tooLarge(bytes: Int)
        case notJSON
        /// A member is missing, or says what it cannot.
        case badField(String)
        /// The bytes are not those that this report is written as.
        case notCanonical
    }

    package static let bytesMax = 256 * 1024
    package static let kind = "cryptocall.wallet-report"
    package static let version: Int64 = 1
    package static let staleAfterDefault: Duration = .seconds(3600)

    package let wallet: String
    package let chain: String
    package let from: Timestamp
    package let to: Timestamp
    package let metrics: WalletMetrics
    package let rule: WalletTier.Rule
    package let flags: [RiskFlag]
    package let sources: [SourceNote]
    package let policy: String
    package let madeAt: Timestamp
    package let staleAfter: Timestamp

    package var tier: WalletTier { rule.tier }

    /// Whether every source gave all it had.
    package var isComplete: Bool { !sources.isEmpty && sources.allSatisfy { $0.completeness == .complete } }

    /// Judges a wallet by its figures.
    ///
    /// - Parameters:
    ///   - wallet: its address.
    ///   - chain: such as `solana`.
    ///   - metrics: its figures; judged before they are rounded.
    ///   - window: how far they look back from when the report is made.
    ///   - sources: what they rest on.
    ///   - madeAt: when.
    ///   - staleAfter: how long the report holds.
    package init(
        wallet: String,
        chain: String = "solana",
        metrics: WalletMetrics,
        window: Duration = WalletMeter.windowDefault,
        sources: [SourceNote],
        madeAt: Timestamp,
        staleAfter: Duration = staleAfterDefault
    ) {
        self.init(
            wallet: wallet,
            chain: chain,
            from: madeAt.advanced(by: .zero - window).wholeMicroseconds,
            to: madeAt.wholeMicroseconds,
            metrics: metrics.rounded,
            rule: WalletTier.rule(for: metrics),
            flags: RiskFlag.flags(for: metrics),
            sources: sources,
            policy: PolicyVersion.current,
            madeAt: madeAt.wholeMicroseconds,
            staleAfter: madeAt.advanced(by: staleAfter).wholeMicroseconds
        )
    }

    /// As it was written.
    init(
        wallet: String,
        chain: String,
        from: Timestamp,
        to: Timestamp,
        metrics: WalletMetrics,
        rule: WalletTier.Rule,
        flags: [RiskFlag],
        sources: [SourceNote],
        policy: String,
        madeAt: Timestamp,
        staleAfter: Timestamp
    ) {
        self.wallet = wallet
        self.chain = chain
        self.from = from
        self.to = to
        self.metrics = metrics
        self.rule = rule
        self.flags = flags
        self.sources = sources
        self.policy = policy
        self.madeAt = madeAt
        self.staleAfter = staleAfter
    }

    package func isStale(at now: Timestamp) -> Bool { now > staleAfter }

    /// What is signed: the report's JSON as UTF-8, and nothing else.
    package var bytesToSign: [UInt8] { json.bytes }
}
