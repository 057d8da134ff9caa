package import Bus

/// Every event type of the station: what the bus is made with, and what the published contract lists.
package enum EventCatalogue {
    package static let all: [any Event.Type] =
        market + provider + news + host + trend + model + credit + job + workflow + webhook
        + wallet + proposal + vote + treasury + render + system + drill

    package static let market: [any Event.Type] = [
        PriceTicked.self, PriceHeld.self, CandleClosed.self, CandleGapFound.self, MarketSourceChanged.self,
    ]
    package static let provider: [any Event.Type] = [
        ProviderStateChanged.self, ProviderLimitNeared.self, ProviderPoolChanged.self, ProviderCandidateProposed.self,
    ]
    package static let news: [any Event.Type] = [NewsItemPublished.self, SentimentIndexChanged.self]
    package static let host: [any Event.Type] = [
        HostSpoke.self, SegmentStarted.self, SegmentFinished.self, SegmentSkipped.self, ShowPartStarted.self,
        ShowPartFinished.self,
    ]
    package static let trend: [any Event.Type] = [TrendListUpdated.self]
    package static let model: [any Event.Type] = [
        ModelCallCompleted.self, ModelBreakerOpened.self, ModelBreakerClosed.self,
    ]
    package static let credit: [any Event.Type] = [
        CreditBalanceLow.self, CreditChargeLarge.self, CreditSpendingPaused.self, CreditSpendingResumed.self,
        CreditPriceChanged.self,
    ]
    package static let job: [any Event.Type] = [JobDiscarded.self, JobQueueCounted.self]
    package static let workflow: [any Event.Type] = [
        WorkflowStarted.self, WorkflowFinished.self, WorkflowStepFinished.self, ApprovalRequested.self,
        ApprovalDecided.self,
    ]
    package static let webhook: [any Event.Type] = [WebhookReceived.self]
    package static let wallet: [any Event.Type] = [
        WalletAnalysisCompleted.self, WalletTierChanged.self, WalletBurnAccepted.self,
    ]
    package static let proposal: [any Event.Type] = [
        ProposalOpened.self, ProposalExtended.self, ProposalOutcomeDecided.self, ProposalExecutionChanged.self,
        ProposalAnchored.self,
    ]
    package static let vote: [any Event.Type] = [BallotCast.self, VoteDelegated.self]
    package static let treasury: [any Event.Type] = [TreasuryFunded.self, TreasuryWithdrawn.self]
    package static let render: [any Event.Type] = [
        RenderQueued.self, RenderProgressed.self, RenderCompleted.self, RenderFailed.self, RenderCancelled.self,
    ]
    package static let system: [any Event.Type] = [
        HealthChanged.self, ActorChanged.self, SupervisorChanged.self, ConfigReloaded.self, ConfigRejected.self,
        ControlCalled.self, AirMuted.self, AirStopped.self, CrashDetected.self, DaemonStarted.self,
        DaemonStopping.self, AlertRaised.self, AlertResolved.self,
    ]
    /// For exercises: carried like any other event, published only where drills are allowed.
    package static let drill: [any Event.Type] = [
        DrillLoadGenerated.self, DrillLedgerEntered.self, DrillStatusSet.self,
    ]
}

/// An event type that says in one sentence what it tells; the published contract shows it.
package protocol DocumentedEvent: Event {
    static var summary: String { get }
}
