import Bus
import Foundation
import Jobs
import Store
import StorePostgres
import TestKit
import Testing

@Suite(
    .enabled(if: PostgresCluster.isInstalled, "PostgreSQL is not installed"),
    .serialized,
    .timeLimit(.minutes(2))
)
struct PostgresMessageQueueTests {
    private func withStore(_ body: (PostgresConfig, any Storage) async throws -> Void) async throws {
        let config = try await PostgresCluster.shared.get().makeDatabase()
        let store = try await PostgresStore.open(config, bus: EventBus(types: []))
        do {
            try await body(config, store)
        } catch {
            await store.close()
            throw error
        }
        await store.close()
    }

    @Test(arguments: MessageQueueContract.checks)
    func `PostgreSQL keeps the contract of message queues`(check: MessageQueueContract.Check) async throws {
        try await withStore { _, store in try await check.run(MessageQueueContract(store: store)) }
    }

    @Test func `a message that psql sends reaches a consumer, which is woken for it`() async throws {
        try await withStore { config, store in
            var policy = ConsumerPolicy()
            policy.emptyPoll = .seconds(3600)
            let (messages, seen) = AsyncStream.makeStream(of: Message.self)
            let consumer = MessageConsumer(.ingestIndicators, in: MessageQueues(store: store), policy: policy) {
                seen.yield($0)
            }
            async let life: Void = consumer.run()
            let cluster = try PostgresCluster.shared.get()
            let call = #"SELECT cmq.send('ingest_indicators', '{"symbol": "BTC", "timeframe": "1h"}')"#
            // The first may come before the consumer listens, and is found by its first look; the second wakes it.
            #expect(try cluster.sql(call, in: config.database) == "1")
            var arrivals = messages.makeAsyncIterator()
            let first = await arrivals.next()
            #expect(first?.id == 1 && first?.readCount == 1)
            #expect(first?.body.filter { $0 != " " } == #"{"symbol":"BTC","timeframe":"1h"}"#)
            #expect(try cluster.sql(call, in: config.database) == "2")
            #expect(await arrivals.next()?.id == 2)
            consumer.stop()
            try await life
            #expect(try cluster.sql("SELECT count(*) FROM cmq.message", in: config.database) == "0")
        }
    }

    @Test func `a message that the station sends is read by psql`() async throws {
        try await withStore { config, store in
            let queues = MessageQueues(store: store)
            try await queues.send(OutgoingMessage(#"{"n":1}"#, headers: #"{"h":2}"#), to: .computeSignals)
            let cluster = try PostgresCluster.shared.get()
            let read = "SELECT msg_id, read_ct, message, headers FROM cmq.read('compute_signals', 30, 5)"
            #expect(try cluster.sql(read, in: config.database) == #"1|1|{"n": 1}|{"h": 2}"#)
            #expect(try await queues.read(.computeSignals, visibilitySeconds: 1).isEmpty)
            #expect(try cluster.sql("SELECT cmq.archive('compute_signals', 1)", in: config.database) == "t")
        }
    }

    /// The calls as pgmq's own clients write them, with its schema's name changed, and what they answer.
    private static let calls = [
        ("SELECT cmq.create('q')", ""), ("SELECT cmq.create(queue_name => 'q')", ""),
        ("SELECT * FROM cmq.send(queue_name => 'work', msg => '{}'::jsonb, delay => 0)", "1"),
        ("SELECT * FROM cmq.send('work', '{}'::jsonb, '{}'::jsonb, 5)", "1"),
        ("SELECT * FROM cmq.send('work', '{}'::jsonb, '{}'::jsonb, now() + interval '5 s')", "1"),
        ("SELECT * FROM cmq.send('work', '{}'::jsonb, now())", "1"),
        ("SELECT * FROM cmq.send_batch('work', ARRAY['{}', '{}']::jsonb[])", "1\n2"),
        ("SELECT * FROM cmq.send_batch('work', ARRAY['{}', '{}']::jsonb[], 3)", "1\n2"),
        ("SELECT * FROM cmq.send_batch('work', ARRAY['{}']::jsonb[], ARRAY['{}']::jsonb[], 0)", "1"),
        ("SELECT count(*) FROM cmq.read_with_poll('work', 30, 1, 1, 20)", "0"),
        ("SELECT count(*) FROM cmq.pop('work')", "0"), ("SELECT cmq.delete('work', 1)", "f"),
        ("SELECT count(*) FROM cmq.delete('work', ARRAY[1, 2])", "0"), ("SELECT cmq.archive('work', 1)", "f"),
        ("SELECT count(*) FROM cmq.archive('work', ARRAY[1, 2])", "0"), ("SELECT cmq.purge_queue('work')", "0"),
        ("SELECT count(*) FROM cmq.set_vt('work', 1, 30)", "0"), ("SELECT cmq.drop_queue('work')", "t"),
        ("SELECT queue_name, is_partitioned, is_unlogged FROM cmq.list_queues() LIMIT 1", "compute_signals|f|f"),
        ("SELECT queue_length, total_messages, queue_visible_length FROM cmq.metrics('work')", "0|0|0"),
        ("SELECT count(*) FROM cmq.metrics_all()", "4"),
    ]

    @Test func `pgmq's calls are understood`() async throws {
        let cluster = try PostgresCluster.shared.get()
        let database = try await cluster.makeDatabase().database
        for (call, answer) in Self.calls {
            // Each begins with a queue that is empty and new.
            let prepare = "SELECT cmq.drop_queue('work'), cmq.drop_queue('q'), cmq.create('work');"
            let lines = try cluster.sql("\(prepare) \(call)", in: database).split(separator: "\n")
            #expect(lines.dropFirst().joined(separator: "\n") == answer, "\(call)")
        }
    }

    @Test func `the error of an outside program names the queue`() async throws {
        try await withStore { config, _ in
            let cluster = try PostgresCluster.shared.get()
            let error = #expect(throws: ClusterError.self) {
                try cluster.sql("SELECT cmq.send('nowhere', '{}')", in: config.database)
            }
            #expect(error?.description.contains(#"queue "nowhere" does not exist"#) == true)
        }
    }
}
