import Bus
import Domain
import HTTPClient
import TestKit
import Testing
import Threading

@testable import Market

/// A provider that does what the test says.
final class ScriptedProvider: MarketProvider {
    let name: String
    let allowance: WeightAllowance?
    let obstacle: String?
    let quoteAgeMax: Duration?
    private let state = Mutex((asked: 0, limits: [Duration]()))
    private let answer: @Sendable (QuoteQuery) async throws(ProviderError) -> ProviderAnswer<[Quote]>

    init(
        _ name: String,
        allowance: WeightAllowance? = nil,
        obstacle: String? = nil,
        quoteAgeMax: Duration? = nil,
        _ answer: @escaping @Sendable (QuoteQuery) async throws(ProviderError) -> ProviderAnswer<[Quote]>
    ) {
        self.name = name
        self.allowance = allowance
        self.obstacle = obstacle
        self.quoteAgeMax = quoteAgeMax
        self.answer = answer
    }

    var asked: Int { state.withLock { $0.asked } }
    var limits: [Duration] { state.withLock { $0.limits } }

    func quotes(_ query: QuoteQuery) async throws(ProviderError) -> ProviderAnswer<[Quote]> {
        state.withLock {
            $0.asked += 1
            $0.limits.append(query.limit)
        }
        return try await answer(query)
    }

    func candles(_ query: CandleQuery) async throws(ProviderError) -> ProviderAnswer<CandleSeries> {
        throw ProviderError(.unknownMarket)
    }

    static func good(_ name: String, usedWeight: Int? = nil, allowance: WeightAllowance? = nil) -> ScriptedProvider {
        ScriptedProvider(name, allowance: allowance) { query throws(ProviderError) in
            ProviderAnswer(quotes(for: query, asOf: query.now), usedWeight: usedWeight)
        }
    }

    static func bad(_ name: String, _ error: ProviderError) -> ScriptedProvider {
        ScriptedProvider(name) { _ throws(ProviderError) in throw error }
    }

    static func quotes(for query: QuoteQuery, asOf: Timestamp) -> [Quote] {
        query.pairs.map { Quote(pair: $0, symbol: $0.text, price: Price(ExactDecimal(100)), asOf: asOf) }
    }
}

struct MarketSourceTests {
    private let clock = ManualClock()
    private let bitcoin = pairs("BTC-USD")

    private func source(
        _ providers: [ScriptedProvider],
        pool: Pool? = nil,
        _ change: (inout MarketSource.Settings) -> Void = { _ in }
    ) -> MarketSource {
        var settings = MarketSource.Settings()
        settings.breaker.jitter = 0
        change(&settings)
        let clock = clock
        return MarketSource(
            providers: providers,
            pools: pool.map { [$0] },
            settings: settings,
            stopwatch: Stopwatch(clock),
            now: { recordedAt.advanced(by: ManualClock.Instant.zero.duration(to: clock.now)) },
            seed: 1
        )
    }

    private func pool(_ strategy: PoolStrategy, _ members: [PoolMember]) -> Pool {
        Pool(id: "exchange", name: "exchange", category: .exchange, strategy: strategy, members: members)
    }

    private func noSource(_ source: MarketSource) async -> NoSourceError? {
        do {
            _ = try await source.quotes(of: bitcoin)
            return nil
        } catch {
            return error
        }
    }

    @Test func `the first provider that answers is the source`() async throws {
        let (first, second) = (ScriptedProvider.good("first"), ScriptedProvider.good("second"))
        let answer = try await source([first, second]).quotes(of: bitcoin)
        #expect(answer.source == "first")
        #expect(!answer.isFallback)
        #expect(second.asked == 0)
    }

    @Test func `a fallback shows in the answer, with the reason`() async throws {
        let first = ScriptedProvider.bad("first", ProviderError(.unreachable))
        let answer = try await source([first, .good("second")]).quotes(of: bitcoin)
        #expect(answer.source == "second")
        #expect(answer.passedOver == [Attempt(provider: "first", error: ProviderError(.unreachable), wasAsked: true)])
    }

