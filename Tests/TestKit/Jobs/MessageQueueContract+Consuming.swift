import Jobs
import Store
import Testing
import Threading

/// What handlers have seen, and a way to wait for it.
private final class Sightings: Sendable {
    private let stream: AsyncStream<Message>
    private let continuation: AsyncStream<Message>.Continuation
    private let present = Mutex((now: 0, most: 0))

    init() { (stream, continuation) = AsyncStream.makeStream() }

    var most: Int { present.withLock { $0.most } }

    func see(_ message: Message) { continuation.yield(message) }

    func enter() {
        present.withLock {
            $0.now += 1
            $0.most = max($0.most, $0.now)
        }
    }

    func leave() { present.withLock { $0.now -= 1 } }

    func wait(for count: Int) async -> [Message] {
        var seen: [Message] = []
        for await message in stream {
            seen.append(message)
            if seen.count == count { break }
        }
        return seen
    }
}

extension MessageQueueContract {
    private func consumer(
        _ policy: ConsumerPolicy,
        _ handle: @escaping MessageConsumer.Handler
    ) -> MessageConsumer {
        MessageConsumer(queue, in: queues, policy: policy, handle: handle)
    }

    /// Fast enough for a test, where the product waits seconds.
    private var quick: ConsumerPolicy {
        var policy = ConsumerPolicy()
        policy.retrySeconds = 0
        policy.emptyPoll = .milliseconds(20)
        policy.stopGrace = .milliseconds(20)
        return policy
    }

    /// Runs a consumer while `body` looks on, then stops it in peace.
    private func running(_ consumer: MessageConsumer, _ body: () async throws -> Void) async throws {
        async let life: Void = consumer.run()
        do {
            try await body()
        } catch {
            consumer.stop()
            try await life
            throw error
        }
        consumer.stop()
        try await life
    }

    /// Reads a message that somebody else has, between two of their heartbeats.
    private func steal(_ message: Message) async throws {
        for _ in 0..<1000 {
            try await queues.setVisibility(of: message.id, in: queue, seconds: 0)
            if try await !read().isEmpty { return }
        }
        Issue.record("the heartbeats were always faster")
    }

