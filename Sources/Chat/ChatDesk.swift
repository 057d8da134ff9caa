package import Bus
package import Credits
package import LLM
package import Logging
import Threading

/// Where people's calls of models are priced, held, made, and settled.
///
/// A call belongs to the desk and not to the request that asks for it, so that what was delivered is charged also when
/// whoever asked has hung up. `work` has to run somewhere.
package final class ChatDesk: Sendable {
    package struct Settings: Sendable {
        package var prices: ChatPrices
        /// How long before a rise of prices reaches subscribers they are told of it.
        package var priceNotice: Duration = .seconds(30 * 86_400)
        /// The most that a single call may cost, in credits.
        package var priceCap: Int64 = 100
        /// Calls under way at once.
        package var atOnceMax = 1000
        /// How long nothing may come before a reader is told so.
        package var quietAfter: Duration = .seconds(8)
        /// Called for a call that could not be settled: its hold comes back by itself, and nobody pays for it.
        package var onUnsettled: @Sendable () -> Void = {}

        package init(prices: ChatPrices) { self.prices = prices }
    }

    private struct Job: Sendable {
        let request: ChatRequest
        let hold: CreditHold
        let inputTokens: Int
        let prices: ChatPrices
        let answer: ChatAnswer
    }

    private struct Open {
        var count = 0
        var answers: [UInt64: ChatAnswer] = [:]
        var lastKey: UInt64 = 0
        /// Those that nobody works on yet.
        var waiting: [Job] = []
        /// Wakes whoever works.
        var bell: AsyncStream<Void>.Continuation?

        mutating func takeWaiting() -> [Job] {
            defer { waiting.removeAll() }
            return waiting
        }
    }

    package let router: ModelRouter
    private let credits: CreditDesk
    private let settings: Mutex<Settings>
    private let stopwatch: Stopwatch
    private let now: @Sendable () -> Timestamp
    private let logger: Logger
    private let open = Mutex(Open())

    package init(
        router: ModelRouter,
        credits: CreditDesk,
        settings: Settings,
        stopwatch: Stopwatch = Stopwatch(ContinuousClock()),
        now: @escaping @Sendable () -> Timestamp = { .now },
        logger: Logger
    ) {
        self.router = router
        self.credits = credits
        self.settings = Mutex(settings)
        self.stopwatch = stopwatch
        self.now = now
        self.logger = logger
    }

    /// Other prices, for calls from now on.
    package func replace(with settings: Settings) { self.settings.withLock { $0 = settings } }

    /// What everybody pays who has no notice of a rise.
    package var prices: ChatPrices { settings.withLock { $0.prices } }

    /// What whoever asks pays.
    private func prices(for request: ChatRequest, _ settings: Settings) -> ChatPrices {
        guard request.isSubscriber else { return settings.prices }
        // Ids are as old as their accounts; one from beyond the calendar is new.
        let joined = Timestamp(milliseconds: Int64(min(request.user.milliseconds, 9_000_000_000_000)))
        return settings.prices.forSubscriber(since: joined, notice: settings.priceNotice, at: now())
    }

    /// Calls under way.
    package var openCount: Int { open.withLock { $0.count } }

    // MARK: Asking

    /// What somebody can spend now.
    ///
    /// - Throws: `ChatError.storeAway`.
    package func available(to user: UUIDv7) async throws(ChatError) -> Int64 {
        do throws(CreditError) {
            return try await credits.account(of: user).available
        } catch {
            throw .storeAway
        }
    }

    /// What a call may cost.
    ///
    /// - Throws: `ChatError`: `.noModel`, `.capExceeded`.
    package func estimate(_ request: ChatRequest) throws(ChatError) -> ChatEstimate {
        let (settings, plan) = (settings.withLock { $0 }, router.plan)
        let models = plan.catalogue.models(of: request.rungs ?? plan.catalogue.rungs(for: request.task))
        guard let first = models.first else {
            throw .noModel(
                plan.catalogue.unavailable.isEmpty
                    ? "no model is configured"
                    : plan.catalogue.unavailable.sorted { $0.key < $1.key }.map { "\($0): \($1)" }
                        .joined(separator: "; ")
            )
        }
        let (input, output) = (request.model.inputEstimate, request.model.outputTokensMax)
        guard let most = prices(for: request, settings).most(of: models, input: input, output: output) else {
            throw .noModel("a model has no price")
        }
        guard most <= settings.priceCap else { throw .capExceeded(credits: most, cap: settings.priceCap) }
        return ChatEstimate(
            model: first.name,
            provider: first.target.provider,
            inputTokens: input,
            outputTokensMax: min(output, first.outputTokensMax),
            credits: most
        )
    }

    /// Holds what a call may cost, and begins it.
    ///
    /// - Returns: the answer, which is to be read to its end or abandoned.
    /// - Throws: `ChatError`.
    package func ask(_ request: ChatRequest) async throws(ChatError) -> ChatAnswer {
        let estimate = try estimate(request)
        let settings = settings.withLock { $0 }
        let isFree = open.withLock { open -> Bool in
            guard open.count < settings.atOnceMax else { return false }
            open.count += 1
            return true
        }
        guard isFree else { throw .busy }
        do throws(CreditError) {
            let hold = try await credits.hold(estimate.credits, of: request.user, for: request.id)
            let answer = ChatAnswer(stopwatch: stopwatch)
            let job = Job(
                request: request,
                hold: hold,
                inputTokens: estimate.inputTokens,
                prices: prices(for: request, settings),
                answer: answer
            )
            open.withLock { open in
                open.waiting.append(job)
                _ = open.bell?.yield()
            }
            return answer
        } catch {
            open.withLock { $0.count -= 1 }
            switch error {
            case .insufficient(let available, let required):
                throw .insufficient(available: available, required: required)
            case .spendingPaused: throw .spendingPaused
            case .alreadyUsed: throw .alreadyUsed
            case .holdGone, .badAmount, .store:
                logger.error("credits cannot be held", metadata: ["error": "\(error)"])
                throw .storeAway
            }
        }
    }

    // MARK: Working

    /// Makes the calls, until the task is cancelled; one at a time may work.
    package func work() async {
        let (rings, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        open.withLock { $0.bell = bell }
        // Some may have come while nobody worked.
        bell.yield()
        await withDiscardingTaskGroup { group in
            // Beside the calls: whoever waits for a slow model hears a sign of life all the same.
            group.addTask { await self.tellOfSilence() }
            // Each call by itself, as none may wait for another; the desk bounds how many there are.
            for await _ in rings {
                for job in open.withLock({ $0.takeWaiting() }) { group.addTask { await self.carry(job) } }
            }
            group.cancelAll()
        }
    }

    private func carry(_ job: Job) async {
        let key = open.withLock { open in
            open.lastKey += 1
            open.answers[open.lastKey] = job.answer
            return open.lastKey
        }
        let report = await call(job)
        let result = await settle(job, report)
        open.withLock { open in
            open.answers[key] = nil
            open.count -= 1
        }
        job.answer.finish(result)
    }

    /// The call, for as long as somebody reads the answer.
    private func call(_ job: Job) async -> CallReport {
        await withTaskGroup(of: CallReport?.self) { group in
            // The call against its reader: when nobody reads any more, it is given up.
            group.addTask { [router] in
                await router.answer(job.request.model, for: job.request.task, from: job.request.rungs) { settings in
                    settings.holdsBack = job.request.isWhole
                    settings.allowsContinuation = job.request.allowsContinuation
                    settings.forwardsReasoning = job.request.forwardsReasoning
                } _: { pieces, target in
                    await job.answer.put(pieces, from: target)
                }
            }
            group.addTask {
                await job.answer.waitUntilAbandoned()
                return nil
            }
            var report: CallReport?
            for await result in group {
                report = report ?? result
                group.cancelAll()
            }
            guard let report else { preconditionFailure("the call has a report, however it ends") }
            return report
        }
    }

    /// How often settling is tried while the store is away.
    private static let settlingMax = 4

    private func settle(_ job: Job, _ report: CallReport) async -> ChatResult {
        let charge = job.prices.charge(for: report.contributions, inputEstimate: job.inputTokens)
        for attempt in 1...ChatDesk.settlingMax {
            do throws(CreditError) {
                guard var charge else {
                    try await credits.release(job.hold)
                    return ChatResult(report: report, charge: nil, remaining: nil)
                }
                let answering = report.contributions.map(\.target.description).joined(separator: ", ")
                let settled = try await credits.settle(
                    job.hold,
                    to: charge.credits,
                    for: charge.source,
                    units: charge.units,
                    reason: "\(job.request.task.rawValue) answered by \(answering)"
                )
                // No more than was held.
                charge.credits = settled.charged
                return ChatResult(report: report, charge: charge, remaining: settled.account.available)
            } catch {
                logger.error(
                    "a call cannot be settled",
                    metadata: ["request": "\(job.request.id)", "error": "\(error)", "attempt": "\(attempt)"]
                )
                guard case .store = error, attempt < ChatDesk.settlingMax else { break }
                do {
                    try await stopwatch.sleep(for: .milliseconds(100 << attempt))
                } catch {
                    // The station stops; the hold expires, and nothing is charged.
                    break
                }
            }
        }
        settings.withLock { $0 }.onUnsettled()
        return ChatResult(report: report, charge: nil, remaining: nil)
    }

    /// Once a second.
    private func tellOfSilence() async {
        while !Task.isCancelled {
            do {
                try await stopwatch.sleep(for: .seconds(1))
            } catch {
                return
            }
            let limit = settings.withLock { $0.quietAfter }
            for answer in open.withLock({ Array($0.answers.values) }) { answer.tick(quietAfter: limit) }
        }
    }
}

extension ChatCharge {
    /// What was counted, for the ledger.
    fileprivate var units: String { #"{"input_tokens":\#(inputTokens),"output_tokens":\#(outputTokens)}"# }
}