    @Test func `a provider that keeps failing is not asked any more, then tried once`() async throws {
        let first = ScriptedProvider.bad("first", ProviderError(.unavailable))
        let chain = source([first, .good("second")])
        for _ in 0..<5 { _ = try await chain.quotes(of: bitcoin) }
        #expect(first.asked == 3)
        clock.advance(by: .seconds(5))
        for _ in 0..<3 { _ = try await chain.quotes(of: bitcoin) }
        #expect(first.asked == 4)
    }

    @Test func `whoever asks to be left alone is skipped, and nobody waits for that`() async throws {
        let first = ScriptedProvider.bad("first", ProviderError(.rateLimited, retryAfter: .seconds(90)))
        let chain = source([first, .good("second")])
        _ = try await chain.quotes(of: bitcoin)
        clock.advance(by: .seconds(89))
        let answer = try await chain.quotes(of: bitcoin)
        #expect(answer.passedOver.first?.wasAsked == false)
        #expect(first.asked == 1)
        clock.advance(by: .seconds(1))
        _ = try await chain.quotes(of: bitcoin)
        #expect(first.asked == 2)
        #expect(clock.sleeperCount == 0)
    }

    @Test func `a question that nobody knows the market of is no reason to leave a provider`() async throws {
        let first = ScriptedProvider.bad("first", ProviderError(.unknownMarket))
        let chain = source([first, .good("second")])
        for _ in 0..<6 { _ = try await chain.quotes(of: bitcoin) }
        #expect(first.asked == 6)
    }

    private func hanging(_ name: String) -> ScriptedProvider {
        let clock = clock
        return ScriptedProvider(name) { _ throws(ProviderError) in
            do {
                try await clock.sleep(for: .seconds(3600))
            } catch {
                throw ProviderError(.cancelled)
            }
            throw ProviderError(.malformed)
        }
    }

    @Test func `beside a provider that hangs the next one is asked, in less than a second`() async throws {
        let first = hanging("first")
        let chain = source([first, .good("second")])
        async let pending = chain.quotes(of: bitcoin)
        // The hanging question, its limit, and the patience with it.
        await clock.waitForSleepers(3)
        clock.advance(by: .milliseconds(900))
        let answer = try await pending
        #expect(answer.source == "second")
        #expect(answer.passedOver == [Attempt(provider: "first", error: .overtaken, wasAsked: true)])
        #expect(chain.standings.map(\.failed) == [1, 0])
    }

    @Test func `who was asked a moment before another has answered is not blamed`() async throws {
        let clock = clock
        let first = ScriptedProvider("first") { query throws(ProviderError) in
            do { try await clock.sleep(for: .seconds(1)) } catch { throw ProviderError(.cancelled) }
            return ProviderAnswer(ScriptedProvider.quotes(for: query, asOf: query.now))
        }
        let chain = source([first, hanging("second"), hanging("third")])
        async let pending = chain.quotes(of: bitcoin)
        await clock.waitForSleepers(3)
        clock.advance(by: .milliseconds(900))
        // The second question with its limit and patience, beside the first one and its limit.
        await clock.waitForSleepers(5)
        clock.advance(by: .milliseconds(100))
        let answer = try await pending
        #expect(answer.source == "first" && answer.passedOver.isEmpty)
        #expect(chain.standings.map(\.failed) == [0, 0, 0] && chain.standings.map(\.asked) == [1, 1, 0])
    }

    @Test func `who is overtaken again and again is left alone`() async throws {
        let first = hanging("first")
        let chain = source([first, .good("second")])
        for _ in 0..<3 {
            async let pending = chain.quotes(of: bitcoin)
            await clock.waitForSleepers(3)
            clock.advance(by: .milliseconds(900))
            _ = try await pending
            while clock.sleeperCount > 0 { await Task.yield() }
        }
        #expect(try await chain.quotes(of: bitcoin).passedOver.map(\.wasAsked) == [false])
        #expect(first.asked == 3)
    }

