import Bus
import Credits
import Domain
import Store
import TestKit
import Testing
import Threading

extension CreditContract {
    static let pauses = [
        Check(name: "that credits become few is told once for each time that they do") { bench in
            let found = Mutex<[ChargeReview.Finding]>([])
            let desk = bench.desk { finding in found.withLock { $0.append(finding) } }
            let user = try await bench.user(with: 40)
            // What is held elsewhere does not count: it may come back.
            let other = try await desk.hold(14, of: user, for: "other")
            for (request, credits) in [("r1", Int64(5)), ("r2", 15), ("r3", 1), ("r4", 1)] {
                let hold = try await desk.hold(credits, of: user, for: request)
                _ = try await desk.settle(hold, to: credits, for: .grok, units: nil, reason: "chat")
            }
            #expect(found.withLock { $0 } == [.low(balance: 19, threshold: 20)])
            try await desk.release(other)
            _ = try await desk.grant(10, to: user, from: .bonus, cause: "b", reason: "b")
            let hold = try await desk.hold(9, of: user, for: "r5")
            _ = try await desk.settle(hold, to: 9, for: .grok, units: nil, reason: "chat")
            #expect(found.withLock { $0.count } == 2)
            let events = try await bench.events()
            #expect(events.map(\.header.topic.text) == ["credits.balance.low", "credits.balance.low"])
            let first = try EventCodec.decode(CreditBalanceLow.self, from: try #require(events.first).payload)
            #expect(first.user == user && first.balance == 19 && first.threshold == 20 && first.request == "r3")
        },
        Check(name: "a large charge is told with the call") { bench in
            let user = try await bench.user(with: 900)
            try await bench.charge(50, to: user, for: "r1")
            try await bench.charge(51, to: user, for: "r2")
            let event = try #require(try await bench.events().first)
            let charge = try EventCodec.decode(CreditChargeLarge.self, from: event.payload)
            #expect(charge.credits == 51 && charge.request == "r2" && charge.provider == "grok")
            #expect(try await bench.topics() == ["credits.charge.large"])
        },
        Check(name: "whoever spends too much within an hour is paused until somebody has looked at it") { bench in
            let user = try await bench.user(with: 10_000)
            for number in 0..<20 { try await bench.charge(50, to: user, for: "r\(number)") }
            let before = try await bench.desk.hold(30, of: user, for: "under way")
            let account = try await bench.charge(1, to: user, for: "too much")
            #expect(account.pausedAt == bench.time.now)
            await #expect(throws: CreditError.spendingPaused) { try await bench.desk.hold(1, of: user, for: "late") }
            // What was under way is paid for all the same, and is no news.
            _ = try await bench.desk.settle(before, to: 30, for: .grok, units: nil, reason: "chat")
            let event = try #require(try await bench.events().first)
            let pause = try EventCodec.decode(CreditSpendingPaused.self, from: event.payload)
            #expect(pause.user == user && pause.spent == 1001 && pause.threshold == 1000)
            #expect(pause.request == "too much")
            let paused = try await bench.desk.paused(limit: 10)
            #expect(paused.count == 1 && paused.accounts.map(\.userID) == [user])
            // A restart forgets nothing.
            await #expect(throws: CreditError.spendingPaused) { try await bench.desk().hold(1, of: user, for: "late") }
            bench.time.advance(by: .seconds(60))
            let (resumed, again) = (
                try await bench.desk.resume(user, by: "ann"), try await bench.desk.resume(user, by: "ann")
            )
            #expect(resumed && !again)
            bench.time.advance(by: .seconds(60))
            // What was looked at does not count again, but what comes after does.
            for number in 0..<20 { try await bench.charge(50, to: user, for: "s\(number)") }
            let more = try await bench.desk.account(of: user)
            #expect(more.pausedAt == nil)
            let last = try await bench.charge(1, to: user, for: "s")
            #expect(last.pausedAt != nil)
            #expect(
                try await bench.topics() == [
                    "credits.spending.paused", "credits.spending.resumed", "credits.spending.paused",
                ]
            )
        },
        Check(name: "what was spent an hour ago does not count, and neither does a limit of 0") { bench in
            let user = try await bench.user(with: 10_000)
            for number in 0..<20 { try await bench.charge(50, to: user, for: "r\(number)") }
            bench.time.advance(by: .seconds(3600))
            let later = try await bench.charge(50, to: user, for: "later")
            #expect(later.pausedAt == nil)
            var settings = bench.desk.settings
            settings.review.hourMax = 0
            bench.desk.replace(with: settings)
            for number in 0..<30 { try await bench.charge(50, to: user, for: "s\(number)") }
            let account = try await bench.desk.account(of: user)
            #expect(account.pausedAt == nil && account.balance == 10_000 - 51 * 50)
            #expect(try await bench.topics() == [])
        },
        Check(name: "of many that spend at once, none slips far past the pause, and it is told once") { bench in
            let user = try await bench.user(with: 100_000)
            let workers = 20
            await withTaskGroup(of: Void.self) { group in
                for worker in 0..<workers {
                    group.addTask {
                        do {
                            for number in 0..<1000 {
                                try await bench.charge(10, to: user, for: "w\(worker)-\(number)")
                            }
                            Issue.record("nothing stops it")
                        } catch {
                            #expect(error as? CreditError == .spendingPaused)
                        }
                    }
                }
            }
            let spent = 100_000 - (try await bench.desk.account(of: user).balance)
            // The one that was too much, and those that had been let in before it.
            #expect(spent > 1000 && spent <= 1010 + Int64(workers) * 10)
            #expect(try await bench.topics() == ["credits.spending.paused"])
        },
        Check(name: "what all accounts spend is known by the hour") { bench in
            let (ann, bob) = (try await bench.user(with: 900), try await bench.user(with: 900))
            try await bench.charge(5, to: ann, for: "r1")
            bench.time.advance(by: .seconds(2 * 3600))
            try await bench.charge(7, to: ann, for: "r2")
            try await bench.charge(8, to: bob, for: "r2")
            // Neither what is given nor what is taken back is spent.
            _ = try await bench.desk.grant(-100, to: bob, from: .refund, cause: "dispute", reason: "dispute")
            let hour = bench.time.now.nanoseconds / BurnRate.nanosecondsOfHour
            let spent = try await bench.desk.spent(in: hour - 3..<hour + 1)
            #expect(spent == [hour: 15, hour - 2: 5])
            let earlier = try await bench.desk.spent(in: hour - 3..<hour)
            #expect(earlier == [hour - 2: 5])
            let lately = try await bench.desk.spent(since: bench.time.now.advanced(by: .seconds(-3600)))
            #expect(lately == 15)
        },
    ]
}
