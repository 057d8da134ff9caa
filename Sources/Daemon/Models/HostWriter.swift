import Actors
import LLM

extension ModelDesk {
    /// What a host says is short.
    private static let speechTokensMax = 400

    /// Has a model write what a host says next.
    ///
    /// - Returns: `nil` when no model is there for it, or none answers in time.
    func write(_ order: SpeechOrder) async -> String? {
        let plan = router.plan
        // Without one, nothing is counted as a call that has failed.
        guard !plan.catalogue.rungs(for: .host).isEmpty else { return nil }
        let messages = [ModelMessage(.system, order.rules), ModelMessage(.user, order.material)]
        let request = ModelRequest(messages, outputTokensMax: ModelDesk.speechTokensMax)
        let report = await router.answer(request, for: .host) { settings in
            settings.holdsBack = true
            settings.total = min(settings.total, ModelDesk.speechPatience)
        } _: { _, _ in
        }
        guard case .complete(let end, _) = report.outcome, end.finish == .stop else { return nil }
        let text = report.content.text.trimmingPrefix { $0.isWhitespace }
        return String(text.reversed().drop { $0.isWhitespace }.reversed())
    }

    /// Approved texts are said meanwhile; what comes later than that has hardly a figure left that is still true.
    private static let speechPatience: Duration = .seconds(90)
}
