import Bus
import Store
import Testing

private struct Refusal: Error {}

extension EventLogContract {
    private static let addQueue: SQL = "INSERT INTO job_queue (name) VALUES (?1)"
    private static let addTwoQueues: SQL = "INSERT INTO job_queue (name) VALUES (?1), (?2)"
    private static let queueNames: SQL = "SELECT name FROM job_queue ORDER BY name"

    private static func queues(_ log: any Storage) async throws -> [String] {
        try await log.query(queueNames).compactMap { $0[0].text }
    }

    static let stating = [
        Check(name: "a refused statement that its body survives undoes itself and nothing else") { contract in
            let log = try await contract.open()
            let result = try await log.commit(by: contract.author) { transaction in
                try transaction.append(BallotCast(1))
                try transaction.execute(addQueue, [.text("a")])
                try transaction.append(BallotCast(2))
                #expect(throws: StoreError.self) { try transaction.execute(addTwoQueues, [.text("b"), .text("a")]) }
                #expect(throws: StoreError.self) { try transaction.rows("SELECT nothing FROM nowhere") }
                try transaction.execute(addQueue, [.text("c")])
                try transaction.append(BallotCast(3))
                return try transaction.rows(queueNames).compactMap { $0[0].text }
            }
            #expect(result.value == ["a", "c"] && result.events.map(\.offset) == [1, 2, 3])
            #expect(try await queues(log) == ["a", "c"])
            #expect(try await log.read(.all, from: 1).events.map(\.header) == result.events)
            await log.close()
        },
        Check(name: "statements that run together answer each for itself, and all are undone when one is refused") {
            contract in
            let log = try await contract.open()
            let names = try await log.commit(by: contract.author) { transaction in
                let answers = try transaction.run([
                    BoundStatement(addTwoQueues, [.text("a"), .text("b")]), BoundStatement(queueNames),
                    BoundStatement("DELETE FROM job_queue WHERE name = ?1", [.text("none")]),
                ])
                #expect(answers.map(\.changedCount).first == 2 && answers.last?.changedCount == 0)
                #expect(answers[1].rows == [[.text("a")], [.text("b")]])
                try transaction.append(BallotCast(1))
                let twice = [BoundStatement(addQueue, [.text("c")]), BoundStatement(addQueue, [.text("a")])]
                for group in [twice, twice.reversed()] {
                    let error = #expect(throws: StoreError.self) { try transaction.run(group) }
                    #expect(error?.code == .constraint)
                }
                let tooMany = BoundStatement(queueNames, rowsMax: 1)
                let error = #expect(throws: StoreError.self) {
                    try transaction.run([BoundStatement(addQueue, [.text("d")]), tooMany])
                }
                #expect(error?.code == .tooLarge)
                #expect(try transaction.run([]).isEmpty)
                try transaction.execute(addQueue, [.text("e")])
                return try transaction.rows(queueNames).compactMap { $0[0].text }
            }
            #expect(names.value == ["a", "b", "e"] && names.events.map(\.offset) == [1])
            #expect(try await queues(log) == ["a", "b", "e"])
            await log.close()
        },
        Check(name: "a first statement that is refused leaves its body a clean start") { contract in
            let log = try await contract.open()
            try await log.run(addQueue, [.text("a")])
            let result = try await log.commit(by: contract.author) { transaction in
                for _ in 1...2 {
                    let error = #expect(throws: StoreError.self) { try transaction.execute(addQueue, [.text("a")]) }
                    #expect(error?.code == .constraint)
                }
                try transaction.append(BallotCast(1))
                return try transaction.execute(addQueue, [.text("b")])
            }
            #expect(result.value == 1 && result.events.count == 1)
            #expect(try await queues(log) == ["a", "b"])
            await log.close()
        },
        Check(name: "a unit that fails after its statements leaves those of its neighbours alone") { contract in
            let log = try await contract.open()
            let author = contract.author
            try await contract.whileWriterIsHeld(log) { gate in
                // All of these end up in one transaction of the database.
                async let first = log.commit(by: author) { transaction in
                    try transaction.append(BallotCast(1))
                    try transaction.execute(addQueue, [.text("a")])
                }
                try await waitForQueue(log, 1)
                async let failing = error {
                    _ = try await log.commit(by: author) { transaction in
                        try transaction.append(BallotCast(2))
                        try transaction.execute(addQueue, [.text("b")])
                        try transaction.append(BallotCast(3))
                        throw Refusal()
                    }
                }
                try await waitForQueue(log, 2)
                async let last = log.commit(by: author) { transaction in
                    try transaction.append(BallotCast(4))
                    try transaction.execute(addQueue, [.text("c")])
                }
                try await waitForQueue(log, 3)
                async let plain = log.append(BallotCast(5), by: author)
                try await waitForQueue(log, 4)
                gate.open()
                #expect(try await first.events.map(\.offset) == [1])
                #expect(await failing is Refusal)
                #expect(try await last.events.map(\.offset) == [2])
                #expect(try await plain.offset == 3)
            }
            #expect(try await queues(log) == ["a", "c"])
            let numbers = try await log.read(.all, from: 1).events
                .map { try EventCodec.decode(BallotCast.self, from: $0.payload).number }
            #expect(numbers == [1, 4, 5])
            await log.close()
        },
        Check(name: "a statement counts the rows that it changes itself") { contract in
            let log = try await contract.open()
            let id = SQLValue(UUIDv7(high: 0x0199_0000_0000_7000, low: 0x8000_0000_0000_0001))
            let counts = try await log.commit(by: contract.author) { transaction in
                [
                    try transaction.execute(
                        "INSERT INTO job_limit (queue, limit_key, running_max) VALUES ('q', 'k', 5)"
                    ),
                    try transaction.execute(
                        """
                        INSERT INTO job (id, queue, kind, state, run_at, payload, limit_key, inserted_at)
                        VALUES (?1, 'q', 'x', 'available', 0, '{}', 'k', station_now())
                        """,
                        [id]
                    ),
                    // A trigger changes the limit besides.
                    try transaction.execute(
                        """
                        UPDATE job SET state = 'running', worker = ?1, attempt = 1, attempted_at = station_now(),
                        lease_until = station_now() WHERE id = ?1
                        """,
                        [id]
                    ),
                    try transaction.execute("UPDATE job SET priority = 1 WHERE queue = 'none'"),
                ]
            }.value
            #expect(counts == [1, 1, 1, 0])
            let running = try await log.query("SELECT running FROM job_limit")
            #expect(running == [[.integer(1)]])
            await log.close()
        },
        Check(name: "a single statement is a transaction of its own and answers with rows") { contract in
            let log = try await contract.open()
            let added: SQL =
                "INSERT INTO job_queue (name, paused_at) VALUES (?1, ?2) RETURNING name, paused_at, paused_by"
            let rows = try await log.run(added, [.text("a"), .integer(7)])
            #expect(rows == [[.text("a"), .integer(7), .null]])
            #expect(await code { try await log.run(added, [.text("a"), .null]) } == .constraint)
            #expect(await code { try await log.run(addTwoQueues, [.text("b"), .text("a")]) } == .constraint)
            #expect(try await queues(log) == ["a"])
            #expect(await code { _ = try await log.query("SELECT nothing FROM nowhere") } == .failed)
            for statement: SQL in ["BEGIN", " commit", "ROLLBACK", "SAVEPOINT x"] {
                #expect(await code { try await log.run(statement) } == .failed)
            }
            #expect(await code { _ = try await log.query(queueNames, [], limit: 0) } == .tooLarge)
            await log.close()
            #expect(await code { try await log.run(added, [.text("b"), .null]) } == .closed)
        },
        Check(name: "many single statements at once are all run, and once") { contract in
            let log = try await contract.open()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<32 {
                    group.addTask {
                        for number in 0..<20 { try await log.run(addQueue, [.text("\(task)-\(number)")]) }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await log.query("SELECT count(*) FROM job_queue") == [[.integer(640)]])
            await log.close()
        },
        Check(name: "a notice reaches who waits for it here") { contract in
            let log = try await contract.open()
            var notices = log.notices().makeAsyncIterator()
            log.post("jobs/media")
            #expect(await notices.next() == "jobs/media")
            await log.close()
            #expect(await notices.next() == nil)
        },
    ]
}
