import Bus
import Store
import Testing

extension EventLogContract {
    static let appending = [
        Check(name: "events are numbered, delivered and read back as they were logged") { contract in
            let bus = try contract.makeBus()
            let tap = bus.tap(limit: 100)
            let log = try await contract.open(bus: bus)
            #expect(log.position == LogPosition(head: 0, oldest: 1, sizeBytes: 0))
            let first = try await log.append(BallotCast(1, room: "a"), by: contract.author)
            let second = try await log.append(BallotCast(2, room: "b"), by: contract.author, causedBy: first)
            let third = try await log.append(BallotCast(3, room: "a"), by: contract.author)
            #expect([first, second, third].map(\.offset) == [1, 2, 3])
            #expect([first, second, third].map(\.seq) == [1, 1, 2])
            #expect(second.cause == first.id && second.correlation == first.id)
            #expect(log.position.head == 3 && log.position.count == 3)

            var delivered: [AnyEnvelope] = []
            #expect(await tap.next(&delivered))
            #expect(delivered.map(\.header).first == first)
            let page = try await log.read(.all, from: 1)
            #expect(page.events.map(\.header) == [first, second, third])
            #expect(page.events.map(\.payload) == (try delivered.map { try $0.payloadJSON() }))
            #expect(page.isComplete && page.next == 4 && page.head == 3 && page.oldest == 1)
            await log.close()
        },
        Check(name: "a transaction changes state and logs events together") { contract in
            let log = try await contract.open()
            let key = SettingKey<Int>("count")
            let result = try await log.commit(by: contract.author) { transaction in
                try transaction.append(BallotCast(1))
                try transaction.set(key, to: 7)
                return try transaction.append(CallLogged(2)).seq
            }
            #expect(result.value == 1)
            #expect(result.events.map(\.offset) == [1, 2])
            #expect(try await log.setting(key) == 7)
            await log.close()
        },
        Check(name: "offset order is delivery order under 16 concurrent producers") { contract in
            let bus = try contract.makeBus()
            let tap = bus.tap(limit: 10_000)
            let log = try await contract.open(bus: bus)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for producer in 0..<16 {
                    group.addTask {
                        let author = Incarnation(of: "author")
                        for number in 0..<20 {
                            if number.isMultiple(of: 4) {
                                _ = try await log.commit(by: author) {
                                    try $0.append(BallotCast(number, room: "p\(producer)"))
                                }
                            } else {
                                try await log.append(BallotCast(number, room: "p\(producer)"), by: author)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            var delivered: [AnyEnvelope] = []
            #expect(await tap.next(&delivered))
            #expect(delivered.compactMap(\.header.offset) == Array(1...320))
            let logged = try await log.read(.all, from: 1).events
            #expect(logged.map(\.header) == delivered.map(\.header))
            for producer in 0..<16 {
                let own = delivered.compactMap { $0.payload as? BallotCast }.filter { $0.room == "p\(producer)" }
                #expect(own.map(\.number) == Array(0..<20))
                let numbers = logged.filter { $0.header.subject == Subject("p\(producer)") }.map(\.header.seq)
                #expect(numbers == Array(1...20))
            }
            await log.close()
        },
        Check(name: "offsets go on and numbers start again after a restart") { contract in
            let first = try await contract.open()
            try await contract.fill(first, 3)
            await first.close()
            let second = try await contract.open()
            #expect(second.position.head == 3 && second.position.count == 3)
            let header = try await second.append(BallotCast(4), by: contract.author)
            #expect(header.offset == 4 && header.seq == 1)
            #expect(header.epoch == second.bus.epoch && second.bus.epoch != first.bus.epoch)
            await second.close()
        },
        Check(name: "closing writes what is queued and refuses what comes later") { contract in
            let log = try await contract.open()
            let author = contract.author
            try await contract.whileWriterIsHeld(log) { gate in
                async let queued = log.append(BallotCast(1), by: author)
                try await waitForQueue(log, 1)
                async let closing: Void = log.close()
                gate.open()
                #expect(try await queued.offset == 1)
                await closing
            }
            await log.close()
            #expect(await code { try await log.append(BallotCast(2), by: author) } == .closed)
            let again = try await contract.open()
            #expect(again.position.head == 1)
            await again.close()
        },
    ]
}
