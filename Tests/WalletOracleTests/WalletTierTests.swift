import Testing
import WalletOracle

/// One place where the tier changes: everything but one figure is held, and that is moved past its edge.
struct TierEdge: CustomTestStringConvertible, Sendable {
    let name: String
    let base: WalletMetrics
    /// Sets the figure that is moved.
    let set: @Sendable (inout WalletMetrics, Int) -> Void
    /// The figure, and the tier that goes with it.
    let steps: [(Int, WalletTier.Rule)]

    var testDescription: String { name }

    init(
        _ name: String,
        _ base: WalletMetrics,
        _ steps: [(Int, WalletTier.Rule)],
        set: @escaping @Sendable (inout WalletMetrics, Int) -> Void
    ) {
        self.name = name
        self.base = base
        self.steps = steps
        self.set = set
    }

    /// Figures in thousandths.
    static func metrics(
        transactions: Int?,
        days: Int? = nil,
        win: Int? = nil,
        rug: Int? = nil,
        isWhale: Bool? = nil,
        sentiment: XSentiment = .neutral
    ) -> WalletMetrics {
        var metrics = WalletMetrics()
        metrics.transactions = transactions
        metrics.daysActive = days
        metrics.winRatio = win.flatMap { Ratio(Int128($0), of: 1000) }
        metrics.rugRatio = rug.flatMap { Ratio(Int128($0), of: 1000) }
        metrics.isWhale = isWhale
        metrics.sentiment = sentiment
        return metrics
    }

    private static let viral = metrics(transactions: 200, days: 90, win: 700, rug: 0, sentiment: .viral)
    private static let whale = metrics(transactions: 60, win: 500, rug: 250, isWhale: true)
    private static let skilled = metrics(transactions: 30, win: 700, rug: 100)
    private static let losing = metrics(transactions: 30, win: 500, rug: 400)

    static let all: [TierEdge] = [
        TierEdge(
            "fewer than ten",
            losing,
            [(0, .fewTransactions), (9, .fewTransactions), (10, .losing), (11, .losing)]
        ) {
            $0.transactions = $1
        },
        TierEdge("fewer than ten, a whale", whale, [(9, .fewTransactions), (10, .ordinary)]) { $0.transactions = $1 },
        TierEdge("5: days", viral, [(29, .skilled), (30, .viralVeteran), (31, .viralVeteran)]) { $0.daysActive = $1 },
        TierEdge("5: transactions", viral, [(99, .skilled), (100, .skilled), (101, .viralVeteran)]) {
            $0.transactions = $1
        },
        TierEdge("5: win", viral, [(549, .ordinary), (550, .ordinary), (551, .viralVeteran)]) {
            $0.winRatio = Ratio(Int128($1), of: 1000)
        },
        TierEdge(
            "5: sentiment",
            viral,
            XSentiment.allCases.indices.map { ($0, XSentiment.allCases[$0] == .viral ? .viralVeteran : .skilled) }
        ) { $0.sentiment = XSentiment.allCases[$1] },
        TierEdge("4: transactions", whale, [(49, .ordinary), (50, .ordinary), (51, .whale)]) { $0.transactions = $1 },
        TierEdge("4: whale", whale, [(0, .ordinary), (1, .whale), (2, .ordinary)]) {
            $0.isWhale = $1 == 2 ? nil : $1 == 1
        },
        TierEdge("3: win", skilled, [(549, .ordinary), (550, .ordinary), (551, .skilled)]) {
            $0.winRatio = Ratio(Int128($1), of: 1000)
        },
        TierEdge("3: transactions", skilled, [(19, .ordinary), (20, .ordinary), (21, .skilled)]) {
            $0.transactions = $1
        },
        TierEdge("3: rug", skilled, [(199, .skilled), (200, .ordinary), (201, .ordinary), (301, .losing)]) {
            $0.rugRatio = Ratio(Int128($1), of: 1000)
        },
        TierEdge("2: rug", losing, [(299, .ordinary), (300, .ordinary), (301, .losing)]) {
            $0.rugRatio = Ratio(Int128($1), of: 1000)
        },
        TierEdge(
            "2: win",
            metrics(transactions: 30, rug: 0),
            [(399, .losing), (400, .ordinary), (401, .ordinary)]
        ) { $0.winRatio = Ratio(Int128($1), of: 1000) },
    ]
}

@Suite struct WalletTierTests {
    @Test(arguments: TierEdge.all)
    func `a tier changes at its edge, and nowhere else`(edge: TierEdge) {
        for (figure, rule) in edge.steps {
            var metrics = edge.base
            edge.set(&metrics, figure)
            #expect(WalletTier.rule(for: metrics) == rule, "\(edge.name) at \(figure)")
        }
    }

