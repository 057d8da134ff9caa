package import Bus
import HTTPClient
package import Sentiment
import Threading

/// Asks one classifier after the other until somebody has answered; the last is part of the program, and always does.
///
/// Those before it share the time there is. One that fails three times in a row is left alone for a while.
package final class SentimentChain: Sendable {
    /// One of those that are asked before the last.
    package enum Link: Sendable {
        case classifier(any SentimentClassifier)
        /// It cannot be asked as things are set up: which one, and why.
        case unavailable(method: String, reason: String)

        var method: String {
            switch self {
            case .classifier(let classifier): classifier.method
            case .unavailable(let method, _): method
            }
        }
    }

    /// One that was to be asked first and gave nothing.
    package struct PassedOver: Hashable, Sendable {
        package let method: String
        /// Safe to show.
        package let reason: String

        package init(method: String, reason: String) {
            self.method = method
            self.reason = reason
        }
    }

    package struct Answer: Hashable, Sendable {
        /// One for each text.
        package let answers: [SentimentAnswer]
        package let passedOver: [PassedOver]
    }

    private let links: [Link]
    private let last: any SentimentClassifier
    private let limit: Duration
    private let stopwatch: Stopwatch
    private let breakers: Mutex<[String: CircuitBreaker]>

    /// - Parameters:
    ///   - links: in the order in which they are asked; no method twice.
    ///   - last: answers when none of them does; it must not wait for anything.
    ///   - limit: how long all links together may take.
    ///   - stopwatch: measures that.
    package init(
        _ links: [Link],
        last: any SentimentClassifier,
        limit: Duration,
        stopwatch: Stopwatch = Stopwatch(ContinuousClock())
    ) {
        self.links = links
        self.last = last
        self.limit = limit
        self.stopwatch = stopwatch
        breakers = Mutex([:])
    }

    /// Who is asked, in order.
    package var methods: [String] { links.map(\.method) + [last.method] }

    /// Why those that cannot be asked cannot be.
    package var unavailable: [PassedOver] {
        links.compactMap { link in
            if case .unavailable(let method, let reason) = link {
                PassedOver(method: method, reason: reason)
            } else {
                nil
            }
        }
    }

    /// Classifies some texts.
    ///
    /// - Parameter texts: as many as `SentimentLimits` allows.
    /// - Returns: the answers, and who gave none.
    /// - Throws: `SentimentError` with `.tooMuch`.
    package func classify(_ texts: [String]) async throws(SentimentError) -> Answer {
        try SentimentLimits.check(texts)
        let end = stopwatch.elapsed + limit
        var passedOver: [PassedOver] = []
        for (index, link) in links.enumerated() {
            switch link {
            case .unavailable(let method, let reason): passedOver.append(PassedOver(method: method, reason: reason))
            case .classifier(let classifier):
                let share = (end - stopwatch.elapsed) / (links.count - index)
                guard share > .zero else {
                    passedOver.append(PassedOver(method: classifier.method, reason: "no time was left for it"))
                    continue
                }
                do throws(SentimentError) {
                    let answers = try await ask(classifier, texts, within: share)
                    return Answer(answers: answers, passedOver: passedOver)
                } catch {
                    passedOver.append(PassedOver(method: classifier.method, reason: error.message))
                }
            }
        }
        return Answer(answers: try await last.classify(texts), passedOver: passedOver)
    }

    private func ask(
        _ classifier: any SentimentClassifier,
        _ texts: [String],
        within limit: Duration
    ) async throws(SentimentError) -> [SentimentAnswer] {
        let method = classifier.method
        let now = stopwatch.elapsed
        guard
            breakers.withLock({ $0[method, default: CircuitBreaker(policy: SentimentChain.policy)].admit(at: now) })
                == .ask
        else { throw SentimentError(.unavailable, "\(method): left alone after failures") }
        let result = await race(classifier, texts, within: limit)
        breakers.withLock { breakers in
            var random = SystemRandomNumberGenerator()
            let moment = stopwatch.elapsed
            switch result {
            case .success: breakers[method]?.recordSuccess()
            // It was the question's fault, or ours for asking no more.
            case .failure(let error) where error.code == .tooMuch || Task.isCancelled:
                breakers[method]?.recordNothing(at: moment)
            case .failure:
                breakers[method]?.recordFailure(at: moment, retryAfter: nil, atOnce: false, using: &random)
            }
        }
        return try result.get()
    }

    private func race(
        _ classifier: any SentimentClassifier,
        _ texts: [String],
        within limit: Duration
    ) async -> Result<[SentimentAnswer], SentimentError> {
        let end = stopwatch.elapsed + limit
        return await withTaskGroup(of: Result<[SentimentAnswer], SentimentError>.self) { group in
            // The question.
            group.addTask {
                do throws(SentimentError) {
                    let answers = try await classifier.classify(texts)
                    guard answers.count == texts.count else {
                        throw SentimentError(.unavailable, "\(classifier.method): other answers than texts")
                    }
                    return .success(answers)
                } catch {
                    return .failure(error)
                }
            }
            // Its time.
            group.addTask { [stopwatch] in
                // A cancelled wait is over as well.
                try? await stopwatch.sleep(until: end)
                return .failure(SentimentError(.unavailable, "\(classifier.method): no answer in time"))
            }
            let first = await group.next()
            group.cancelAll()
            return first ?? .failure(SentimentError(.unavailable, "\(classifier.method): not asked"))
        }
    }

    private static var policy: CircuitBreaker.Policy {
        var policy = CircuitBreaker.Policy()
        policy.failuresMax = 3
        policy.openFor = .seconds(30)
        policy.openForMax = .seconds(300)
        return policy
    }
}
