import Bus
import Domain
import Foundation
import WalletAnalysis
import WalletOracle

/// What the oracle says of a wallet.
struct WalletAnswer: Codable, Hashable, Sendable {
    /// Where a part of the figures came from.
    struct Source: Codable, Hashable, Sendable {
        let name: String
        /// `complete`, `partial` or `missing`.
        let state: String
        /// What is missing, and why.
        let reason: String?
    }

    let wallet: String
    /// 1 to 5.
    let tier: Int
    /// Why it is that tier, such as `whale`; `no_data` where nobody knows anything of the wallet.
    let rule: String
    /// How a caller of this tier is spoken to: `welcoming`, `roast`, `respect`, `awe` or `ritual`.
    let tone: String
    /// What to be warned of.
    let flags: [String]
    /// 0 to 100.
    let riskScore: Int
    let metrics: Metrics
    let sources: [Source]
    /// Whether every source gave all it had.
    let isComplete: Bool
    /// By which rules.
    let policy: String
    let madeAt: Timestamp
    let staleAfter: Timestamp
    /// The report has run out, and the sources give nothing newer now.
    let isStale: Bool
    /// `sources`, `memory` or `store`.
    let origin: String

    enum CodingKeys: String, CodingKey {
        case wallet, tier, rule, tone, flags, metrics, sources, policy, origin
        case riskScore = "risk_score"
        case isComplete = "is_complete"
        case madeAt = "made_at"
        case staleAfter = "stale_after"
        case isStale = "stale"
    }

    /// The fifteen figures; what is unknown is absent.
    struct Metrics: Codable, Hashable, Sendable {
        let transactions: Int?
        /// Dollars as decimal text, as all money here.
        let volume: String?
        /// Shares are 0 to 1, as decimal text.
        let winRatio: String?
        let totalProfit: String?
        let averageProfit: String?
        let maxDrawdown: String?
        /// The standard deviation of the returns of closed trades.
        let volatility: Double?
        let memeExposure: String?
        let rugRatio: String?
        let weekProfit: String?
        let isHot: Bool?
        let isCold: Bool?
        let isWhale: Bool?
        let daysActive: Int?
        /// `bullish`, `neutral`, `bearish`, `viral` or `noisy`.
        let sentiment: String

        enum CodingKeys: String, CodingKey {
            case transactions, volatility
            case volume = "volume_usd"
            case winRatio = "win_ratio"
            case totalProfit = "total_pnl_usd"
            case averageProfit = "average_pnl_usd"
            case maxDrawdown = "max_drawdown"
            case memeExposure = "meme_exposure"
            case rugRatio = "rug_ratio"
            case weekProfit = "pnl_7d_usd"
            case isHot = "hot"
            case isCold = "cold"
            case isWhale = "whale"
            case daysActive = "days_active"
            case sentiment = "x_sentiment"
        }
    }

    init(_ analyzed: AnalyzedWallet) {
        let report = analyzed.report
        wallet = report.wallet
        tier = report.tier.rawValue
        rule = report.rule.rawValue
        tone = IntroPlan.tone(of: report.tier)
        flags = report.flags.map(\.rawValue)
        riskScore = RiskFlag.score(report.flags)
        metrics = Metrics(report.metrics)
        sources = report.sources.map {
            Source(name: $0.name, state: $0.completeness.name, reason: $0.completeness.reason)
        }
        isComplete = report.isComplete
        policy = report.policy
        madeAt = report.madeAt
        staleAfter = report.staleAfter
        isStale = analyzed.isStale
        origin = analyzed.origin.rawValue
    }
}

extension WalletAnswer.Metrics {
    fileprivate init(_ metrics: WalletMetrics) {
        func share(_ ratio: Ratio?) -> String? { ratio?.rounded(digits: 6)?.description }
        transactions = metrics.transactions
        volume = metrics.volume?.description
        winRatio = share(metrics.winRatio)
        totalProfit = metrics.totalProfit?.description
        averageProfit = metrics.averageProfit?.description
        maxDrawdown = share(metrics.maxDrawdown)
        volatility = metrics.volatility
        memeExposure = share(metrics.memeExposure)
        rugRatio = share(metrics.rugRatio)
        weekProfit = metrics.weekProfit?.description
        isHot = metrics.isHot
        isCold = metrics.isCold
        isWhale = metrics.isWhale
        daysActive = metrics.daysActive
        sentiment = metrics.sentiment.rawValue
    }
}

/// A report with its signature.
struct SignedReportAnswer: Codable, Hashable, Sendable {
    /// `Ed25519`.
    let algorithm: String
    /// Names the key among the published ones.
    let keyID: String
    /// JSON, as a text: its UTF-8 bytes are what is signed.
    let report: String
    /// Base64.
    let signature: String

    enum CodingKeys: String, CodingKey {
        case algorithm, report, signature
        case keyID = "key_id"
    }

    init(_ signed: SignedReport) {
        algorithm = SignedReport.algorithm
        keyID = signed.keyID
        report = String(decoding: signed.report, as: UTF8.self)
        signature = Data(signed.signature).base64EncodedString()
    }
}

/// The keys that reports are signed with.
struct OracleKeysAnswer: Codable, Hashable, Sendable {
    struct Key: Codable, Hashable, Sendable {
        let keyID: String
        /// `Ed25519`.
        let algorithm: String
        /// The 32 bytes, in base64.
        let base64: String
        /// The same, as Solana writes keys.
        let base58: String

        enum CodingKeys: String, CodingKey {
            case algorithm
            case keyID = "key_id"
            case base64 = "public_key_base64"
            case base58 = "public_key_base58"
        }
    }

    /// None while the station has no key.
    let keys: [Key]
    /// By which rules wallets are judged now.
    let policy: String

    init(_ signer: ReportSigner?) {
        keys =
            signer.map { signer in
                [
                    Key(
                        keyID: signer.keyID,
                        algorithm: SignedReport.algorithm,
                        base64: Data(signer.publicKey).base64EncodedString(),
                        base58: signer.publicKeyBase58
                    )
                ]
            } ?? []
        policy = PolicyVersion.current
    }
}

/// What came of the transactions that a webhook tells of.
struct BurnsAnswer: Codable, Hashable, Sendable {
    struct Payment: Codable, Hashable, Sendable {
        let signature: String
        let isAccepted: Bool
        /// Whether a caller stands in the queue for it.
        let isQueued: Bool
        /// Where.
        let position: Int?
        /// 1 to 5; of a payment that was accepted.
        let tier: Int?
        /// 11 to 15; the higher the earlier.
        let priority: Int?
        /// Why it was not accepted.
        let problem: String?

        enum CodingKeys: String, CodingKey {
            case signature, position, tier, priority, problem
            case isAccepted = "accepted"
            case isQueued = "queued"
        }
    }

    /// As of the first one that was accepted.
    let isQueued: Bool
    let position: Int?
    let tier: Int?
    let payments: [Payment]

    enum CodingKeys: String, CodingKey {
        case position, tier, payments
        case isQueued = "queued"
    }

    init(_ payments: [Payment]) {
        let first = payments.first(where: \.isAccepted)
        isQueued = first?.isQueued ?? false
        position = first?.position
        tier = first?.tier
        self.payments = payments
    }
}
