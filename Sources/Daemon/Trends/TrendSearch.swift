import LLM

extension ModelDesk {
    /// Why none of the models that are asked for trends can search X; `nil` when one can.
    func lackForTrends(_ order: [String]) -> String? {
        let plan = router.plan
        let rungs = plan.catalogue.rungs(for: .trends)
        var request = ModelRequest([], outputTokensMax: 1)
        request.search = XSearch()
        guard plan.able(to: request, of: rungs).isEmpty else { return nil }
        let missing = order.flatMap(LLMConfig.names).compactMap { name in
            plan.catalogue.unavailable[name].map { "\(name): \($0)" }
        }
        let unable = plan.catalogue.models(of: rungs).map { model in
            "\(model.name): llm.providers.\(model.target.provider).searches is false"
        }
        let reasons = missing + unable
        return reasons.isEmpty ? "llm.orders.trends names no model" : reasons.joined(separator: "; ")
    }

    /// Has a model search X.
    ///
    /// - Parameters:
    ///   - request: with its search.
    ///   - patience: how long it may take; a search says nothing until it is nearly over.
    /// - Returns: what became of it.
    func search(_ request: ModelRequest, patience: Duration) async -> CallReport {
        await router.answer(request, for: .trends) { settings in
            settings.holdsBack = true
            settings.firstContent = patience
            settings.firstContentOf = [:]
            settings.gap = patience
            settings.total = patience
            // Who asks decides about another try: each costs money.
            settings.repeatsMax = 0
        } _: { _, _ in
        }
    }
}

extension XSearch.Accounts {
    init(_ settings: TrendsConfig) {
        self =
            if !settings.allowedAccounts.isEmpty {
                .only(settings.allowedAccounts)
            } else if !settings.excludedAccounts.isEmpty {
                .allBut(settings.excludedAccounts)
            } else {
                .all
            }
    }
}
