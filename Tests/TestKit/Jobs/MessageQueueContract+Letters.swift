import Jobs
import Store
import Testing

extension MessageQueueContract {
    static let letters = [
        Check(name: "a reader that was too slow changes nothing") { contract in
            let (queues, queue) = (contract.queues, contract.queue)
            _ = try await contract.send("{}")
            let late = try #require(try await contract.read().first)
            try await queues.setVisibility(of: late.id, in: queue, seconds: 0)
            let current = try #require(try await contract.read().first)
            #expect(try await !queues.finish(late, in: queue))
            #expect(try await !queues.keep(late, in: queue, seconds: 0))
            #expect(try await !queues.bury(late, in: queue, reason: "late"))
            #expect(try await contract.read().isEmpty)
            #expect(try await queues.deadLetters(in: queue).isEmpty)
            #expect(try await queues.finish(current, in: queue))
            #expect(try await queues.metrics(queue).length == 0)
        },
        Check(name: "a message given back has not been read") { contract in
            _ = try await contract.send("{}")
            let message = try #require(try await contract.read().first)
            #expect(
                try await contract.queues.keep(message, in: contract.queue, seconds: 0, takingReadBack: true)
            )
            #expect(try await contract.read().map(\.readCount) == [1])
        },
        Check(name: "dead letters keep their reason and can be revived") { contract in
            let (queues, queue) = (contract.queues, contract.queue)
            try await queues.send(OutgoingMessage(#"{"n":1}"#, headers: #"{"a":1}"#), to: queue)
            _ = try await contract.send(#"{"n":2}"#, #"{"n":3}"#)
            let reason = #"it's "bad", \ {}"#
            for message in try await contract.read() {
                #expect(try await queues.bury(message, in: queue, reason: reason))
            }
            let dead = try await queues.deadLetters(in: queue)
            #expect(dead.map(\.id) == [1, 2, 3])
            #expect(dead.allSatisfy { $0.reason == reason && $0.readCount == 1 && $0.archivedAt >= $0.enqueuedAt })
            #expect(try await queues.deadLetters(in: queue, after: 1, limit: 1).map(\.id) == [2])
            #expect(try await queues.metrics(queue).length == 0)

            #expect(try await queues.revive([1, 3, 9], in: queue) == [1, 3])
            #expect(try await queues.deadLetters(in: queue).map(\.id) == [2])
            let again = try await contract.read()
            #expect(again.map(\.id) == [1, 3] && again.map(\.readCount) == [1, 1])
            #expect(again[0].headers?.filter { $0 != " " } == #"{"a":1}"# && again[1].headers == nil)
            #expect(try await queues.revive([1], in: queue) == [])
            #expect(try await contract.send("{}") == [4])
        },
    ]
}