    @Test func `who is alone may take its whole limit, and the chain has one deadline`() async throws {
        let alone = source([hanging("alone")])
        async let pending = noSource(alone)
        await clock.waitForSleepers(2)
        clock.advance(by: .seconds(4))
        #expect(await pending?.attempts.map(\.error.code) == [.timedOut])
        while clock.sleeperCount > 0 { await Task.yield() }

        let begin = clock.now
        let providers = (0..<3).map { hanging("hanging\($0)") }
        let chain = source(providers) { $0.deadline = .seconds(3) }
        async let all = noSource(chain)
        await clock.waitForSleepers(3)
        clock.advance(by: .milliseconds(900))
        await clock.waitForSleepers(5)
        clock.advance(by: .milliseconds(900))
        await clock.waitForSleepers(6)
        clock.advance(by: .milliseconds(1200))
        let error = await all
        #expect(Set(error?.attempts.map(\.provider) ?? []) == ["hanging0", "hanging1", "hanging2"])
        #expect(providers.map(\.limits.first) == [.seconds(3), .milliseconds(2100), .milliseconds(1200)])
        #expect(begin.duration(to: clock.now) == .seconds(3))
    }

    @Test func `when nobody answers the error names everybody and says when to ask again`() async throws {
        let chain = source([
            .bad("first", ProviderError(.banned, retryAfter: .seconds(120))),
            .bad("second", ProviderError(.rateLimited, retryAfter: .seconds(30))),
        ])
        let first = await noSource(chain)
        #expect(first?.description == "no provider answers (first banned, second rate limited)")
        #expect(first?.retryAfter == nil)
        let second = await noSource(chain)
        #expect(second?.retryAfter == .seconds(30))
        #expect(second?.attempts.map(\.wasAsked) == [false, false])
    }

    @Test(arguments: [-61, 31])
    func `an old price is no price, nor is one from the future`(ageSeconds: Int) async throws {
        let first = ScriptedProvider("first") { query throws(ProviderError) in
            ProviderAnswer(ScriptedProvider.quotes(for: query, asOf: query.now.advanced(by: .seconds(ageSeconds))))
        }
        let answer = try await source([first, .good("second")]).quotes(of: bitcoin)
        #expect(answer.source == "second")
        #expect(answer.passedOver.first?.error.code == .outdated)
    }

    @Test func `the budget holds a provider back before it is used up`() async throws {
        let first = ScriptedProvider.good(
            "first",
            usedWeight: 80,
            allowance: WeightAllowance(limit: 100, windowSeconds: 60)
        )
        let chain = source([first, .good("second")])
        _ = try await chain.quotes(of: bitcoin)
        let answer = try await chain.quotes(of: bitcoin)
        #expect(answer.source == "second")
        #expect(answer.passedOver == [Attempt(provider: "first", error: ProviderError(.overBudget), wasAsked: false)])
        // The next window begins on the minute.
        clock.advance(by: .seconds(60))
        #expect(try await chain.quotes(of: bitcoin).source == "first")
    }

    @Test func `a chain in another's place keeps to what was asked of it, but forgives failures`() async throws {
        let banned = ScriptedProvider.bad("banned", ProviderError(.banned, retryAfter: .seconds(90)))
        let broken = ScriptedProvider.bad("broken", ProviderError(.unreachable))
        let old = source([banned, broken])
        for _ in 0..<4 { _ = await noSource(old) }
        let next = [ScriptedProvider.good("banned"), .good("broken")]
        let clock = clock
        let chain = MarketSource(
            providers: next,
            now: { recordedAt.advanced(by: ManualClock.Instant.zero.duration(to: clock.now)) },
            seed: 1,
            inheriting: old
        )
        #expect(try await chain.quotes(of: bitcoin).source == "broken")
        #expect(next.map(\.asked) == [0, 1])
        clock.advance(by: .seconds(90))
        #expect(try await chain.quotes(of: bitcoin).source == "banned")
    }

    @Test func `standings count what happened`() async throws {
        let chain = source([.bad("first", ProviderError(.malformed)), .good("second")])
        for _ in 0..<4 { _ = try await chain.quotes(of: bitcoin) }
        let standings = chain.standings
        #expect(standings.map(\.asked) == [3, 4])
        #expect(standings.map(\.failed) == [3, 0])
        #expect(standings.map(\.skipped) == [1, 0])
        #expect(standings.map(\.answered) == [0, 4])
        #expect(standings.first?.lastError?.code == .malformed)
    }

