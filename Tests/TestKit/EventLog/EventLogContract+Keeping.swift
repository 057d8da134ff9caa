import Bus
import Store
import Testing

extension EventLogContract {
    static let keeping = [
        Check(name: "what is too old goes, and says so to who asks for it") { contract in
            let log = try await contract.open()
            try await contract.fill(log, 10)
            contract.time.advance(by: .seconds(3600))
            try await contract.fill(log, 5)
            var policy = RetentionPolicy(ageMax: .seconds(1800), sizeBytesMax: nil)
            policy.batchCountMax = 4
            var removed: [Int] = []
            var hasMore = true
            while hasMore {
                let report = try await log.prune(policy, at: contract.time.now)
                removed.append(report.removed)
                hasMore = report.hasMore
            }
            #expect(removed.reduce(0, +) == 10 && removed.allSatisfy { $0 <= 4 })
            #expect(log.position.oldest == 11 && log.position.count == 5)
            let page = try await log.read(.all, from: 3)
            #expect(page.agedOut == 8 && page.oldest == 11 && page.events.first?.offset == 11)
            #expect(try await log.read(.all, from: 0).agedOut == 0)
            await log.close()
        },
        Check(name: "the oldest go while the log is too large") { contract in
            let log = try await contract.open()
            try await contract.fill(log, 100, padding: 800)
            let before = log.position.sizeBytes
            #expect(before > 100 * 1000 && before < 100 * 1200)
            let policy = RetentionPolicy(ageMax: nil, sizeBytesMax: before / 2)
            let report = try await log.prune(policy, at: contract.time.now)
            #expect((49...52).contains(report.removed) && !report.hasMore)
            #expect(log.position.sizeBytes <= before / 2 && log.position.oldest == UInt64(report.removed) + 1)
            #expect(try await log.prune(policy, at: contract.time.now).removed == 0)
            await log.close()
        },
        Check(name: "pruning goes on until it is cancelled, and ends without an error") { contract in
            let log = try await contract.open()
            try await contract.fill(log, 10)
            contract.time.advance(by: .seconds(10))
            var policy = RetentionPolicy(ageMax: .seconds(1), sizeBytesMax: nil)
            policy.batchCountMax = 3
            try await withThrowingTaskGroup(of: Void.self) { [policy] group in
                group.addTask {
                    try await log.keepPruned(to: { policy }, every: .seconds(3600), now: { contract.time.now })
                }
                let deadline = ContinuousClock.now + .seconds(60)
                while log.position.count > 0, ContinuousClock.now < deadline { await Task.yield() }
                group.cancelAll()
                try await group.waitForAll()
            }
            #expect(log.position.oldest == 11)
            await log.close()
        },
        Check(name: "an emptied log remembers its offsets") { contract in
            let log = try await contract.open()
            try await contract.fill(log, 3)
            contract.time.advance(by: .seconds(10))
            let policy = RetentionPolicy(ageMax: .seconds(1), sizeBytesMax: nil)
            #expect(try await log.prune(policy, at: contract.time.now).removed == 3)
            #expect(log.position == LogPosition(head: 3, oldest: 4, sizeBytes: 0))
            let page = try await log.read(.all, from: 1)
            #expect(page.agedOut == 3 && page.next == 4 && page.isComplete && page.events.isEmpty)
            await log.close()
            let again = try await contract.open()
            #expect(again.position == LogPosition(head: 3, oldest: 4, sizeBytes: 0))
            #expect(try await again.append(BallotCast(4), by: contract.author).offset == 4)
            await again.close()
        },
        Check(name: "settings are kept over a restart") { contract in
            struct Volume: Codable, Sendable, Hashable { var level: Double }
            let key = SettingKey<Volume>("air.volume")
            let log = try await contract.open()
            #expect(try await log.setting(key) == nil)
            try await log.set(key, to: Volume(level: 0.5))
            try await log.set(key, to: Volume(level: 0.25))
            await log.close()
            let again = try await contract.open()
            #expect(try await again.setting(key) == Volume(level: 0.25))
            #expect(await code { _ = try await again.setting(SettingKey<[Int]>("air.volume")) } == .corrupt)
            await again.close()
        },
        Check(name: "the audit log takes lines and never gives them up before a year") { contract in
            let log = try await contract.open()
            let author = contract.author
            for number in 1...3 {
                try await log.record(
                    Activity(
                        time: Timestamp.now,
                        caller: "ops",
                        role: "operator",
                        action: "actor.restart",
                        target: number == 3 ? nil : "host",
                        outcome: "done",
                        detail: #"{"number":\#(number)}"#
                    )
                )
            }
            let newest = try await log.activities(before: nil, limit: 2)
            #expect(newest.map(\.activity.target) == [nil, "host"])
            #expect(newest.first?.activity.detail == #"{"number":3}"#)
            let oldest = try await log.activities(before: newest.last?.id, limit: 10)
            #expect(oldest.count == 1)
            let edit: SQL = "UPDATE activity_log SET outcome = 'other'"
            #expect(await code { _ = try await log.commit(by: author) { try $0.execute(edit) } } != nil)
            let removal: SQL = "DELETE FROM activity_log"
            #expect(await code { _ = try await log.commit(by: author) { try $0.execute(removal) } } != nil)
            #expect(try await log.activities(before: nil, limit: 10).count == 3)
            await log.close()
        },
        Check(name: "audit lines older than a year are pruned") { contract in
            let log = try await contract.open()
            let now = Timestamp.now
            for age in [400, 367, 30] {
                let time = now.advanced(by: .seconds(-86_400 * age))
                try await log.record(Activity(time: time, caller: "c", role: "r", action: "a", outcome: "done"))
            }
            #expect(try await log.prune(RetentionPolicy(), at: now).removed == 2)
            #expect(try await log.activities(before: nil, limit: 10).count == 1)
            await log.close()
        },
        Check(name: "a cursor never moves back") { contract in
            let log = try await contract.open()
            let key = CursorKey("reader", BallotCast.topic)
            #expect(try await log.cursor(key) == nil)
            for offset: UInt64 in [5, 3] {
                _ = try await log.commit(by: contract.author) { try $0.saveCursor(key, offset: offset) }
            }
            await log.close()
            let again = try await contract.open()
            #expect(try await again.cursor(key) == 5)
            await again.close()
        },
    ]
}
