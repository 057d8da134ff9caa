import Bus
import Store
import Testing

private struct Refusal: Error {}

extension EventLogContract {
    static let failing = [
        Check(name: "a failing unit rolls back alone and consumes no offset and no number") { contract in
            let log = try await contract.open()
            let author = contract.author
            let key = SettingKey<Int>("count")
            try await contract.whileWriterIsHeld(log) { gate in
                // All of these end up in one transaction of the database.
                async let before = log.append(BallotCast(1), by: author)
                try await waitForQueue(log, 1)
                async let failing = error {
                    _ = try await log.commit(by: author) { transaction in
                        try transaction.append(BallotCast(2))
                        try transaction.set(key, to: 1)
                        throw Refusal()
                    }
                }
                try await waitForQueue(log, 2)
                async let after = log.append(BallotCast(3), by: author)
                try await waitForQueue(log, 3)
                gate.open()
                #expect(try await before.offset == 1)
                #expect(await failing is Refusal)
                let last = try await after
                #expect(last.offset == 2 && last.seq == 2)
            }
            #expect(try await log.setting(key) == nil)
            #expect(try await log.read(.all, from: 1).events.count == 2)
            await log.close()
        },
        Check(name: "an id that is logged already is refused, and its batch with it") { contract in
            let log = try await contract.open()
            let author = contract.author
            let id = UUIDv7(high: 0x0199_0000_0000_7000, low: 0x8000_0000_0000_0001)
            let foreign = try PendingEvent(BallotCast(1), origin: ActorName("other"), id: id)
            let header = try await log.append([foreign], by: author)[0]
            #expect(header.id == id && header.origin == ActorName("other"))
            let batch = [try PendingEvent(BallotCast(2)), foreign]
            #expect(await code { _ = try await log.append(batch, by: author) } == .constraint)
            let next = try await log.append(BallotCast(3), by: author)
            #expect(next.offset == 2 && next.seq == 2)
            #expect(try await log.event(id)?.header == header)
            await log.close()
        },
        Check(name: "a refused append that its body survives leaves no hole") { contract in
            let log = try await contract.open()
            let first = try await log.append(BallotCast(1), by: contract.author)
            let result = try await log.commit(by: contract.author) { transaction in
                let copy = try PendingEvent(BallotCast(2), id: first.id)
                do throws(StoreError) {
                    try transaction.append(copy)
                } catch {
                    #expect(error.code == .constraint)
                }
                return try transaction.append(BallotCast(3)).offset
            }
            #expect(result.value == 2 && result.events.count == 1)
            #expect(try await log.read(.all, from: 1).events.map(\.offset) == [1, 2])
            await log.close()
        },
        Check(name: "a fenced incarnation cannot write, not even what is queued") { contract in
            let log = try await contract.open()
            let fenced = Incarnation(of: "author")
            try await contract.whileWriterIsHeld(log) { gate in
                async let queued = code { try await log.append(BallotCast(1), by: fenced) }
                async let body = code { _ = try await log.commit(by: fenced) { try $0.append(BallotCast(2)) } }
                try await waitForQueue(log, 2)
                fenced.fence()
                gate.open()
                #expect(await queued == .fenced)
                #expect(await body == .fenced)
            }
            #expect(await code { try await log.append(BallotCast(3), by: fenced) } == .fenced)
            #expect(log.position.head == 0)
            await log.close()
        },
        Check(name: "a caller cancelled before its turn leaves nothing behind") { contract in
            let log = try await contract.open()
            let author = contract.author
            try await contract.whileWriterIsHeld(log) { gate in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        #expect(await code { try await log.append(BallotCast(1), by: author) } == .cancelled)
                    }
                    try await waitForQueue(log, 1)
                    group.cancelAll()
                    try await group.waitForAll()
                }
            }
            #expect(try await log.append(BallotCast(2), by: author).offset == 1)
            await log.close()
        },
        Check(name: "what has happened already is written down for a caller that is cancelled, too") { contract in
            let (log, key) = (try await contract.open(), SettingKey<Int>("count"))
            let author = contract.author
            try await withThrowingTaskGroup { group in
                group.addTask {
                    while !Task.isCancelled { await Task.yield() }
                    #expect(
                        await code { _ = try await log.commit(by: author) { try $0.set(key, to: 1) } } == .cancelled
                    )
                    _ = try await log.commit(by: author, evenIfCancelled: true) { try $0.set(key, to: 2) }
                }
                group.cancelAll()
                try await group.waitForAll()
            }
            #expect(try await log.setting(key) == 2)
            await log.close()
        },
        Check(name: "a caller cancelled during its turn hears how it ended") { contract in
            let log = try await contract.open()
            let author = contract.author
            let gate = try ThreadGate()
            let offset = try await withThrowingTaskGroup(of: UInt64?.self) { group in
                group.addTask {
                    try await log.commit(by: author) { transaction in
                        gate.pass()
                        return try transaction.append(BallotCast(1)).offset
                    }.value
                }
                try await gate.waitForArrival()
                group.cancelAll()
                gate.open()
                return try await group.next() ?? nil
            }
            #expect(offset == 1 && log.position.head == 1)
            await log.close()
        },
        Check(name: "beyond the queue and its waiting callers the answer is busy") { contract in
            var limits = WriteLimits()
            limits.queuedMax = 2
            limits.waitingMax = 1
            let log = try await contract.open(limits: limits)
            let author = contract.author
            try await contract.whileWriterIsHeld(log) { gate in
                async let one = log.append(BallotCast(1), by: author)
                async let two = log.append(BallotCast(2), by: author)
                async let three = log.append(BallotCast(3), by: author)
                try await waitForQueue(log, 3)
                #expect(await code { try await log.append(BallotCast(4), by: author) } == .busy)
                gate.open()
                _ = try await (one, two, three)
            }
            #expect(log.position.head == 3 && log.statistics.refused == 1)
            await log.close()
        },
        Check(name: "an event that the bus does not carry is refused") { contract in
            let log = try await contract.open(bus: contract.makeBus([CallLogged.self]))
            let author = contract.author
            #expect(await code { try await log.append(BallotCast(1), by: author) } == .unpublishable)
            let long = BallotCast(1, padding: String(repeating: "x", count: PendingEvent.payloadBytesMax))
            #expect(await code { try await log.append(long, by: author) } == .tooLarge)
            #expect(log.position.head == 0)
            await log.close()
        },
        Check(name: "a body cannot end the transaction it shares") { contract in
            let log = try await contract.open()
            let author = contract.author
            #expect(await code { _ = try await log.commit(by: author) { try $0.execute("COMMIT") } } == .failed)
            #expect(try await log.append(BallotCast(1), by: author).offset == 1)
            await log.close()
        },
    ]

    /// Returns once so many units wait.
    ///
    /// Queuing has no event of its own, so this looks until it is so, for a minute.
    static func waitForQueue(_ log: any Storage, _ count: Int) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while log.statistics.queueDepth < count {
            try #require(ContinuousClock.now < deadline)
            await Task.yield()
        }
    }
}
