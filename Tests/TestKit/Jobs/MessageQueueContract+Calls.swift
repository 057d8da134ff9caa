import Bus
import Jobs
import Store
import Testing

extension MessageQueueContract {
    static let calls = [
        Check(name: "the station's own queues are there") { contract in
            let names = try await contract.queues.list()
            #expect(names == ["compute_signals", "compute_winrate", "ingest_indicators", "work"])
        },
        Check(name: "a queue can be created twice and dropped once") { contract in
            _ = try await contract.send(#"{"n":1}"#)
            try await contract.queues.create(contract.queue)
            #expect(try await contract.queues.metrics(contract.queue).length == 1)
            #expect(try await contract.queues.drop(contract.queue))
            #expect(try await !contract.queues.drop(contract.queue))
            try await contract.queues.create(contract.queue)
            #expect(try await contract.read().isEmpty)
            #expect(try await contract.send(#"{"n":1}"#) == [1])
        },
        Check(name: "every call names a queue that is not there") { contract in
            let (queues, nowhere): (MessageQueues, QueueName) = (contract.queues, "nowhere")
            let calls: [@Sendable () async throws -> Void] = [
                { try await queues.send(OutgoingMessage("{}"), to: nowhere) },
                { try await queues.send(contentsOf: [OutgoingMessage("{}")], to: nowhere) },
                { _ = try await queues.read(nowhere, visibilitySeconds: 1) },
                { _ = try await queues.pop(nowhere) },
                { try await queues.setVisibility(of: 1, in: nowhere, seconds: 1) },
                { try await queues.delete([1], from: nowhere) },
                { try await queues.archive([1], from: nowhere) },
                { try await queues.purge(nowhere) },
                { _ = try await queues.metrics(nowhere) },
                { _ = try await queues.deadLetters(in: nowhere) },
                { try await queues.revive([1], in: nowhere) },
            ]
            for (place, call) in calls.enumerated() {
                let error = await error(of: call) as? StoreError
                #expect(error?.code == .unknownQueue && error?.subject == "nowhere", "call \(place)")
            }
        },
        Check(name: "messages come in the order they were sent, with what was sent") { contract in
            let first = try await contract.queues.send(
                OutgoingMessage(#"{"n": 1, "text": "ä\u0041"}"#, headers: #"{"trace": "t"}"#),
                to: contract.queue
            )
            let rest = try await contract.send(#"{"n":2}"#, "[3]", #""four""#, "5")
            #expect([first] + rest == [1, 2, 3, 4, 5])
            let messages = try await contract.read()
            #expect(messages.map(\.id) == [1, 2, 3, 4, 5])
            #expect(messages.map(\.readCount) == [1, 1, 1, 1, 1])
            let bodies = messages.map { $0.body.filter { $0 != " " } }
            #expect(bodies.dropFirst() == [#"{"n":2}"#, "[3]", #""four""#, "5"])
            #expect(bodies[0] == #"{"n":1,"text":"äA"}"# || bodies[0] == #"{"n":1,"text":"ä\u0041"}"#)
            #expect(messages[0].headers?.filter { $0 != " " } == #"{"trace":"t"}"#)
            #expect(messages[1].headers == nil)
            #expect(messages.allSatisfy { $0.visibleAt > $0.enqueuedAt.advanced(by: .seconds(3599)) })
        },
        Check(name: "a read hides and counts, and the message comes back when its time is up") { contract in
            _ = try await contract.send(#"{"n":1}"#)
            #expect(try await contract.read(seconds: 5).map(\.readCount) == [1])
            #expect(try await contract.read().isEmpty)
            #expect(try await contract.readSoon().map(\.readCount) == [2])
            #expect(try await contract.queues.setVisibility(of: 1, in: contract.queue, seconds: 0)?.readCount == 2)
            #expect(try await contract.read().map(\.readCount) == [3])
            #expect(try await contract.queues.setVisibility(of: 9, in: contract.queue, seconds: 0) == nil)
        },
        Check(name: "a delayed message is there and cannot be read yet") { contract in
            try await contract.queues.send(OutgoingMessage("{}"), to: contract.queue, delaySeconds: 3600)
            _ = try await contract.send(#"{"n":2}"#)
            #expect(try await contract.read().map(\.id) == [2])
            let metrics = try await contract.queues.metrics(contract.queue)
            #expect(metrics.length == 2 && metrics.visibleLength == 0 && metrics.sentCount == 2)
            #expect(metrics.oldestAgeSeconds != nil)
        },
        Check(name: "pop, delete, archive and purge remove what they say") { contract in
            _ = try await contract.send("{}", "{}", "{}", "{}", "{}", "{}")
            #expect(try await contract.queues.pop(contract.queue, limit: 2).map(\.id) == [1, 2])
            #expect(try await contract.queues.delete([1, 3], from: contract.queue) == [3])
            #expect(try await contract.queues.archive([3, 4], from: contract.queue) == [4])
            #expect(try await contract.queues.deadLetters(in: contract.queue).isEmpty)
            #expect(try await contract.queues.purge(contract.queue) == 2)
            #expect(try await contract.queues.purge(contract.queue) == 0)
            #expect(try await contract.send("{}") == [7])
            #expect(try await contract.queues.metrics(contract.queue).sentCount == 7)
        },
        Check(name: "many readers share a queue without taking anything twice") { contract in
            let bodies = (1...200).map { OutgoingMessage("{\"n\":\($0)}") }
            try await contract.queues.send(contentsOf: bodies, to: contract.queue)
            let taken = try await withThrowingTaskGroup(of: [Int64].self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        var own: [Int64] = []
                        while true {
                            let messages = try await contract.read(3)
                            if messages.isEmpty { return own }
                            own += messages.map(\.id)
                        }
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(taken.sorted() == Array(1...200))
        },
        Check(name: "a batch is sent whole or not at all") { contract in
            let refused = await error { _ = try await contract.send("{}", "not JSON", "{}") }
            #expect(refused is StoreError)
            let metrics = try await contract.queues.metrics(contract.queue)
            #expect(metrics.length == 0)
            let long = OutgoingMessage("\"\(String(repeating: "x", count: OutgoingMessage.bodyBytesMax))\"")
            #expect(await code { try await contract.queues.send(long, to: contract.queue) } == .tooLarge)
        },
        Check(name: "a message sent in a transaction is there only if it commits") { contract in
            struct Refusal: Error {}
            let queue = contract.queue
            let refused = await error {
                _ = try await contract.store.commit(by: Incarnation(of: "author")) { transaction in
                    try transaction.send(OutgoingMessage(#"{"n":1}"#), to: queue)
                    throw Refusal()
                }
            }
            #expect(refused is Refusal)
            #expect(try await contract.read().isEmpty)
            _ = try await contract.store.commit(by: Incarnation(of: "author")) { transaction in
                try transaction.send(OutgoingMessage(#"{"n":2}"#), to: queue)
            }
            #expect(try await contract.read().count == 1)
        },
        Check(name: "sending into an idle queue posts a notice") { contract in
            let notices = contract.store.notices()
            // A notice is a hint, and one that is posted before anybody listens is lost: so it is posted again.
            let isHeard = try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    for await name in notices where name == "messages/work" { return true }
                    return false
                }
                group.addTask {
                    for _ in 0..<200 {
                        _ = try await contract.queues.pop(contract.queue)
                        _ = try await contract.send("{}")
                        try await Task.sleep(for: .milliseconds(50))
                    }
                    return false
                }
                defer { group.cancelAll() }
                return try await group.next() ?? false
            }
            #expect(isHeard)
        },
    ]
}
