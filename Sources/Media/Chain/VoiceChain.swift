package import Bus
import Threading

/// The voices of the station: one engine is asked after the other until a sentence has been said.
///
/// What has been said before comes from the cache. An engine that fails several times in a row is left alone for a
/// while.
package final class VoiceChain: Sendable {
    /// An engine that was to be asked first and said nothing.
    package struct PassedOver: Hashable, Sendable {
        package let engine: String
        /// Safe to show.
        package let reason: String

        package init(engine: String, reason: String) {
            self.engine = engine
            self.reason = reason
        }
    }

    /// A sentence that has been said.
    package struct Answer: Hashable, Sendable {
        package let audio: SpokenAudio
        package let isCached: Bool
        package let passedOver: [PassedOver]
    }

    /// How an engine is doing.
    package struct Standing: Hashable, Sendable {
        package let engine: String
        package let availability: SpeechAvailability
        package let answered: Int
        package let failed: Int
        package let lastFailure: String?
        /// Whether it is not asked for a while, after failures.
        package let isLeftAlone: Bool
    }

    private let engines: [any SpeechEngine]
    private let orders: [String: [String]]
    private let cache: SpeechCache?
    private let stopwatch: Stopwatch
    private let links: Mutex<ChainLinks>

    /// - Parameters:
    ///   - engines: in the order in which they are asked; no name twice.
    ///   - orders: other orders by the first part of a language's tag, as names; engines that are not named are not asked.
    ///   - cache: where speech is kept; `nil` for nowhere.
    ///   - stopwatch: measures how long an engine is left alone.
    package init(
        _ engines: [any SpeechEngine],
        orders: [String: [String]] = [:],
        cache: SpeechCache? = nil,
        stopwatch: Stopwatch = Stopwatch(ContinuousClock())
    ) {
        precondition(Set(engines.map(\.name)).count == engines.count, "two engines of one name")
        self.engines = engines
        self.orders = orders
        self.cache = cache
        self.stopwatch = stopwatch
        links = Mutex(ChainLinks(engines.map(\.name)))
    }

    /// Who is asked for a language, in order.
    package func engines(for language: String) -> [any SpeechEngine] {
        let key = language.split(separator: "-").first?.lowercased() ?? ""
        guard let order = orders[key] else { return engines.filter { $0.speaks(language) } }
        return order.compactMap { name in engines.first { $0.name == name && $0.speaks(language) } }
    }

    /// How each engine is doing.
    package func standings() async -> [Standing] {
        var standings: [Standing] = []
        for engine in engines {
            let availability = await engine.availability()
            let now = stopwatch.elapsed
            let link = links.withLock { $0.standing(engine.name, at: now) }
            standings.append(
                Standing(
                    engine: engine.name,
                    availability: availability,
                    answered: link.answered,
                    failed: link.failed,
                    lastFailure: link.lastFailure,
                    isLeftAlone: link.isLeftAlone
                )
            )
        }
        return standings
    }

    /// Whether anybody can speak at all; if not, the station is silent and must say so.
    package func isOff() async -> Bool {
        for engine in engines where await engine.availability() == .available { return false }
        return true
    }

    /// Says one sentence.
    ///
    /// - Parameter request: what, and how.
    /// - Returns: the speech, and who did not give it.
    /// - Throws: `SpeechError`: that of the last engine, with the names of those that were passed over.
    package func say(_ request: SpeechRequest) async throws(SpeechError) -> Answer {
        let made = try await make(request)
        await keep(made)
        return made.answer
    }

    /// A sentence that has been said, and what the cache is to call it; `nil` when that has it.
    struct Made: Sendable {
        let answer: Answer
        let key: String?
    }

    /// Says one sentence, which its taker then hands to `keep`.
    func make(_ request: SpeechRequest) async throws(SpeechError) -> Made {
        var passedOver: [PassedOver] = []
        var last = SpeechError(.unavailable, "voice: no engine speaks \(request.language)")
        for engine in engines(for: request.language) {
            let key = SpeechCache.key(engine, request)
            if let audio = await cache?.entry(key) {
                return Made(answer: Answer(audio: audio, isCached: true, passedOver: passedOver), key: nil)
            }
            do throws(SpeechError) {
                let audio = try await ask(engine, request)
                return Made(answer: Answer(audio: audio, isCached: false, passedOver: passedOver), key: key)
            } catch {
                guard error.mayGoElsewhere else { throw error }
                passedOver.append(PassedOver(engine: engine.name, reason: error.message))
                last = error
            }
        }
        guard passedOver.count > 1 else { throw last }
        let reasons = passedOver.map(\.reason).joined(separator: "; ")
        throw SpeechError(last.code, "voice: nobody speaks: \(reasons)", retryAfter: last.retryAfter)
    }

    private func ask(_ engine: any SpeechEngine, _ request: SpeechRequest) async throws(SpeechError) -> SpokenAudio {
        if case .unavailable(let reason) = await engine.availability() { throw SpeechError(.unavailable, reason) }
        let began = stopwatch.elapsed
        guard links.withLock({ $0.mayAsk(engine.name, at: began) }) else {
            throw SpeechError(.failed, "\(engine.name): left alone after failures")
        }
        do throws(SpeechError) {
            let audio = try await engine.synthesise(request)
            links.withLock { $0.answered(engine.name) }
            return audio
        } catch {
            let now = stopwatch.elapsed
            links.withLock { links in
                var random = SystemRandomNumberGenerator()
                links.failed(engine.name, error, at: now, using: &random)
            }
            throw error
        }
    }

    /// A cache that cannot be written costs time, and no speech.
    func keep(_ made: Made) async {
        guard let cache, let key = made.key else { return }
        do throws(SpeechError) {
            try await cache.keep(made.answer.audio, as: key)
        } catch {
            cacheFailures.withLock { $0 = Failures(count: $0.count + 1, last: error.message) }
        }
    }

    /// What the cache could not keep.
    package struct Failures: Hashable, Sendable {
        package var count = 0
        package var last: String?
    }

    private let cacheFailures = Mutex(Failures())

    /// How often speech could not be kept, and why the last time.
    package var unkept: Failures { cacheFailures.withLock { $0 } }
}