    @Test func `the members of a pool take turns as its strategy says`() async throws {
        func sources(
            _ count: Int,
            _ strategy: PoolStrategy,
            _ figures: [String: (priority: Int, weight: Int)] = [:]
        ) async throws -> [String] {
            let members = ["a", "b", "c"].map { name in
                figures[name].map { PoolMember(name, priority: $0.priority, weight: $0.weight) } ?? PoolMember(name)
            }
            let chain = source([.good("a"), .good("b"), .good("c")], pool: pool(strategy, members))
            var names: [String] = []
            for _ in 0..<count { names.append(try await chain.quotes(of: bitcoin).source) }
            return names
        }
        #expect(try await sources(2, .priority, ["c": (1, 1)]) == ["c", "c"])
        #expect(try await sources(4, .roundRobin) == ["a", "b", "c", "a"])
        #expect(try await sources(6, .leastUsed) == ["a", "b", "c", "a", "b", "c"])
        let drawn = try await sources(400, .weighted, ["a": (5, 80), "b": (5, 15), "c": (5, 5)])
        let counts = ["a", "b", "c"].map { name in drawn.count { $0 == name } }
        #expect((280...350).contains(counts[0]) && (35...90).contains(counts[1]) && (5...40).contains(counts[2]))
    }

    @Test func `the fastest is asked first, once all are known`() async throws {
        let clock = clock
        func taking(_ name: String, _ milliseconds: Int) -> ScriptedProvider {
            ScriptedProvider(name) { query throws(ProviderError) in
                clock.advance(by: .milliseconds(milliseconds))
                return ProviderAnswer(ScriptedProvider.quotes(for: query, asOf: query.now))
            }
        }
        let chain = source(
            [taking("slow", 300), taking("quick", 20), taking("middling", 100)],
            pool: pool(.fastestResponse, ["slow", "quick", "middling"].map { PoolMember($0) })
        )
        var names: [String] = []
        for _ in 0..<5 { names.append(try await chain.quotes(of: bitcoin).source) }
        #expect(names == ["slow", "quick", "middling", "quick", "quick"])
    }

    @Test func `a provider's status says how it is doing`() async throws {
        let chain = source([
            .bad("failing", ProviderError(.unavailable)),
            .bad("full", ProviderError(.rateLimited, retryAfter: .seconds(60))), .good("good"),
        ])
        #expect(chain.standings.map { $0.status(at: recordedAt) } == [.online, .online, .online])
        _ = try await chain.quotes(of: bitcoin)
        #expect(chain.standings.map { $0.status(at: recordedAt) } == [.degraded, .rateLimited, .online])
        for _ in 0..<3 { _ = try await chain.quotes(of: bitcoin) }
        #expect(chain.standings.map { $0.status(at: recordedAt) } == [.offline, .rateLimited, .online])
        #expect(chain.standings.map(\.successShare) == [0, 0, 1])
        let spent = source([.good("spent", usedWeight: 80, allowance: WeightAllowance(limit: 100, windowSeconds: 60))])
        _ = try await spent.quotes(of: bitcoin)
        #expect(spent.standings.map { $0.status(at: recordedAt) } == [.rateLimited])
    }

    @Test func `a price may be as old as its provider says, and no older`() async throws {
        let patient = ScriptedProvider("patient", quoteAgeMax: .seconds(180)) { query throws(ProviderError) in
            ProviderAnswer(ScriptedProvider.quotes(for: query, asOf: query.now.advanced(by: .seconds(-170))))
        }
        #expect(try await source([patient]).quotes(of: bitcoin).source == "patient")
        let late = ScriptedProvider("late", quoteAgeMax: .seconds(180)) { query throws(ProviderError) in
            ProviderAnswer(ScriptedProvider.quotes(for: query, asOf: query.now.advanced(by: .seconds(-181))))
        }
        #expect(await noSource(source([late]))?.attempts.map(\.error.code) == [.outdated])
    }
}
