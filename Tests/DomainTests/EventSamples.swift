import Bus
import Domain

/// One event of every type in the catalogue, once with all its optional fields and once with none of them.
enum EventSamples {
    static let all: [any Event] = full + sparse

    private static let time = Timestamp(milliseconds: 1_700_000_000_123)
    private static let run = UUIDv7(milliseconds: 1_700_000_000_123, counter: 7, random: 9)
    private static let pair = TradingPair("BTC-USD")
    private static let part = ShowPart(kind: .market, beganAt: time, endsAt: time)

    private static var full: [any Event] {
        guard let pair, let price = Price("64250.12"), let change = ExactDecimal("-1.25") else { return [] }
        let candle = Candle(
            openTime: Timestamp(seconds: 1_700_000_040),
            interval: .oneMinute,
            open: price,
            high: price,
            low: price,
            close: price,
            volume: change.magnitude
        )
        let fact = SpokenFact(pair: pair, quantity: .change24h, value: change, source: "kraken", asOf: time)
        return [
            PriceTicked(
                pair: pair,
                price: price,
                source: "binance",
                symbol: "BTCUSDT",
                asOf: time,
                change24hPercent: change,
                high24h: price,
                low24h: price
            ),
            PriceHeld(
                pair: pair,
                price: price,
                source: "binance",
                symbol: "BTCUSDT",
                asOf: time,
                lastSound: price
            ),
            CandleClosed(pair: pair, candle: candle, source: "binance", symbol: "BTCUSDT"),
            CandleGapFound(pair: pair, interval: .oneHour, from: time, to: time, missing: 1, source: "binance"),
            MarketSourceChanged(source: "kraken", previous: "binance", reason: "it timed out", at: time),
            NewsItemPublished(
                id: run,
                url: "https://news.example/a",
                title: "Bitcoin rises",
                source: "example",
                publishedAt: time,
                symbols: ["BTC"],
                score: 0.5,
                level: .positive,
                method: "linear"
            ),
            SentimentIndexChanged(
                index: .init(value: 47, label: "Neutral", source: "alternative", asOf: time),
                news: .init(score: -0.25, level: .negative, count: 12, hours: 24),
                at: time
            ),
            ProviderStateChanged(
                provider: "binance",
                category: "exchange",
                from: "online",
                to: "offline",
                reason: "timed out",
                at: time
            ),
            ProviderLimitNeared(
                provider: "coingecko",
                window: "month",
                used: 6400,
                usable: 8000,
                limit: 10_000,
                endsAt: time
            ),
            ProviderPoolChanged(
                pool: "exchange",
                category: "exchange",
                change: "rotated",
                provider: "bybit",
                from: "binance",
                to: "kraken",
                reason: "it is slow",
                caller: "ada@example.org"
            ),
            ProviderCandidateProposed(
                id: "binance-2",
                kind: "binance",
                address: "https://api1.binance.com",
                latencyMilliseconds: 81,
                checks: ["answer passed: it answers", "price passed: it says 46000.5 for BTC-USD, kraken 46001.1"]
            ),
            HostSpoke(
                host: "Nova",
                text: "Hello.",
                kind: .fallback,
                energy: .night,
                template: "hello",
                symbols: [pair],
                facts: [fact],
                part: part
            ),
            SegmentStarted(segment: run, host: "Nova", voice: "flite/slt", seconds: 4.25, at: time),
            SegmentFinished(segment: run, host: "Nova", at: time),
            SegmentSkipped(segment: run, host: "Nova", reason: "an operator skipped it", failed: false, at: time),
            ShowPartStarted(part: part, host: "Nova", at: time),
            ShowPartFinished(part: part, host: "Nova", startedAt: time, lastHeardAt: time, texts: 20, at: time),
            TrendListUpdated(
                mentions: [TrendMention(symbol: "BTC", sentiment: .bullish, changePercent: change)],
                source: "xai/grok",
                asOf: time,
                dropped: 2
            ),
            ModelCallCompleted(
                task: "chat",
                outcome: "broken_off",
                answeredBy: ["xai/grok"],
                passedOver: ["openai/gpt"],
                failure: "timed_out",
                inputTokens: 500,
                outputTokens: 30,
                costTicks: 12_500,
                firstContentMilliseconds: 350.5,
                milliseconds: 1200
            ),
            ModelBreakerOpened(target: "xai/grok", reason: "unreachable", seconds: 5),
            ModelBreakerClosed(target: "xai/grok"),
            CreditBalanceLow(user: run, balance: 19, threshold: 20, request: "r1"),
            CreditChargeLarge(user: run, credits: 51, threshold: 50, provider: "grok", request: "r1"),
            CreditSpendingPaused(user: run, spent: 1001, threshold: 1000, request: "r1"),
            CreditSpendingResumed(user: run, caller: "ann@example.org"),
            CreditPriceChanged(
                name: "grok",
                provider: "xai",
                model: "grok-4.3",
                old: CreditPriceChanged.Price(input: 1, output: 4, call: 1),
                new: CreditPriceChanged.Price(input: 1.5, output: 4, call: 1),
                appliesAt: time,
                subscribersAt: time
            ),
            WalletAnalysisCompleted(
                wallet: "7EcDhSYG",
                tier: 4,
                rule: "whale",
                flags: ["MEME_HEAVY"],
                riskScore: 20,
                isComplete: false,
                policy: "wallet-oracle-1",
                madeAt: time
            ),
            WalletTierChanged(wallet: "7EcDhSYG", before: 1, tier: 4, rule: "whale"),
            WalletBurnAccepted(
                signature: "5h",
                wallet: "7EcDhSYG",
                required: "100",
                burned: "50",
                toBurn: "25",
                toTreasury: "25",
                tier: 4,
                priority: 14
            ),
            ProposalOpened(
                proposal: run,
                title: "More jazz",
                system: "basic",
                options: ["yes", "no", "abstain"],
                documentHash: String(repeating: "0a", count: 32),
                snapshot: "4000000000",
                supply: "18446744073709551615",
                closesAt: time
            ),
            ProposalExtended(proposal: run, closesAt: time),
            ProposalOutcomeDecided(
                proposal: run,
                state: "passed",
                reason: "enough_yes",
                winner: nil,
                ballots: 12,
                castWeight: "9007199254740993",
                ballotsRoot: String(repeating: "0b", count: 32)
            ),
            ProposalExecutionChanged(proposal: run, state: "execution_failed", reason: "no space"),
            ProposalAnchored(proposal: run, signature: "5h", slot: "4000000100"),
            BallotCast(proposal: run, sequence: 0, voter: "7EcDhSYG", choice: "rank:2,0,1", weight: "100"),
            VoteDelegated(delegator: "7EcDhSYG", delegate: "9xQe"),
            TreasuryFunded(
                cause: "month-1",
                currency: "SOL",
                creator: "50",
                relayers: "30",
                dao: "21",
                channel: "jazz"
            ),
            TreasuryWithdrawn(cause: "pay-1", currency: "SOL", party: "dao", holder: "dao", amount: "21"),
            WebhookReceived(id: UUIDv7(high: 5, low: 6), source: "payments", delivery: "evt_1"),
            JobDiscarded(
                job: UUIDv7(high: 0x0199_0000_0000_7000, low: 0x8000_0000_0000_0001),
                queue: "media",
                kind: "render",
                attempts: 3,
                reason: "it timed out"
            ),
            JobQueueCounted(
                queue: "media",
                scheduled: 1,
                available: 2,
                running: 3,
                retryable: 4,
                discarded: 5,
                isPaused: true
            ),
            WorkflowStarted(run: run, workflow: "production", codeVersion: 2, parent: run, continuedFrom: run),
            WorkflowFinished(
                run: run,
                workflow: "production",
                outcome: .continued,
                error: "it threw",
                continuedAs: run
            ),
            WorkflowStepFinished(
                run: run,
                workflow: "production",
                number: 3,
                name: "script",
                kind: "step",
                outcome: .failed,
                attempts: 3,
                milliseconds: 1.5,
                error: "it threw"
            ),
            ApprovalRequested(
                run: run,
                workflow: "production",
                step: 4,
                what: "script",
                contentHash: "00ff",
                deadline: time
            ),
            ApprovalDecided(
                run: run,
                workflow: "production",
                step: 4,
                what: "script",
                contentHash: "00ff",
                decision: .rejected,
                decidedBy: "alice",
                note: "too long"
            ),
            HealthChanged(status: .degraded, reasons: ["no prices"], checks: ["market": .degraded]),
            ActorChanged(id: "market", supervisor: "root", incarnation: 2, what: .restarting, reason: "it threw"),
            SupervisorChanged(id: "root", what: .escalated, reason: "too many restarts"),
            ConfigReloaded(changed: ["host.name"], needRestart: ["bus.mailbox_limit"], caller: "ipc"),
            ConfigRejected(problems: ["host.name: is empty"], caller: "ipc"),
            ControlCalled(
                method: "actor.restart",
                caller: "ipc",
                role: "admin",
                outcome: .refused,
                detail: "id=market"
            ),
            AirMuted(muted: true, reason: "drill", caller: "ipc"),
            AirStopped(stopped: true, reason: "works on the mast", caller: "ipc"),
            CrashDetected(pid: 77, startedAt: time, detail: "no clean exit"),
            DaemonStarted(version: "0.1.0", pid: 78, startupMilliseconds: 41.5, production: false),
            DaemonStopping(reason: "SIGTERM", uptimeSeconds: 12.5),
            AlertRaised(
                alert: run,
                rule: "queue-depth-critical",
                severity: .critical,
                summary: "A queue has grown very long.",
                value: 612,
                threshold: 500,
                detail: "queue media",
                host: "station-1"
            ),
            AlertResolved(
                alert: run,
                rule: "queue-depth-critical",
                severity: .critical,
                raisedAt: time,
                value: 12,
                host: "station-1"
            ),
            RenderQueued(render: run, owner: run, title: "A quiet day", scenes: 3),
            RenderProgressed(render: run, state: "drawing", done: 20, total: 50),
            RenderCompleted(render: run, owner: run, title: "A quiet day", seconds: 61.5, sizeBytes: 4096),
            RenderFailed(render: run, owner: run, reason: "no figure nova"),
            RenderCancelled(render: run, owner: run),
            DrillLoadGenerated(number: 1, filler: "xxxx"),
            DrillLedgerEntered(number: .max, filler: ""),
            DrillStatusSet(number: 3, filler: "x"),
        ]
    }