    @Test func `an unknown win ratio satisfies no rule`() {
        let viral = TierEdge.metrics(transactions: 200, days: 90, win: nil, rug: 0, sentiment: .viral)
        #expect(WalletTier.rule(for: viral) == .ordinary)
        #expect(WalletTier.rule(for: TierEdge.metrics(transactions: 30, win: nil, rug: 100)) == .ordinary)
        #expect(WalletTier.rule(for: TierEdge.metrics(transactions: 30, win: nil, rug: 301)) == .losing)
        #expect(WalletTier.rule(for: TierEdge.metrics(transactions: 30, win: 700, rug: nil)) == .ordinary)
        let unknownDays = TierEdge.metrics(transactions: 200, days: nil, win: 700, rug: 0, sentiment: .viral)
        #expect(WalletTier.rule(for: unknownDays) == .skilled)
    }

    @Test func `without data the caller is welcome`() {
        let rule = WalletTier.rule(for: WalletMetrics())
        #expect(rule == .noData && rule.tier == .welcome)
        let tempting = TierEdge.metrics(transactions: nil, days: 90, win: 700, rug: 0, isWhale: true)
        #expect(WalletTier.rule(for: tempting) == .noData)
    }

    /// Every combination of figures around every edge, judged by the table as it is written.
    @Test func `the first rule that matches wins, whatever else matches`() {
        let shares: [Int?] = [nil, 0, 199, 200, 201, 300, 301, 399, 400, 550, 551, 1000]
        for transactions in [0, 9, 10, 20, 21, 50, 51, 100, 101] {
            for win in shares {
                for rug in shares {
                    for (days, isWhale, sentiment) in [
                        (29, true, XSentiment.viral), (30, true, .viral), (30, false, .viral), (30, true, .noisy),
                        (29, false, .neutral),
                    ] {
                        let metrics = TierEdge.metrics(
                            transactions: transactions,
                            days: days,
                            win: win,
                            rug: rug,
                            isWhale: isWhale,
                            sentiment: sentiment
                        )
                        let expected =
                            transactions < 10
                            ? 1
                            : days >= 30 && transactions > 100 && win ?? 0 > 550 && sentiment == .viral
                                ? 5
                                : isWhale && transactions > 50
                                    ? 4
                                    : win ?? 0 > 550 && transactions > 20 && rug ?? 1000 < 200
                                        ? 3 : rug ?? 0 > 300 || win ?? 1000 < 400 ? 2 : 1
                        let tier = WalletTier.rule(for: metrics).tier.rawValue
                        #expect(tier == expected, "\(metrics)")
                    }
                }
            }
        }
    }

    @Test func `a burn puts callers at eleven to fifteen`() {
        #expect(WalletTier.allCases.map(\.burnPriority) == [11, 12, 13, 14, 15])
    }

    @Test func `each tier sounds its own way`() {
        let manners = WalletTier.allCases.map(TierManner.init)
        #expect(manners.map(\.personaName) == ["tier-1", "tier-2", "tier-3", "tier-4", "tier-5"])
        #expect(manners.map(\.pitch) == [.low, .medium, .medium, .high, .deep])
        #expect(manners.map(\.speed) == [.slow, .fast, .medium, .medium, .slow])
        #expect(manners.map(\.effect) == [.gentle, .sharp, .clean, .awe, .ritual])
    }
}

@Suite struct RiskFlagTests {
    private func flags(_ change: (inout WalletMetrics) -> Void) -> [RiskFlag] {
        var metrics = WalletMetrics()
        change(&metrics)
        return RiskFlag.flags(for: metrics)
    }

    private func thousandths(_ value: Int) -> Ratio? { Ratio(Int128(value), of: 1000) }

    @Test func `each flag is raised above its edge only`() {
        #expect(flags { $0.rugRatio = thousandths(400) }.isEmpty)
        #expect(flags { $0.rugRatio = thousandths(401) } == [.highRugExposure])
        #expect(flags { $0.maxDrawdown = thousandths(700) }.isEmpty)
        #expect(flags { $0.maxDrawdown = thousandths(701) } == [.severeDrawdown])
        #expect(flags { $0.volatility = 0.5 }.isEmpty)
        #expect(flags { $0.volatility = 0.5.nextUp } == [.extremeVolatility])
        #expect(flags { $0.memeExposure = thousandths(700) }.isEmpty)
        #expect(flags { $0.memeExposure = thousandths(701) } == [.memeHeavy])
        #expect(flags { $0.isCold = false }.isEmpty)
        #expect(flags { $0.isCold = true } == [.coldStreak])
        #expect(flags { _ in }.isEmpty)
    }

    @Test func `the score is the share of raised flags`() {
        #expect(RiskFlag.score([]) == 0 && RiskFlag.score([.memeHeavy, .memeHeavy]) == 20)
        #expect(RiskFlag.score(RiskFlag.allCases) == 100)
    }
}
