import Bus
import Market
import TestKit
import Testing
import Threading

private final class Count: Sendable {
    let value = Mutex(0)
}

struct KeptAnswersTests {
    private let clock = ManualClock()
    private let asOf = Timestamp(seconds: 1_700_000_000)

    private func answers(_ change: (inout KeptAnswers<String, Int>.Settings) -> Void = { _ in }) -> KeptAnswers<
        String, Int
    > {
        var settings = KeptAnswers<String, Int>.Settings(lifetime: .seconds(300))
        change(&settings)
        return KeptAnswers(stopwatch: Stopwatch(clock)) { [settings] in settings }
    }

    private func told(_ value: Int) -> KeptAnswers<String, Int>.Answer {
        Sourced((value: value, asOf: asOf), source: "first")
    }

    private let outage = NoSourceError(
        attempts: [Attempt(provider: "first", error: ProviderError(.unreachable), wasAsked: true)],
        retryAfter: nil,
        wasCancelled: false
    )

    @Test func `within its lifetime an answer is given again, with its age`() async throws {
        let answers = answers()
        let first = try await answers.answer(to: "a") { () throws(NoSourceError) in told(1) }
        #expect(first.value == 1 && !first.isCached && !first.isStale && first.asOf == asOf && first.source == "first")
        clock.advance(by: .seconds(299))
        let again = try await answers.answer(to: "a") { () throws(NoSourceError) in throw outage }
        #expect(again.value == 1 && again.isCached && !again.isStale && again.age == .seconds(299))
        #expect(try await answers.answer(to: "b") { () throws(NoSourceError) in told(2) }.value == 2)
        clock.advance(by: .seconds(1))
        #expect(try await answers.answer(to: "a") { () throws(NoSourceError) in told(3) }.value == 3)
    }

    @Test func `when nobody answers the last value is served stale for an hour, then the reasons`() async throws {
        let answers = answers()
        _ = try await answers.answer(to: "a") { () throws(NoSourceError) in told(1) }
        clock.advance(by: .seconds(3600))
        let stale = try await answers.answer(to: "a") { () throws(NoSourceError) in throw outage }
        #expect(stale.value == 1 && stale.isStale && stale.isCached && stale.age == .seconds(3600))
        #expect(stale.passedOver == outage.attempts)
        clock.advance(by: .seconds(6))
        let error = await #expect(throws: NoSourceError.self) {
            try await answers.answer(to: "a") { () throws(NoSourceError) in throw outage }
        }
        #expect(error?.attempts == outage.attempts)
    }

    @Test func `an outage is remembered for a moment, and is no reason to ask more`() async throws {
        let answers = answers()
        let asked = Count()
        func ask() async -> Bool {
            do {
                _ = try await answers.answer(to: "a") { () throws(NoSourceError) in
                    asked.value.withLock { $0 += 1 }
                    throw outage
                }
                return true
            } catch {
                return false
            }
        }
        for _ in 0..<10 { #expect(await !ask()) }
        #expect(asked.value.withLock { $0 } == 1)
        clock.advance(by: .seconds(5))
        #expect(await !ask())
        #expect(asked.value.withLock { $0 } == 2)
    }

    @Test func `of many who ask at once one asks a provider`() async throws {
        let answers = answers()
        let asked = Count()
        let (clock, answer) = (clock, told(1))
        let values = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<50 {
                // All at once.
                group.addTask {
                    try await answers.answer(to: "a") { () throws(NoSourceError) in
                        asked.value.withLock { $0 += 1 }
                        try? await clock.sleep(for: .seconds(1))
                        return answer
                    }.value
                }
            }
            await clock.waitForSleepers(1)
            clock.advance(by: .seconds(1))
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(values == [Int](repeating: 1, count: 50))
        #expect(asked.value.withLock { $0 } == 1)
    }

    @Test func `a question that is given up is asked by the next one who waits`() async throws {
        let answers = answers()
        let clock = clock
        let cancelled = NoSourceError(attempts: [], retryAfter: nil, wasCancelled: true)
        let first = Task {
            try await answers.answer(to: "a") { () throws(NoSourceError) in
                do { try await clock.sleep(for: .seconds(100)) } catch { throw cancelled }
                return told(1)
            }.value
        }
        await clock.waitForSleepers(1)
        let second = Task { try await answers.answer(to: "a") { () throws(NoSourceError) in told(2) }.value }
        first.cancel()
        await #expect(throws: NoSourceError.self) { try await first.value }
        #expect(try await second.value == 2)
    }

    @Test func `no more are kept than were asked for`() async throws {
        let answers = answers { $0.countMax = 8 }
        for number in 0..<20 {
            clock.advance(by: .milliseconds(1))
            _ = try await answers.answer(to: "\(number)") { () throws(NoSourceError) in told(number) }
        }
        #expect(try await answers.answer(to: "19") { () throws(NoSourceError) in throw outage }.isCached)
        await #expect(throws: NoSourceError.self) {
            try await answers.answer(to: "5") { () throws(NoSourceError) in throw outage }
        }
    }
}
