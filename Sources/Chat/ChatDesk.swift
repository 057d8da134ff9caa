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
        /// Called with what became of a question whose answer may be given again: `hit`, `waited` for one that was
        /// answered with somebody else's answer when that was there, or `miss`.
        package var onReuse: @Sendable (String) -> Void = { _ in }
        /// Called for a call that could not be settled: its hold comes back by itself, and nobody pays for it.
        package var onUnsettled: @Sendable () -> Void = {}

        package init(prices: ChatPrices) { self.prices = prices }
    }

    private struct Job: Sendable {
        let request: ChatRequest
        /// `nil` for a call that costs nothing, whoever answers: then there is nothing to write down.
        let hold: CreditHold?
        let inputTokens: Int
        let prices: ChatPrices
        let answer: ChatAnswer

        /// Under which its answer is kept.
        var key: ReplyCache.Key? {
            request.reuse.map { ReplyCache.Key(user: request.user.description, question: $0.question) }
        }
    }

    /// What was said, and whether it was said before.
    private struct Reply: Sendable {
        let report: CallReport
        var age: Duration?
    }

    private struct Open {
        var count = 0
        var answers: [UInt64: ChatAnswer] = [:]
        var lastKey: UInt64 = 0
        /// Those that nobody works on yet.
        var waiting: [Job] = []
        /// Wakes whoever works.
        var bell: AsyncStream<Void>.Continuation?
        /// Whether whoever worked has stopped, and nobody has begun anew.
        var isStopped = false

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
    private let cache = Mutex(ReplyCache())

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
        let settings = settings.withLock { $0 }
        return try estimate(request, settings, prices(for: request, settings))
    }

    private func estimate(
        _ request: ChatRequest,
        _ settings: Settings,
        _ prices: ChatPrices
    ) throws(ChatError) -> ChatEstimate {
        let plan = router.plan
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
        guard let most = prices.most(of: models, input: input, output: output) else {
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
        let settings = settings.withLock { $0 }
        let prices = prices(for: request, settings)
        let estimate = try estimate(request, settings, prices)
        let lack = open.withLock { open -> ChatError? in
            guard !open.isStopped else { return .stopped }
            guard open.count < settings.atOnceMax else { return .busy }
            open.count += 1
            return nil
        }
        if let lack { throw lack }
        let answer = ChatAnswer(stopwatch: stopwatch)
        do throws(CreditError) {
            let hold =
                estimate.credits > 0 ? try await credits.hold(estimate.credits, of: request.user, for: request.id) : nil
            let job = Job(
                request: request,
                hold: hold,
                inputTokens: estimate.inputTokens,
                prices: prices,
                answer: answer
            )
            let isTaken = open.withLock { open -> Bool in
                guard !open.isStopped else { return false }
                open.waiting.append(job)
                _ = open.bell?.yield()
                return true
            }
            if isTaken { return answer }
            if let hold { try await credits.release(hold) }
        } catch {
            open.withLock { $0.count -= 1 }
            throw refusal(error)
        }
        open.withLock { $0.count -= 1 }
        throw .stopped
    }

    private func refusal(_ error: CreditError) -> ChatError {
        switch error {
        case .insufficient(let available, let required):
            return .insufficient(available: available, required: required)
        case .spendingPaused: return .spendingPaused
        case .alreadyUsed: return .alreadyUsed
        case .holdGone, .badAmount, .store:
            logger.error("credits cannot be held", metadata: ["error": "\(error)"])
            return .storeAway
        }
    }

    // MARK: Working

    /// Makes the calls, until the task is cancelled; one at a time may work.
    package func work() async {
        let (rings, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        open.withLock { ($0.bell, $0.isStopped) = (bell, false) }
        // Some may have come while nobody worked.
        bell.yield()
        await withDiscardingTaskGroup { group in
            // Beside the calls: whoever waits for a slow model hears a sign of life all the same.
            group.addTask { await self.tellOfSilence() }
            // Each call by itself, as none may wait for another; the desk bounds how many there are.
            for await _ in rings {
                for job in open.withLock({ $0.takeWaiting() }) { group.addTask { await self.carry(job) } }
            }
            // Those that nobody has begun with are given up like those under way.
            group.cancelAll()
            let left = open.withLock { open in
                open.isStopped = true
                return open.takeWaiting()
            }
            for job in left { group.addTask { await self.carry(job) } }
        }
    }

    private func carry(_ job: Job) async {
        let key = open.withLock { open in
            open.lastKey += 1
            open.answers[open.lastKey] = job.answer
            return open.lastKey
        }
        let result = await settle(job, await call(job))
        open.withLock { open in
            open.answers[key] = nil
            open.count -= 1
        }
        job.answer.finish(result)
    }

    /// The call, for as long as somebody reads the answer.
    private func call(_ job: Job) async -> Reply {
        await withTaskGroup(of: Reply?.self) { group in
            // The call against its reader: when nobody reads any more, it is given up.
            group.addTask { await self.reply(to: job) }
            group.addTask {
                await job.answer.waitUntilAbandoned()
                return nil
            }
            var reply: Reply?
            for await result in group {
                reply = reply ?? result
                group.cancelAll()
            }
            guard let reply else { preconditionFailure("the call has a report, however it ends") }
            return reply
        }
    }

    /// The answer that was given before, or the one that somebody is being given now, or a new one.
    private func reply(to job: Job) async -> Reply {
        guard let reuse = job.request.reuse, let key = job.key else { return Reply(report: await ask(job)) }
        let (began, settings) = (stopwatch.elapsed, settings.withLock { $0 })
        var hasWaited = false
        while true {
            let now = stopwatch.elapsed
            switch cache.withLock({ $0.claim(key, at: now) }) {
            case .hit(let entry):
                guard job.prices.charge(forCached: entry.report) != nil,
                    let target = entry.report.contributions.first?.target
                else {
                    // Of a model that there is no more.
                    cache.withLock { $0.remove(key) }
                    continue
                }
                settings.onReuse(hasWaited ? "waited" : "hit")
                await job.answer.put([.text(entry.report.content.text)], from: target)
                return Reply(report: entry.report.again(took: now - began), age: now - entry.storedAt)
            case .first:
                settings.onReuse("miss")
                let report = await ask(job)
                let done = stopwatch.elapsed
                for waiting in cache.withLock({ $0.finish(key, report, for: reuse.lifetime, at: done) }) {
                    waiting.finish()
                }
                return Reply(report: report)
            case .wait(let end):
                // Whose answer was not there after the first one is not kept waiting for a second.
                guard !hasWaited, !Task.isCancelled else {
                    settings.onReuse("miss")
                    return Reply(report: await ask(job))
                }
                hasWaited = true
                for await _ in end {}
            }
        }
    }

    private func ask(_ job: Job) async -> CallReport {
        await router.answer(job.request.model, for: job.request.task, from: job.request.rungs) { settings in
            settings.holdsBack = job.request.isWhole
            settings.allowsContinuation = job.request.allowsContinuation
            settings.forwardsReasoning = job.request.forwardsReasoning
        } _: { pieces, target in
            await job.answer.put(pieces, from: target)
        }
    }

    /// How often settling is tried while the store is away.
    private static let settlingMax = 4

    private func settle(_ job: Job, _ reply: Reply) async -> ChatResult {
        let report = reply.report
        let charge =
            reply.age == nil
            ? job.prices.charge(for: report.contributions, inputEstimate: job.inputTokens)
            : job.prices.charge(forCached: report)
        guard let hold = job.hold else {
            return ChatResult(report: report, charge: charge, remaining: await balance(for: job), age: reply.age)
        }
        for attempt in 1...ChatDesk.settlingMax {
            do throws(CreditError) {
                guard var charge else {
                    try await credits.release(hold)
                    return ChatResult(report: report, charge: nil, remaining: nil, age: reply.age)
                }
                let answering = report.contributions.map(\.target.description).joined(separator: ", ")
                let settled = try await credits.settle(
                    hold,
                    to: charge.credits,
                    for: charge.source,
                    units: charge.units,
                    reason: "\(job.request.task.rawValue) answered by \(answering)\(reply.age == nil ? "" : ", before")"
                )
                // No more than was held.
                charge.credits = settled.charged
                return ChatResult(
                    report: report,
                    charge: charge,
                    remaining: settled.account.available,
                    age: reply.age
                )
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
        return ChatResult(report: report, charge: nil, remaining: nil, age: reply.age)
    }

    /// What is left after a call that has cost nothing; `nil` where nobody asks for it, or it cannot be looked at.
    private func balance(for job: Job) async -> Int64? {
        guard job.request.tellsBalance else { return nil }
        do throws(CreditError) {
            return try await credits.account(of: job.request.user).available
        } catch {
            logger.warning("an account cannot be looked at", metadata: ["error": "\(error)"])
            return nil
        }
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