    static let consuming = [
        Check(name: "a consumer handles what is there and what comes") { contract in
            let sightings = Sightings()
            _ = try await contract.send(#"{"n":1}"#)
            let consumer = contract.consumer(contract.quick) { sightings.see($0) }
            try await contract.running(consumer) {
                #expect(await sightings.wait(for: 1).map(\.id) == [1])
                _ = try await contract.send(#"{"n":2}"#, #"{"n":3}"#)
                #expect(Set(await sightings.wait(for: 2).map(\.id)) == [2, 3])
            }
            #expect(consumer.statistics == ConsumerStatistics(finished: 3))
            #expect(try await contract.queues.metrics(contract.queue).length == 0)
        },
        Check(name: "a notice wakes a consumer whose next look is an hour away") { contract in
            let sightings = Sightings()
            var policy = contract.quick
            policy.emptyPoll = .seconds(3600)
            let consumer = contract.consumer(policy) { sightings.see($0) }
            _ = try await contract.send(#"{"n":1}"#)
            try await contract.running(consumer) {
                #expect(await sightings.wait(for: 1).count == 1)
                _ = try await contract.send(#"{"n":2}"#)
                #expect(await sightings.wait(for: 1).map(\.id) == [2])
            }
        },
        Check(name: "a message is tried three times and then becomes a dead letter") { contract in
            let sightings = Sightings()
            let consumer = contract.consumer(contract.quick) { message in
                sightings.see(message)
                throw JobError(.transient, "no luck with \(message.readCount)")
            }
            try await contract.running(consumer) {
                _ = try await contract.send("{}")
                #expect(await sightings.wait(for: 3).map(\.readCount) == [1, 2, 3])
            }
            #expect(try await contract.queues.deadLetters(in: contract.queue).map(\.reason) == ["no luck with 3"])
            #expect(consumer.statistics == ConsumerStatistics(retried: 2, buried: 1))
        },
        Check(name: "poison is put aside at once and disturbs nobody") { contract in
            let sightings = Sightings()
            _ = try await contract.send("[1]", #""text""#, #"{"bad":true}"#, #"{"good":true}"#, "null")
            let consumer = contract.consumer(contract.quick) { message in
                if message.body.contains("bad") {
                    throw JobError(.permanent, "never")
                }
                sightings.see(message)
            }
            try await contract.running(consumer) {
                #expect(await sightings.wait(for: 1).map(\.id) == [4])
                // Each of the others has been put aside before its place could be given to this one.
                for _ in 0..<5 { _ = try await contract.send("{}") }
                #expect(await sightings.wait(for: 5).count == 5)
            }
            let dead = try await contract.queues.deadLetters(in: contract.queue)
            #expect(dead.map(\.id) == [1, 2, 3, 5])
            #expect(dead.map(\.reason).filter { $0 == "the body is not a JSON object" }.count == 3)
            #expect(dead.first { $0.id == 3 }?.reason == "never")
        },
        Check(name: "no more than five are handled at the same time") { contract in
            let sightings = Sightings()
            let bodies = (1...40).map { OutgoingMessage("{\"n\":\($0)}") }
            try await contract.queues.send(contentsOf: bodies, to: contract.queue)
            let consumer = contract.consumer(contract.quick) { message in
                sightings.enter()
                for _ in 0..<50 { await Task.yield() }
                sightings.leave()
                sightings.see(message)
            }
            try await contract.running(consumer) {
                #expect(Set(await sightings.wait(for: 40).map(\.id)).count == 40)
            }
            #expect(sightings.most <= 5 && sightings.most > 1)
        },
        Check(name: "a heartbeat keeps a long message from being read again") { contract in
            let sightings = Sightings()
            var policy = contract.quick
            policy.visibilitySeconds = 5
            policy.heartbeatInterval = .milliseconds(500)
            let consumer = contract.consumer(policy) { message in
                sightings.see(message)
                // More than twice as long as it would be hidden.
                try await Task.sleep(for: .seconds(11))
                sightings.see(message)
            }
            try await contract.running(consumer) {
                _ = try await contract.send("{}")
                #expect(await sightings.wait(for: 2).map(\.readCount) == [1, 1])
            }
            #expect(consumer.statistics == ConsumerStatistics(finished: 1))
        },
        Check(name: "a handler whose message was lost is cancelled and records nothing") { contract in
            let sightings = Sightings()
            var policy = contract.quick
            policy.heartbeatInterval = .milliseconds(20)
            policy.concurrencyMax = 1
            let consumer = contract.consumer(policy) { message in
                sightings.see(message)
                try await Task.sleep(for: .seconds(3600))
            }
            try await contract.running(consumer) {
                _ = try await contract.send("{}")
                let message = try #require(await sightings.wait(for: 1).first)
                // Somebody else reads it, and keeps it for an hour.
                try await contract.steal(message)
                _ = try await contract.send(#"{"next":true}"#)
                #expect(await sightings.wait(for: 1).map(\.id) == [2])
            }
            #expect(consumer.statistics.lost == 1)
            #expect(try await contract.queues.metrics(contract.queue).length == 2)
        },
        Check(name: "stopping gives back what did not end, without using an attempt") { contract in
            let sightings = Sightings()
            let consumer = contract.consumer(contract.quick) { message in
                sightings.see(message)
                try await Task.sleep(for: .seconds(3600))
            }
            try await contract.running(consumer) {
                _ = try await contract.send("{}")
                _ = await sightings.wait(for: 1)
            }
            #expect(consumer.statistics == ConsumerStatistics(givenBack: 1))
            #expect(try await contract.read().map(\.readCount) == [1])
        },
        Check(name: "a cancelled consumer returns") { contract in
            let sightings = Sightings()
            let consumer = contract.consumer(contract.quick) { message in
                sightings.see(message)
                try await Task.sleep(for: .seconds(3600))
            }
            _ = try await contract.send("{}")
            await withTaskGroup(of: Void.self) { group in
                group.addTask { _ = await error { try await consumer.run() } }
                _ = await sightings.wait(for: 1)
                group.cancelAll()
            }
            #expect(try await contract.queues.metrics(contract.queue).length == 1)
        },
        Check(name: "a consumer of a queue that is not there says so") { contract in
            let consumer = MessageConsumer("nowhere", in: contract.queues) { _ in }
            #expect(await code { try await consumer.run() } == .unknownQueue)
        },
    ]
}
