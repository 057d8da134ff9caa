import CZeroMQ
import DequeModule

extension EdgeLoop {
    // MARK: Subscriptions

    private static var subscriptionsPerTurn: Int { 256 }

    /// Takes what subscribers have asked for and welcomes each prefix once.
    func receiveSubscriptions(_ publisher: EndpointSocket) {
        var welcomes: [[UInt8]] = []
        var known: Set<[UInt8]> = []
        for _ in 0..<EdgeLoop.subscriptionsPerTurn {
            var bytes: [UInt8] = []
            let frames = publisher.socket.receive(&message) { _, frame in bytes = Array(frame) }
            guard frames > 0 else { break }
            let prefix = Array(bytes.dropFirst())
            switch bytes.first {
            case 1 where EdgeLoop.isPossible(prefix):
                // What was decided before this subscription counted goes out first, so that the welcome tells exactly
                // where this subscriber's events go on.
                for chunk in shared.outgoing.subscribe(publisher.index, prefix) { send(chunk) }
                if known.insert(prefix).inserted { welcomes.append(prefix) }
            case 0 where EdgeLoop.isPossible(prefix):
                shared.outgoing.unsubscribe(publisher.index, prefix)
                if prefix == StreamEvents.goodbyePrefix { goodbyeAnswers += 1 }
            case 0: break
            default:
                shared.counters.update { $0.subscriptionsRefused += 1 }
                if limits.mayReport(.subscription) {
                    shared.report(.subscriptionRefused(endpoint: publisher.endpoint.name))
                }
            }
        }
        guard !welcomes.isEmpty else { return }
        for prefix in welcomes { send(stream.welcome(prefix: prefix, sequences: sequences), to: publisher) }
        // Not only at the next tick, so that a start can wait for the proof that the endpoint answers.
        if publisher.endpoint.isLocal, known.contains(StreamEvents.canaryPrefix) { sendCanary() }
        shared.counters.update { $0.welcomes += UInt64(welcomes.count) }
    }

    /// Whether a topic could start with this.
    private static func isPossible(_ prefix: [UInt8]) -> Bool {
        prefix.count <= 200 && prefix.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    // MARK: Sending

    /// Sends a run of events and keeps count of their numbers.
    func send(_ chunk: OutgoingChunk) {
        sequences.append(chunk.newTopics)
        var sent: UInt64 = 0
        var sentBytes: UInt64 = 0
        var skipped: UInt64 = 0
        let only = publishers.count == 1 ? publishers.first : nil
        chunk.bytes.withUnsafeBufferPointer { bytes in
            for record in chunk.records {
                sequences.record(Int(record.topic), record.seq)
                guard record.targets != 0, let base = bytes.baseAddress else {
                    skipped += 1
                    continue
                }
                let start = base + record.start
                let frames = czmq_frames(topic_end: record.topicEnd, header_end: record.headerEnd, end: record.end)
                if let only {
                    if czmq_send_three(only.socket.raw, start, frames) == 0 { sent += 1 }
                } else {
                    for publisher in publishers where record.targets & (1 << UInt32(publisher.index)) != 0 {
                        if czmq_send_three(publisher.socket.raw, start, frames) == 0 { sent += 1 }
                    }
                }
                sentBytes += UInt64(record.end)
            }
        }
        shared.counters.update { statistics in
            statistics.sent += sent
            statistics.sentBytes += sentBytes
            statistics.skipped += skipped
        }
        shared.outgoing.recycle(chunk)
    }

    func sendToAll(_ frames: StreamEvents.Frames) {
        for publisher in publishers { send(frames, to: publisher) }
    }

    private func send(_ frames: StreamEvents.Frames, to publisher: EndpointSocket) {
        // A publisher's socket never blocks: what a peer has no room for is dropped for that peer.
        guard publisher.socket.send(frames.topic, more: true) == .sent,
            publisher.socket.send(frames.header, more: true) == .sent
        else { return }
        _ = publisher.socket.send(frames.payload)
    }
}