    private static var sparse: [any Event] {
        guard let pair, let price = Price("-36.98") else { return [] }
        return [
            PriceTicked(pair: pair, price: price, source: "kraken", symbol: "XXBTZUSD", asOf: time),
            RenderQueued(render: run, owner: nil, title: "A quiet day", scenes: 1),
            RenderCompleted(render: run, owner: nil, title: "A quiet day", seconds: 0, sizeBytes: 0),
            RenderFailed(render: run, owner: nil, reason: "no figure nova"),
            RenderCancelled(render: run, owner: nil),
            MarketSourceChanged(source: nil, previous: nil, reason: "nobody answers", at: time),
            SentimentIndexChanged(index: nil, news: nil, at: time),
            ProviderPoolChanged(
                pool: "mine",
                category: "nft",
                change: "created",
                provider: nil,
                from: nil,
                to: nil,
                reason: nil,
                caller: "ada"
            ),
            ProviderCandidateProposed(
                id: "defillama-2",
                kind: "defillama",
                address: "http://127.0.0.1:8080",
                latencyMilliseconds: nil,
                checks: []
            ),
            ModelCallCompleted(
                task: "host",
                outcome: "nobody",
                answeredBy: [],
                passedOver: [],
                failure: nil,
                inputTokens: 0,
                outputTokens: 0,
                costTicks: 0,
                firstContentMilliseconds: nil,
                milliseconds: 0.1
            ),
            HostSpoke(
                host: "Nova",
                text: "Hi.",
                kind: .live,
                energy: .peak,
                template: nil,
                symbols: [],
                facts: [SpokenFact(pair: nil, quantity: .fearGreed, value: ExactDecimal(47), source: "x", asOf: time)]
            ),
            SegmentStarted(segment: run, host: "Nova", voice: nil, seconds: nil, at: time),
            WorkflowStarted(run: run, workflow: "production", codeVersion: 1, parent: nil, continuedFrom: nil),
            WorkflowFinished(run: run, workflow: "production", outcome: .completed, error: nil, continuedAs: nil),
            WorkflowStepFinished(
                run: run,
                workflow: "production",
                number: 1,
                name: "wait",
                kind: "timer",
                outcome: .completed,
                attempts: 1,
                milliseconds: nil,
                error: nil
            ),
            ApprovalRequested(
                run: run,
                workflow: "production",
                step: 4,
                what: "script",
                contentHash: "00ff",
                deadline: nil
            ),
            ApprovalDecided(
                run: run,
                workflow: "production",
                step: 4,
                what: "script",
                contentHash: "00ff",
                decision: .expired,
                decidedBy: nil,
                note: nil
            ),
            HealthChanged(status: .ok, reasons: [], checks: [:]),
            ActorChanged(id: "a.b", supervisor: "root", incarnation: 1, what: .ready, reason: nil),
            SupervisorChanged(id: "root", what: .ready, reason: nil),
            ControlCalled(method: "system.drain", caller: "ipc", role: "admin", outcome: .done, detail: nil),
            AirMuted(muted: false, reason: nil, caller: "ipc"),
            AirStopped(stopped: false, reason: nil, caller: "ipc"),
            AlertRaised(
                alert: run,
                rule: "disk-warning",
                severity: .warning,
                summary: "The disk is nearly full.",
                value: 12.5,
                threshold: 15,
                detail: nil,
                host: "station-1"
            ),
            AlertResolved(
                alert: run,
                rule: "disk-warning",
                severity: .warning,
                raisedAt: time,
                value: nil,
                host: "station-1"
            ),
            CrashDetected(pid: nil, startedAt: nil, detail: "unknown"),
        ]
    }
}
