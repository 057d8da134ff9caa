import Bus
import HTTPClient
import TestKit
import Testing
import Threading

@testable import Market

/// What happens when nobody answers: a question is asked again for a while, and whoever goes on failing is left alone.
@Suite(.timeLimit(.minutes(1)))
struct RetryTests {
    /// Tells the index, or fails with what the test has prepared.
    private final class Teller: FearGreedProvider {
        let name: String
        private let state: Mutex<(failures: [ProviderError], asked: Int)>

        /// - Parameters:
        ///   - name: its name.
        ///   - failures: what its first answers are; afterwards it answers well.
        init(_ name: String, _ failures: [ProviderError]) {
            self.name = name
            state = Mutex((failures, 0))
        }

        var asked: Int { state.withLock { $0.asked } }

        func fearGreed(_ query: ListQuery) async throws(ProviderError) -> ProviderAnswer<FearGreedIndex> {
            let failure = state.withLock { state in
                state.asked += 1
                return state.failures.isEmpty ? nil : state.failures.removeFirst()
            }
            if let failure { throw failure }
            let reading = FearGreedReading(value: 47, classification: "Neutral", asOf: query.now)
            return ProviderAnswer(FearGreedIndex(readings: [reading], nextIn: nil, leftOut: 0))
        }
    }

    private let clock = ManualClock()

    private func source(_ tellers: [Teller], breakerFailures: Int = 5) -> MarketSource {
        var settings = MarketSource.Settings()
        settings.retriesMax = 3
        settings.breaker.failuresMax = breakerFailures
        settings.breaker.openFor = .seconds(60)
        settings.breaker.openForMax = .seconds(60)
        settings.breaker.jitter = 0
        let clock = clock
        return MarketSource(
            providers: tellers,
            settings: settings,
            stopwatch: Stopwatch(clock),
            now: { recordedAt.advanced(by: ManualClock.Instant.zero.duration(to: clock.now)) },
            seed: 1
        )
    }

    /// Lets the pause before so many retries pass.
    private func pass(_ retries: Int) async {
        for _ in 0..<retries {
            let end = clock.now.advanced(by: .seconds(2))
            while !clock.isAwaited(at: end) { await Task.yield() }
            clock.advance(to: end)
        }
    }

    private func failure(_ source: MarketSource) async -> NoSourceError? {
        do {
            _ = try await source.fearGreed(count: 1)
            return nil
        } catch {
            return error
        }
    }

    private static func many(_ code: ProviderError.Code, _ count: Int = 100) -> [ProviderError] {
        Array(repeating: ProviderError(code), count: count)
    }

    @Test func `what fails once is asked again two seconds later, and its answer is as good`() async throws {
        let teller = Teller("one", Self.many(.unreachable, 1))
        let chain = source([teller])
        async let pending = chain.fearGreed(count: 1)
        await pass(1)
        let answer = try await pending
        #expect(answer.source == "one" && !answer.isFallback && teller.asked == 2)
        #expect(clock.now == .zero.advanced(by: .seconds(2)))
    }

    @Test func `there are three retries, and then the reason, once for each`() async {
        let tellers = [Teller("one", Self.many(.unavailable)), Teller("two", Self.many(.unreachable))]
        let chain = source(tellers)
        async let pending = failure(chain)
        await pass(3)
        #expect(await pending?.description == "no provider answers (one unavailable, two unreachable)")
        #expect(tellers.map(\.asked) == [4, 4])
    }

    @Test func `whoever fails in a way that does not pass is not asked again`() async throws {
        for code in [ProviderError.Code.refused, .malformed, .rateLimited, .outdated, .rejected] {
            let teller = Teller("one", Self.many(code))
            #expect(await failure(source([teller]))?.attempts.map(\.error.code) == [code])
            #expect(teller.asked == 1)
        }
        let (first, second) = (Teller("one", Self.many(.refused)), Teller("two", Self.many(.timedOut, 1)))
        let chain = source([first, second])
        async let pending = chain.fearGreed(count: 1)
        await pass(1)
        let answer = try await pending
        #expect(answer.source == "two" && answer.passedOver.map(\.provider) == ["one"])
        #expect(first.asked == 1 && second.asked == 2)
    }

    @Test func `another provider is asked at once, without waiting for the first to recover`() async throws {
        let (first, second) = (Teller("one", Self.many(.unreachable)), Teller("two", []))
        #expect(try await source([first, second]).fearGreed(count: 1).source == "two")
        #expect(first.asked == 1 && clock.now == .zero)
    }

    @Test func `after five failures in a row nobody asks for a minute, then one question tries`() async throws {
        let teller = Teller("one", Self.many(.unavailable, 6))
        let chain = source([teller])
        async let first = failure(chain)
        await pass(3)
        _ = await first
        // The fifth failure opens the circuit, so that there is no sixth question.
        #expect(await failure(chain)?.attempts.map(\.wasAsked) == [true])
        #expect(teller.asked == 5)
        clock.advance(by: .milliseconds(59_999))
        #expect(await failure(chain)?.attempts.map(\.wasAsked) == [false])
        #expect(teller.asked == 5)
        clock.advance(by: .milliseconds(1))
        // It fails, and is left alone for just as long.
        #expect(await failure(chain)?.attempts.map(\.wasAsked) == [true])
        #expect(teller.asked == 6)
        clock.advance(by: .seconds(59))
        #expect(await failure(chain)?.attempts.map(\.wasAsked) == [false])
        clock.advance(by: .seconds(1))
        #expect(try await chain.fearGreed(count: 1).source == "one")
        #expect(teller.asked == 7)
    }

    @Test func `retries end with the deadline, and with whoever gives the question up`() async throws {
        let slow = Teller("one", Self.many(.unreachable))
        let chain = source([slow], breakerFailures: 100)
        await withTaskGroup(of: NoSourceError?.self) { group in
            // The question, until the test has enough of it.
            group.addTask { await failure(chain) }
            await pass(1)
            while slow.asked < 2 { await Task.yield() }
            group.cancelAll()
            #expect(await group.next()??.wasCancelled == true)
        }
        #expect(slow.asked == 2)
        while clock.sleeperCount > 0 { await Task.yield() }
        // Eight seconds pass before the question is over: there is no time for another pause.
        async let late = failure(chain)
        let end = clock.now.advanced(by: .seconds(2))
        while !clock.isAwaited(at: end) { await Task.yield() }
        clock.advance(by: .seconds(8))
        #expect(await late?.attempts.count == 1)
        #expect(slow.asked == 4)
    }

    @Test func `prices that are asked for every few seconds anyway are not asked for again`() async {
        let exchange = ScriptedProvider.bad("one", ProviderError(.unreachable))
        var settings = MarketSource.Settings()
        settings.retriesMax = 3
        let chain = MarketSource(providers: [exchange], settings: settings, stopwatch: Stopwatch(clock), seed: 1)
        await #expect(throws: NoSourceError.self) { try await chain.quotes(of: pairs("BTC-USD")) }
        #expect(exchange.asked == 1)
    }
}
