import Bus
import JSON
import Threading

/// Takes events from the bus, decides for whom they are, and turns them into frames for the socket thread.
struct EventPump {
    private let tap: Tap
    private let shared: EdgeShared
    private var topics: [FullTopic: Int] = [:]
    private var known: [KnownTopic] = []
    private var tables: [SubscriptionTable]
    private var chunk = OutgoingChunk()
    private var second = SecondText()
    /// The topic of the last event: streams come in runs.
    private var last: (topic: FullTopic, index: Int)?
    private var failedTopics: Set<Int> = []

    private struct KnownTopic {
        let text: [UInt8]
        var targets: UInt32 = 0
        var template: HeaderTemplate?
        /// The state of the subscriptions that `targets` is right for.
        var generation: UInt64 = .max
    }

    /// Starts from the last number of each full topic, read after the tap was attached.
    init(_ tap: Tap, _ shared: EdgeShared, sequences: [(topic: FullTopic, seq: UInt64)]) {
        self.tap = tap
        self.shared = shared
        (tables, chunk.generation) = shared.outgoing.subscriptions
        for (topic, seq) in sequences { _ = index(of: topic, seq: seq) }
    }

    /// Queues what has been published before anybody could subscribe.
    ///
    /// The sequences that the pump started from may count some of these events already; once they have passed, the
    /// numbers are exact.
    mutating func prepare() async {
        var batch: [AnyEnvelope] = []
        if tap.statistics.depth > 0, await tap.next(&batch) { await pass(batch, OnePassEncoder()) }
        if !chunk.newTopics.isEmpty { _ = await handOver() }
    }

    /// Works until the tap is closed and empty, or the task cancelled.
    mutating func run() async {
        var batch: [AnyEnvelope] = []
        let encoder = OnePassEncoder()
        while await tap.next(&batch) {
            guard await pass(batch, encoder) else { return }
            let statistics = tap.statistics
            shared.counters.update { counters in
                counters.tapDropped = statistics.dropped
                counters.tapDepth = statistics.depth
            }
        }
    }

    /// - Returns: `false` when the socket thread has ended.
    @discardableResult
    private mutating func pass(_ batch: [AnyEnvelope], _ encoder: OnePassEncoder) async -> Bool {
        var next = 0
        while next < batch.count {
            let start = next
            while next < batch.count, !chunk.isFull {
                append(batch[next], encoder)
                next += 1
            }
            switch await handOver() {
            case .yes: break
            case .closed: return false
            case .outdated:
                // Somebody has subscribed meanwhile: decide again. Topics met for the first time stay announced.
                chunk.restart()
                (tables, chunk.generation) = shared.outgoing.subscriptions
                next = start
            }
        }
        return true
    }

    private mutating func handOver() async -> OutgoingQueue.Appended {
        let generation = chunk.generation
        let outcome = shared.outgoing.append(&chunk)
        guard outcome == .yes else { return outcome }
        chunk.generation = generation
        await shared.outgoing.waitForRoom()
        return .yes
    }

    // MARK: One event

    private mutating func append(_ event: AnyEnvelope, _ encoder: OnePassEncoder) {
        let topic = index(of: event.header.fullTopic, seq: 0)
        if known[topic].generation != chunk.generation { decide(topic) }
        var record = OutgoingChunk.Record(
            start: chunk.bytes.count,
            targets: known[topic].targets,
            topic: UInt32(topic),
            seq: event.header.seq
        )
        if record.targets != 0 {
            do {
                try encode(event, topic: topic, into: &record, encoder)
            } catch {
                chunk.bytes.removeLast(chunk.bytes.count - record.start)
                record.targets = 0
                encodingFailed(topic, error)
            }
        }
        chunk.records.append(record)
    }

    private mutating func encode(
        _ event: AnyEnvelope,
        topic: Int,
        into record: inout OutgoingChunk.Record,
        _ encoder: OnePassEncoder
    ) throws {
        chunk.bytes.append(contentsOf: known[topic].text)
        record.topicEnd = UInt32(chunk.bytes.count - record.start)
        writeHeader(event.header, topic)
        record.headerEnd = UInt32(chunk.bytes.count - record.start)
        if let encoded = event.encodedPayload {
            chunk.bytes.append(contentsOf: encoded)
        } else {
            try encode(event.payload, encoder)
        }
        record.end = UInt32(chunk.bytes.count - record.start)
    }

    private mutating func writeHeader(_ header: EnvelopeHeader, _ topic: Int) {
        if known[topic].template?.fits(header) != true { known[topic].template = HeaderTemplate(header) }
        if let template = known[topic].template {
            template.write(header, second: &second, to: &chunk.bytes)
        } else {
            header.writeJSON(to: &chunk.bytes)
        }
    }

    private mutating func encode(_ payload: any Event, _ encoder: OnePassEncoder) throws {
        try encoder.encodeAny(payload, to: &chunk.bytes)
    }

    private mutating func encodingFailed(_ topic: Int, _ error: any Error) {
        shared.counters.update { $0.encodingFailures += 1 }
        guard failedTopics.insert(topic).inserted else { return }
        let text = String(decoding: known[topic].text, as: UTF8.self)
        shared.report(.encodingFailed(topic: text, reason: "\(error)"))
    }

    private mutating func index(of topic: FullTopic, seq: UInt64) -> Int {
        if let last, last.topic == topic { return last.index }
        if let index = topics[topic] {
            last = (topic, index)
            return index
        }
        let index = known.count
        let text = Array(topic.text.utf8)
        topics[topic] = index
        known.append(KnownTopic(text: text))
        chunk.newTopics.append(NewTopic(text: text, seq: seq))
        return index
    }

    private mutating func decide(_ topic: Int) {
        var targets: UInt32 = 0
        for (bit, table) in tables.enumerated() where table.wants(known[topic].text) { targets |= 1 << UInt32(bit) }
        known[topic].targets = targets
        known[topic].generation = chunk.generation
    }
}
