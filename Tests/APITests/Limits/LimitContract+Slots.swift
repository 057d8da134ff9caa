import Bus
import Store
import TestKit
import Testing
import Threading

@testable import API

extension LimitCheck {
    private static let subject = LimitSubject.user(UUIDv7(high: 8, low: 1))

    private static func enter(
        _ count: Int,
        limit: Int,
        _ limiters: ConcurrencyLimiter...
    ) async -> [ConcurrencySlot] {
        await withTaskGroup(of: ConcurrencySlot?.self) { group in
            for number in 0..<count {
                group.addTask { await limiters[number % limiters.count].enter(subject, "model", limit: limit) }
            }
            return await group.reduce(into: []) { if let slot = $1 { $0.append(slot) } }
        }
    }

    static let slots = [
        LimitCheck(name: "exactly as many at once as allowed, and as many again once they leave") { bench in
            let limiter = bench.slots()
            try await running(slots: [limiter]) {
                for limit in [1, 2, 10, 50] {
                    for _ in 0..<3 {
                        let slots = await enter(limit * 5, limit: limit, limiter)
                        #expect(slots.count == limit)
                        #expect(await limiter.enter(subject, "model", limit: limit) == nil)
                        for slot in slots { slot.leave() }
                    }
                }
            }
        },
        LimitCheck(name: "never more at once than allowed, whoever comes and goes") { bench in
            let limiters = [bench.slots(), bench.slots(bench.isShared ? try await bench.reopen() : nil)]
            let used = bench.isShared ? limiters : [limiters[0]]
            let present = Presence()
            try await running(slots: used) {
                await withTaskGroup(of: Void.self) { group in
                    for number in 0..<40 {
                        group.addTask {
                            for _ in 0..<25 {
                                let limiter = used[number % used.count]
                                guard let slot = await limiter.enter(subject, "model", limit: 5) else { continue }
                                present.come()
                                await Task.yield()
                                present.go()
                                slot.leave()
                            }
                        }
                    }
                }
            }
            let (now, most, total) = present.counts
            #expect(now == 0 && most <= 5 && total >= 5, "\(most) at once, \(total) in all")
        },
        LimitCheck(name: "a place that is dropped is free again, and leaving twice frees one") { bench in
            let limiter = bench.slots()
            try await running(slots: [limiter]) {
                for _ in 0..<3 {
                    let slot = await limiter.enter(subject, "model", limit: 1)
                    #expect(slot != nil)
                }
                let slot = await limiter.enter(subject, "model", limit: 2)
                let other = await limiter.enter(subject, "model", limit: 2)
                slot?.leave()
                slot?.leave()
                #expect(await limiter.enter(subject, "model", limit: 1) == nil)
                other?.leave()
            }
        },
        LimitCheck(name: "two daemons have together what one may have") { bench in
            guard bench.isShared else { return }
            let (one, two) = (bench.slots(), bench.slots(try await bench.reopen()))
            try await running(slots: [one, two]) {
                for limit in [1, 2, 10, 50] {
                    let slots = await enter(limit * 5, limit: limit, one, two)
                    #expect(slots.count == limit)
                    for slot in slots { slot.leave() }
                    try await bench.waitUntilFree()
                }
            }
        },
        LimitCheck(name: "what a killed daemon had is free when its lease is over, and not before") { bench in
            guard bench.isShared else { return }
            let (dead, heir) = (bench.slots(), bench.slots(try await bench.reopen()))
            let lost = try await running(slots: [dead]) { await enter(3, limit: 3, dead) }
            #expect(lost.count == 3)
            try await running(slots: [heir]) {
                #expect(await enter(3, limit: 3, heir).isEmpty)
                try await bench.move(by: .seconds(29))
                #expect(await enter(3, limit: 3, heir).isEmpty)
                try await bench.move(by: .seconds(3))
                let slots = await enter(9, limit: 3, heir)
                #expect(slots.count == 3)
            }
            withExtendedLifetime(lost) {}
        },
        LimitCheck(name: "what lasts longer than a lease is renewed") { bench in
            guard bench.isShared else { return }
            let (one, two) = (bench.slots(), bench.slots(try await bench.reopen()))
            try await running(slots: [one, two]) {
                let slot = await one.enter(subject, "model", limit: 1)
                for round in 1...6 {
                    try await bench.move(by: .seconds(10))
                    let writes = one.statistics.writes
                    await bench.sleeps.waitForSleepers(2)
                    bench.sleeps.advance(by: .seconds(10))
                    try await bench.wait { one.statistics.writes > writes }
                    #expect(await two.enter(subject, "model", limit: 1) == nil, "round \(round)")
                }
                slot?.leave()
            }
        },
        LimitCheck(name: "without the store each daemon counts for itself") { bench in
            guard bench.isShared else { return }
            let store = MoodyStore(bench.store)
            let limiter = bench.slots(store)
            try await running(slots: [limiter]) {
                store.become(.failing)
                let slots = await enter(9, limit: 3, limiter)
                #expect(slots.count == 3)
                #expect(limiter.statistics.isStoreAway && limiter.statistics.localVerdicts > 0)
                store.become(.well)
                for slot in slots { slot.leave() }
                try await bench.move(by: .seconds(2))
                await limiter.probe()
                #expect(!limiter.statistics.isStoreAway)
                let again = await enter(9, limit: 3, limiter)
                #expect(again.count == 3 && !limiter.statistics.isStoreAway)
            }
        },
    ]
}

/// Counts who is there.
private final class Presence: Sendable {
    private let state = Mutex((now: 0, most: 0, total: 0))

    var counts: (now: Int, most: Int, total: Int) { state.withLock { $0 } }

    func come() { state.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1), $0.total + 1) } }

    func go() { state.withLock { $0.now -= 1 } }
}

extension LimitBench {
    /// Looks every few milliseconds until something is so, for a minute: for states that nobody announces.
    func wait(until isSo: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try await !isSo() {
            try #require(ContinuousClock.now < deadline)
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    /// Until the database knows that nothing is under way.
    fileprivate func waitUntilFree() async throws {
        try await wait {
            let rows = try await store.query("SELECT state FROM limit_state WHERE key LIKE 'slots %'")
            return rows.allSatisfy { row in row[0].blob.flatMap(SlotTable.init(bytes:))?.holdings.isEmpty ?? false }
        }
    }
}
