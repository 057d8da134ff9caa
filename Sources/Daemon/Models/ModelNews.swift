import Bus
import Domain
import LLM
import Logging
import Telemetry

/// Tells of model calls: to the bus, the metrics and the log.
struct ModelNews: Sendable {
    let metrics: MetricsRegistry
    let bus: EventBus
    let costs: ModelCosts
    private let logger = Logger(label: "llm")
    private static let author: ActorName = "models"

    init(metrics: MetricsRegistry, bus: EventBus, costs: ModelCosts) {
        self.metrics = metrics
        self.bus = bus
        self.costs = costs
    }

    var hooks: ModelRouter.Hooks {
        var hooks = ModelRouter.Hooks()
        hooks.onCall = { tell($0) }
        hooks.onChange = { tell($0) }
        return hooks
    }

    private func tell(_ report: CallReport) {
        costs.note(report)
        metrics.counter(.llmCalls, report.task.rawValue, report.outcome.word).increment()
        if let hedge = report.hedge { metrics.counter(.llmHedges, hedge.rawValue).increment() }
        for attempt in report.attempts {
            guard case .failed(let failure) = attempt.reason, failure.kind != .cancelled else { continue }
            metrics.counter(.llmFailures, attempt.target.provider, failure.kind.rawValue).increment()
        }
        var (input, output) = (0, 0)
        for contribution in report.contributions {
            let provider = contribution.target.provider
            if let usage = contribution.usage {
                metrics.counter(.llmTokens, provider, "input").increment(by: usage.input)
                metrics.counter(.llmTokens, provider, "output").increment(by: usage.output)
                (input, output) = (input + usage.input, output + usage.output)
            }
            metrics.counter(.llmCostTicks, provider).increment(by: report.costs[contribution.target] ?? 0)
        }
        if let first = report.contributions.first, let after = report.firstContentAfter {
            metrics.histogram(.llmFirstContentSeconds, first.target.provider).observe(after)
        }
        publish(
            ModelCallCompleted(
                task: report.task.rawValue,
                outcome: report.outcome.word,
                answeredBy: report.contributions.map(\.target.description),
                passedOver: report.attempts.map(\.target.description),
                failure: report.failure?.kind.rawValue,
                inputTokens: input,
                outputTokens: output,
                costTicks: report.costs.values.reduce(0, +),
                firstContentMilliseconds: report.firstContentAfter.map { $0 / .milliseconds(1) },
                milliseconds: report.took / .milliseconds(1)
            )
        )
    }

    private func tell(_ change: TargetBoard.Change) {
        switch change {
        case .opened(let target, let wait, let failure):
            let metadata: Logger.Metadata = [
                "model": "\(target)", LogKey.reason: "\(failure)", LogKey.error: "\(failure.detail)",
            ]
            if failure.opensBreakerAtOnce {
                logger.error("our key or money at a provider is gone, or it lacks a model", metadata: metadata)
            } else {
                logger.warning("a model is left alone for a while", metadata: metadata)
            }
            publish(
                ModelBreakerOpened(target: "\(target)", reason: failure.kind.rawValue, seconds: wait / .seconds(1))
            )
        case .closed(let target):
            logger.notice("a model answers again", metadata: ["model": "\(target)"])
            publish(ModelBreakerClosed(target: "\(target)"))
        }
    }

    private func publish(_ event: some TransientEvent) {
        do {
            try bus.publish(event, from: ModelNews.author)
        } catch {
            logger.error("an event could not be published", metadata: [LogKey.error: "\(error)"])
        }
    }
}

extension ChainRun.Outcome {
    /// What metrics and events call it.
    var word: String {
        switch self {
        case .complete: "complete"
        case .brokenOff: "broken_off"
        case .nobody: "nobody"
        case .refused: "refused"
        }
    }
}
