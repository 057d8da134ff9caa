import Bus
import Store
import TestKit
import Testing

@testable import API

/// What limits have to do on every engine.
struct LimitCheck: Sendable, CustomTestStringConvertible {
    let name: String
    let run: @Sendable (LimitBench) async throws -> Void
    var testDescription: String { name }

    static let all = rates + crashes + outages + slots

    private static func rule(_ count: Int, _ seconds: Int = 60, _ name: String = "rule") -> LimitRule {
        LimitRule(name, count: count, window: .seconds(seconds))
    }

    private static func subject(_ number: Int = 1) -> LimitSubject { .user(UUIDv7(high: 7, low: UInt64(number))) }

    // MARK: Rates

    static let rates = [
        LimitCheck(name: "exactly as many as allowed of five times as many at once") { bench in
            let limiter = bench.limiter()
            try await running(limiter) {
                for count in [1, 2, 10, 30, 129, 300, 1000] {
                    let verdicts = await storm(count * 5) { _ in
                        await limiter.admit(subject(count), [rule(count), rule(count * 2, 3600, "hour")])
                    }
                    #expect(verdicts.admitted == count)
                    #expect(Set(verdicts.filter(\.isAdmitted).map(\.remaining)) == Set(0..<count))
                    #expect(verdicts.allSatisfy { !$0.isLocal && $0.limit == count })
                    #expect(verdicts.allSatisfy { $0.isAdmitted || (60...61).contains($0.retryAfterSeconds ?? 0) })
                }
            }
        },
        LimitCheck(name: "what one rule refuses no other counts") { bench in
            let limiter = bench.limiter()
            try await running(limiter) {
                let rules = [rule(3), rule(5, 3600, "hour")]
                #expect(await storm(20) { _ in await limiter.admit(subject(), rules) }.admitted == 3)
                try await bench.move(by: .seconds(61))
                let second = await storm(20) { _ in await limiter.admit(subject(), rules) }
                #expect(second.admitted == 2)
                #expect(second.allSatisfy { $0.isAdmitted || $0.rule == "hour" })
            }
        },
        LimitCheck(name: "asked again when it said, it admits, and not a moment earlier") { bench in
            let limiter = bench.limiter()
            try await running(limiter) {
                for count in [1, 7, 400] {
                    let rules = [rule(count)]
                    #expect(await storm(count) { _ in await limiter.admit(subject(count), rules) }.admitted == count)
                    let refusal = await limiter.admit(subject(count), rules)
                    let wait = try #require(refusal.retryAfterSeconds)
                    #expect((60...61).contains(wait) && refusal.resetSeconds == wait)
                    try await bench.move(by: .milliseconds(59_700))
                    #expect(await !limiter.admit(subject(count), rules).isAdmitted)
                    try await bench.move(by: .seconds(wait) - .milliseconds(59_700))
                    #expect(await limiter.admit(subject(count), rules).isAdmitted)
                }
            }
        },
        LimitCheck(name: "ten thousand requests under a high limit go to the store a few times") { bench in
            let limiter = bench.limiter()
            try await running(limiter) {
                let rules = [rule(1_000_000)]
                for _ in 0..<10_000 { #expect(await limiter.admit(subject(), rules).isAdmitted) }
                let statistics = limiter.statistics
                #expect(statistics.writes < 40 && statistics.reads < 5, "\(statistics)")
                #expect(await limiter.admit(subject(), rules).remaining == 1_000_000 - 10_001)
            }
        },
        LimitCheck(name: "a refused subject does not go to the store again") { bench in
            let limiter = bench.limiter()
            try await running(limiter) {
                for _ in 0..<1000 { _ = await limiter.admit(subject(), [rule(5)]) }
                let statistics = limiter.statistics
                #expect(statistics.writes == 5 && statistics.reads <= 3, "\(statistics)")
            }
        },
        LimitCheck(name: "what was taken ahead and not used is given back") { bench in
            let limiter = bench.limiter()
            let rules = [rule(1000, 3600)]
            try await running(limiter) {
                for _ in 0..<40 { #expect(await limiter.admit(subject(), rules).isAdmitted) }
                try await bench.move(by: .seconds(20))
                // Whoever asked last may do it as well, a moment later.
                await limiter.settle()
                let cell = "rate \(subject().text) rule"
                try await bench.wait {
                    let bytes = try await LimitCells(store: bench.store).read(cell).bytes
                    return RuleWindows(rules, bytes: bytes)?.room == 960
                }
            }
            let other = bench.limiter()
            try await running(other) {
                #expect(await storm(3000) { _ in await other.admit(subject(), rules) }.admitted == 960)
            }
        },
        LimitCheck(name: "subjects and sets of rules do not use up what others have") { bench in
            let limiter = bench.limiter()
            try await running(limiter) {
                for number in 0..<20 {
                    #expect(await limiter.admit(subject(number), [rule(1)]).isAdmitted)
                    #expect(await limiter.admit(subject(number), [rule(1, 60, "other")]).isAdmitted)
                    #expect(await !limiter.admit(subject(number), [rule(1)]).isAdmitted)
                }
                #expect(await limiter.admit(subject(), []) == .unlimited)
            }
        },
        LimitCheck(name: "a limit that is raised or lowered counts what was counted before") { bench in
            let limiter = bench.limiter()
            try await running(limiter) {
                #expect(await storm(30) { _ in await limiter.admit(subject(), [rule(10)]) }.admitted == 10)
                #expect(await storm(30) { _ in await limiter.admit(subject(), [rule(15)]) }.admitted == 5)
                #expect(await storm(30) { _ in await limiter.admit(subject(), [rule(12)]) }.admitted == 0)
            }
        },
        LimitCheck(name: "what is over leaves the store, and more than it may hold too") { bench in
            let cells = LimitCells(store: bench.store)
            let limiter = bench.limiter()
            try await running(limiter) {
                for number in 0..<30 { _ = await limiter.admit(subject(number), [rule(1, 60 * (1 + number % 2))]) }
                #expect(try await cells.prune(countMax: 100) == 0)
                try await bench.move(by: .seconds(70))
                #expect(try await cells.prune(countMax: 100, limit: 10) == 10)
                #expect(try await cells.prune(countMax: 100) == 5)
                #expect(try await cells.prune(countMax: 9) == 6)
                #expect(try await bench.store.query("SELECT count(*) FROM limit_state").first?[0].int == 9)
                await limiter.prune()
                #expect(limiter.statistics.pruned == 0 && limiter.statistics.failures == 0)
            }
        },
        LimitCheck(name: "only so many subjects are remembered here, and the store forgets none of them") { bench in
            var settings = LimiterSettings()
            settings.subjectsMax = 64
            let limiter = RateLimiter(store: bench.store, clock: bench.clock, settings: settings)
            try await running(limiter) {
                for number in 0..<300 { #expect(await limiter.admit(subject(number), [rule(1)]).isAdmitted) }
                #expect(limiter.statistics.subjects <= 64 && limiter.statistics.evicted >= 236)
                for number in 0..<300 { #expect(await !limiter.admit(subject(number), [rule(1)]).isAdmitted) }
            }
        },
        LimitCheck(name: "two daemons on one database admit exactly as many as one") { bench in
            guard bench.isShared else { return }
            let (one, two) = (bench.limiter(), bench.limiter(try await bench.reopen()))
            try await running(one, two) {
                for count in [1, 5, 30, 129, 300, 2000] {
                    let verdicts = await storm(count * 5) { number in
                        await (number % 2 == 0 ? one : two).admit(
                            subject(count),
                            [rule(count), rule(count, 3600, "h")]
                        )
                    }
                    #expect(verdicts.admitted == count)
                    #expect(verdicts.allSatisfy { !$0.isLocal })
                }
                // Not all at once, so that each takes some ahead: as long as both are asked all of it is used.
                for round in 0..<5 {
                    var admitted = 0
                    for number in 0..<2500 {
                        let limiter = number % 2 == 0 ? one : two
                        if await limiter.admit(subject(10_000 + round), [rule(500)]).isAdmitted { admitted += 1 }
                    }
                    #expect(admitted == 500)
                }
            }
        },
    ]

    // MARK: Crashes

    static let crashes = [
        LimitCheck(name: "a daemon that is killed and started again admits no more than one that was not") { bench in
            let rules = [rule(1000), rule(1500, 3600, "hour")]
            var admitted = 0
            for _ in 0..<6 {
                // Neither closed nor told to stop: what it had taken ahead is lost, and stays counted.
                let limiter = bench.limiter(bench.isShared ? try await bench.reopen() : nil)
                admitted += try await running(limiter) {
                    var count = 0
                    for _ in 0..<170 where await limiter.admit(subject(), rules).isAdmitted { count += 1 }
                    return count
                }
            }
            let last = bench.limiter()
            admitted += try await running(last) {
                await storm(3000) { _ in await last.admit(subject(), rules) }.admitted
            }
            #expect(admitted <= 1000)
            // At most a hundredth is lost with each.
            #expect(admitted >= 940)
        },
        LimitCheck(name: "a state that is not ours counts as none") { bench in
            let limiter = bench.limiter()
            try await running(limiter) {
                _ = await limiter.admit(subject(), [rule(1)])
                try await bench.store.run("UPDATE limit_state SET stamp = 5, state = ?1", [.blob([9, 9, 9])])
                try await bench.move(by: .seconds(6))
                #expect(await limiter.admit(subject(), [rule(1)]).isAdmitted)
                #expect(await !limiter.admit(subject(), [rule(1)]).isAdmitted)
            }
        },
    ]

    // MARK: Outages

    static let outages = [
        LimitCheck(name: "without the store the limit holds here, and the store is told afterwards") { bench in
            let store = MoodyStore(bench.store)
            let limiter = bench.limiter(store)
            try await running(limiter) {
                for _ in 0..<4 { #expect(await limiter.admit(subject(), [rule(10)]).isAdmitted) }
                store.become(.failing)
                let verdicts = await storm(50) { _ in await limiter.admit(subject(), [rule(10)]) }
                #expect(verdicts.admitted == 6)
                #expect(verdicts.allSatisfy { $0.isLocal })
                let statistics = limiter.statistics
                #expect(statistics.isStoreAway && statistics.localVerdicts == 50 && statistics.failures >= 1)
                store.become(.well)
                try await bench.move(by: .seconds(2))
                await limiter.settle()
                #expect(!limiter.statistics.isStoreAway)
                #expect(await !limiter.admit(subject(), [rule(10)]).isAdmitted)
            }
            let other = bench.limiter()
            try await running(other) {
                #expect(await !other.admit(subject(), [rule(10)]).isAdmitted)
            }
        },
        LimitCheck(name: "that the store is back is found out though nobody asks") { bench in
            let store = MoodyStore(bench.store)
            let limiter = bench.limiter(store)
            try await running(limiter) {
                store.become(.failing)
                _ = await limiter.admit(subject(), [rule(10)])
                await limiter.probe()
                #expect(limiter.statistics.isStoreAway)
                store.become(.well)
                try await bench.move(by: .seconds(2))
                await limiter.probe()
                #expect(!limiter.statistics.isStoreAway)
            }
        },
        LimitCheck(name: "nobody waits for long on a store that does not answer") { bench in
            let store = MoodyStore(bench.store)
            let limiter = bench.limiter(store)
            try await running(limiter) {
                store.become(.silent)
                var asked = store.asked.makeAsyncIterator()
                async let first = limiter.admit(subject(), [rule(2)])
                await asked.next()
                // Its own patience, and the pause of the one who tidies up.
                await bench.sleeps.waitForSleepers(2)
                bench.sleeps.advance(by: .seconds(1))
                #expect(await first.isLocal)
                // The others need not wait at all.
                let verdicts = await storm(9) { _ in await limiter.admit(subject(), [rule(2)]) }
                #expect(verdicts.admitted == 1 && verdicts.allSatisfy(\.isLocal))
                #expect(await limiter.admit(subject(2), [rule(2)]).isLocal)
                store.become(.well)
            }
        },
        LimitCheck(name: "a write whose outcome nobody knows counts once") { bench in
            let store = MoodyStore(bench.store)
            let limiter = bench.limiter(store)
            try await running(limiter) {
                #expect(await limiter.admit(subject(), [rule(100)]).isAdmitted)
                store.become(.failing)
                for _ in 0..<20 { #expect(await limiter.admit(subject(), [rule(100)]).isLocal) }
                // The twenty are written, and it looks as if they were not.
                store.become(.deceiving)
                try await bench.move(by: .seconds(2))
                await limiter.settle()
                store.become(.well)
                try await bench.move(by: .seconds(2))
                await limiter.settle()
                #expect(await limiter.admit(subject(), [rule(100)]).remaining == 78)
            }
        },
        LimitCheck(name: "before anybody works, and after, requests are decided here") { bench in
            let limiter = bench.limiter()
            #expect(await limiter.admit(subject(), [rule(1)]).isLocal)
            #expect(await !limiter.admit(subject(), [rule(1)]).isAdmitted)
            try await running(limiter) {
                #expect(await !limiter.admit(subject(), [rule(1)]).isAdmitted)
            }
            #expect(await !limiter.admit(subject(), [rule(1)]).isAdmitted)
        },
    ]
}
