import Bus
import Store
import Testing

extension EventLogContract {
    static let sharing = [
        Check(name: "two stores that log at once fill the log without holes, in the order of their commits") {
            contract in
            let stores = [try await contract.open(), try await contract.open()]
            async let seen = follow(stores[0], to: 640)
            try await write(to: stores, tasks: 16, each: 40)
            let events = try await seen
            #expect(events.map(\.offset) == Array(1...640))
            #expect(Set(events.map(\.header.id)).count == 640)
            // Each writer's own events are in the order in which it was told of them.
            for task in 0..<16 {
                let numbers = try events.map { try EventCodec.decode(BallotCast.self, from: $0.payload) }
                    .filter { $0.room == "p\(task)" }.map(\.number)
                #expect(numbers == Array(0..<40))
            }
            // Numbers count per store.
            for store in stores {
                let own = events.filter { $0.header.epoch == store.bus.epoch && $0.header.subject == "p0" }
                #expect(own.map(\.header.seq) == Array(1...20))
            }
            for store in stores { await store.close() }
        },
        Check(name: "subscribers of both stores get every event, in one order") { contract in
            let stores = [try await contract.open(), try await contract.open()]
            let subscriptions = try stores.map { store in
                try store.bus.subscribe(to: BallotCast.self, as: "consumer", limit: 10_000)
            }
            try await write(to: stores, tasks: 8, each: 40)
            for subscription in subscriptions {
                var iterator = subscription.makeAsyncIterator()
                var offsets: [UInt64] = []
                while offsets.count < 320, let event = await iterator.next() {
                    offsets.append(event.header.offset ?? 0)
                }
                #expect(offsets == Array(1...320))
            }
            for store in stores {
                #expect(store.position.head == 320)
                await store.close()
            }
        },
        Check(name: "what one store logs reaches a durable consumer of the other") { contract in
            let first = try await contract.open()
            let second = try await contract.open()
            try await first.append(BallotCast(1), by: contract.author)
            let tap = second.bus.tap(limit: 10)
            let subscription = try DurableSubscription(to: BallotCast.self, as: Incarnation(of: "consumer"), in: second)
            var iterator = subscription.makeAsyncIterator()
            for number in 1...3 {
                guard case .event(let envelope) = try await iterator.next() else {
                    Issue.record("no event \(number)")
                    return
                }
                #expect(envelope.payload.number == number && envelope.header.offset == UInt64(number))
                #expect(envelope.header.epoch == first.bus.epoch)
                try await first.append(BallotCast(number + 1), by: contract.author)
            }
            // The edge publishes what its own daemon has logged, and numbers go on by themselves.
            let own = try await second.append(BallotCast(5), by: contract.author)
            #expect(own.offset == 5 && own.seq == 1)
            var tapped: [AnyEnvelope] = []
            #expect(await tap.next(&tapped))
            #expect(tapped.map(\.header) == [own])
            await first.close()
            await second.close()
        },
        Check(name: "an event of a type that is unknown here is passed over") { contract in
            let first = try await contract.open()
            let second = try await contract.open(bus: contract.makeBus([CallLogged.self]))
            let calls = try second.bus.subscribe(to: CallLogged.self, as: "consumer")
            try await first.append(BallotCast(1), by: contract.author)
            try await first.append(CallLogged(2), by: contract.author)
            var iterator = calls.makeAsyncIterator()
            #expect(await iterator.next()?.header.offset == 2)
            #expect(second.position.head == 2)
            await first.close()
            await second.close()
        },
        Check(name: "what one store prunes is gone for the other, and neither prunes what the other logged since") {
            contract in
            let first = try await contract.open()
            let second = try await contract.open()
            try await contract.fill(first, 10)
            contract.time.advance(by: .seconds(10))
            try await contract.fill(second, 5)
            let policy = RetentionPolicy(ageMax: .seconds(1), sizeBytesMax: nil)
            #expect(try await first.prune(policy, at: contract.time.now).removed == 10)
            #expect(try await second.append(BallotCast(0), by: contract.author).offset == 16)
            #expect(second.position.oldest == 11 && second.position.count == 6)
            #expect(try await second.prune(policy, at: contract.time.now).removed == 0)
            await first.close()
            await second.close()
        },
    ]

    /// Logs from so many tasks, each on the stores in turn; now and then in a unit that fails.
    private static func write(to stores: [any Storage], tasks: Int, each count: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<tasks {
                group.addTask {
                    let author = Incarnation(of: "author")
                    for number in 0..<count {
                        let event = BallotCast(number, room: "p\(task)")
                        let store = stores[number % stores.count]
                        switch number % 5 {
                        case 0: _ = try await store.commit(by: author) { try $0.append(event) }
                        case 1:
                            let failure = await error {
                                _ = try await store.commit(by: author) { transaction in
                                    try transaction.append(event)
                                    try transaction.execute("INSERT INTO job_queue (name) VALUES (NULL), (NULL)")
                                    try transaction.append(event)
                                    throw StoreError(.failed)
                                }
                            }
                            #expect(failure != nil)
                            try await store.append(event, by: author)
                        default: try await store.append(event, by: author)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Reads the log while it is written: an offset that is missing now and there later would be missed.
    private static func follow(_ log: any Storage, to count: UInt64) async throws -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        var next: UInt64 = 1
        let deadline = ContinuousClock.now + .seconds(300)
        while next <= count {
            try #require(ContinuousClock.now < deadline)
            let page = try await log.read(.all, from: next)
            #expect(page.events.map(\.offset) == Array(next..<page.next))
            events += page.events
            next = page.next
        }
        return events
    }
}
