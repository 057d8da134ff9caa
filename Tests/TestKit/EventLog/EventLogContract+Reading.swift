import Bus
import Store
import Testing

extension EventLogContract {
    static let reading = [
        Check(name: "pages follow each other without holes or repeats") { contract in
            let log = try await contract.open()
            try await contract.fill(log, 25)
            var next: UInt64 = 1
            var offsets: [UInt64] = []
            var pages = 0
            repeat {
                let page = try await log.read(.all, from: next, limit: 10)
                offsets += page.events.map(\.offset)
                next = page.next
                pages += 1
                #expect(page.isComplete == (next > 25))
            } while next <= 25
            #expect(offsets == Array(1...25) && pages == 3)
            #expect(try await log.read(.all, from: 26).events.isEmpty)
            await log.close()
        },
        Check(name: "a page ends at its size, but holds one event at least") { contract in
            let log = try await contract.open()
            try await contract.fill(log, 4, padding: 1000)
            let two = try await log.read(.all, from: 1, limit: 10, sizeBytesMax: 2500)
            #expect(two.events.map(\.offset) == [1, 2] && two.next == 3 && !two.isComplete)
            let one = try await log.read(.all, from: 3, limit: 10, sizeBytesMax: 10)
            #expect(one.events.map(\.offset) == [3] && one.next == 4)
            await log.close()
        },
        Check(name: "a prefix selects families, types and subjects") { contract in
            let log = try await contract.open()
            for number in 1...3 {
                try await log.append(BallotCast(number, room: number == 2 ? "bb" : "b"), by: contract.author)
                try await log.append(CallLogged(number), by: contract.author)
            }
            func offsets(_ filter: EventFilter) async throws -> [UInt64] {
                try await log.read(filter, from: 1).events.map(\.offset)
            }
            #expect(try await offsets(.prefix("test.")) == [1, 2, 3, 4, 5, 6])
            #expect(try await offsets(.prefix("test.ca")) == [2, 4, 6])
            #expect(try await offsets(.prefix("test.call.logged.")) == [])
            #expect(try await offsets(.prefix("test.ballot.cast.b")) == [1, 3, 5])
            #expect(try await offsets(.prefix("test.ballot.cast.bb")) == [3])
            #expect(try await offsets(.prefix("test.ballot.cast.bbb")) == [])
            #expect(try await offsets(.prefix("tes_")) == [])
            #expect(try await offsets(.prefix("' OR 1=1 --")) == [])
            #expect(try await offsets(.topic(CallLogged.topic)) == [2, 4, 6])
            #expect(try await log.read(.prefix("none."), from: 1).isComplete)
            await log.close()
        },
        Check(name: "events of types that are gone can still be read") { contract in
            let log = try await contract.open()
            try await contract.fill(log, 2)
            let before = try await log.read(.all, from: 1).events
            await log.close()
            let later = try await contract.open(bus: contract.makeBus([CallLogged.self]))
            let after = try await later.read(.prefix("test.ballot"), from: 1).events
            #expect(after == before && after.count == 2)
            #expect(try EventCodec.decode(BallotCast.self, from: after[1].payload) == BallotCast(2))
            await later.close()
        },
        Check(name: "a trace holds the chain of causes, from any of its events") { contract in
            let log = try await contract.open()
            let root = try await log.append(BallotCast(1), by: contract.author)
            try await log.append(BallotCast(2), by: contract.author)
            let child = try await log.append(CallLogged(3), by: contract.author, causedBy: root)
            let grandchild = try await log.append(CallLogged(4), by: contract.author, causedBy: child)
            for id in [root.id, child.id, grandchild.id] {
                #expect(try await log.trace(id).map(\.header) == [root, child, grandchild])
            }
            #expect(try await log.trace(root.id, limit: 2).map(\.offset) == [1, 3])
            #expect(try await log.trace(UUIDv7(high: 1, low: 2)).isEmpty)
            #expect(try await log.event(child.id)?.header.cause == root.id)
            await log.close()
        },
        Check(name: "a chain whose root is not logged can be traced by its name") { contract in
            let bus = try contract.makeBus()
            let log = try await contract.open(bus: bus)
            // Caused by something the log does not keep, such as a price.
            let tick = bus.stamp(CallLogged(0), source: "market")
            let raised = try await log.append(BallotCast(1), by: contract.author, causedBy: tick)
            #expect(try await log.trace(tick.id).map(\.header) == [raised])
            #expect(raised.cause == tick.id && raised.correlation == tick.id)
            await log.close()
        },
        Check(name: "a time leads to the first offset at or after it") { contract in
            let log = try await contract.open()
            let start = contract.time.now
            for number in 1...3 {
                try await log.append(BallotCast(number), by: contract.author)
                contract.time.advance(by: .seconds(60))
            }
            #expect(try await log.offset(since: start) == 1)
            #expect(try await log.offset(since: start.advanced(by: .seconds(1))) == 2)
            #expect(try await log.offset(since: start.advanced(by: .seconds(120))) == 3)
            #expect(try await log.offset(since: start.advanced(by: .seconds(121))) == 4)
            await log.close()
        },
    ]
}
