import LLM
import WalletAnalysis

extension ModelDesk {
    /// Has a model write what the oracle says to a caller.
    ///
    /// - Returns: `nil` when no model is there for it, or none answers in time.
    func write(_ order: LineOrder) async -> String? {
        // Without one, nothing is counted as a call that has failed.
        guard !router.plan.catalogue.rungs(for: .host).isEmpty else { return nil }
        let messages = [ModelMessage(.system, order.rules), ModelMessage(.user, order.facts)]
        var request = ModelRequest(messages, outputTokensMax: order.tokensMax)
        request.temperature = order.temperature
        let report = await router.answer(request, for: .host) { settings in
            settings.holdsBack = true
            settings.total = min(settings.total, order.limit)
        } _: { _, _ in
        }
        guard case .complete(let end, _) = report.outcome, end.finish == .stop else { return nil }
        return report.content.text
    }
}
