import Bus
import BusZeroMQ
import Glibc

/// A payload of 256 bytes of JSON, with the kinds of field that a market event has.
struct Quoted: DataEvent {
    static let topic: Topic = "bench.quote.changed"
    let venue: String
    let pair: String
    let bid: String
    let ask: String
    let bidSize: String
    let askSize: String
    let last: Double
    let trades: Int
    let sequence: UInt64
    let isStale: Bool
    let note: String
    var subject: Subject? { "BTC-USD" }

    init(number: Int) {
        venue = "binance"
        pair = "BTC-USD"
        bid = "67123.45"
        ask = "67123.46"
        bidSize = "1.23456789"
        askSize = "0.98765432"
        last = 67_123.455
        trades = 123_456
        sequence = 1_000_000_000 + UInt64(number)
        isStale = false
        note = "the quick brown fox jumps over the lazy dog and five liquor"
    }
}

/// Publishes events on a bus and lets the real edge send them.
struct Sender {
    let address: String
    let count: Int
    /// Whether payloads are encoded beforehand, as those of durable events are.
    let isEncoded: Bool
    private static let source: ActorName = "bench"
    private static let aheadMax = 50_000

    func run() async throws {
        let directory = "/tmp/wirebench.\(getpid())"
        mkdir(directory, 0o700)
        defer { rmdir(directory) }
        var config = ZeroMQConfig(runtimeDirectory: directory)
        if address.hasPrefix("tcp:") { config.eventsTCPAddress = address } else { config.eventsAddress = address }
        config.sendHighWaterMark = Int32(clamping: count + 1000)
        config.closeHold = .seconds(60)
        let bus = try EventBus(types: [Quoted.self])
        let edge = try ZeroMQEdge(
            bus: bus,
            config: config,
            position: { LogPosition(offset: 0, oldestOffset: 0) },
            report: { print("incident: \($0)") },
            handler: { _ in .failure(.unavailable("this is a benchmark")) }
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await edge.run() }
            _ = try await edge.waitUntilBound()
            // The edge's own subscription is the first.
            while edge.statistics.subscriptions < 2 { try await Task.sleep(for: .milliseconds(1)) }
            let started = ContinuousClock.now
            let sizes = try await publish(on: bus, through: edge)
            while edge.statistics.sent < UInt64(count) { try await Task.sleep(for: .milliseconds(1)) }
            let seconds = Double((ContinuousClock.now - started) / .nanoseconds(1)) / 1e9
            print(
                #"{"bench":"wire","side":"swift","mode":"send","address":"\#(address)","#
                    + #""payloads":"\#(isEncoded ? "encoded" : "struct")","events":\#(count),"#
                    + #""header_bytes":\#(sizes.header),"payload_bytes":\#(sizes.payload),"#
                    + #""dropped":\#(edge.statistics.tapDropped),"events_per_s":\#(Int(Double(count) / seconds))}"#
            )
            edge.stop()
            try await group.waitForAll()
        }
    }

    private func publish(on bus: EventBus, through edge: ZeroMQEdge) async throws -> (header: Int, payload: Int) {
        let events = (0..<256).map(Quoted.init(number:))
        var envelopes: [AnyEnvelope] = []
        for (number, event) in events.enumerated() {
            let header = bus.stamp(event, source: Sender.source, seq: 1_000_000 + UInt64(number))
            envelopes.append(AnyEnvelope(header: header, payload: event, encodedPayload: try EventCodec.encode(event)))
        }
        var header: [UInt8] = []
        envelopes[0].header.writeJSON(to: &header)
        var published = 0
        while published < count {
            let part = min(256, count - published)
            if isEncoded {
                try bus.deliver(envelopes.prefix(part))
            } else {
                try bus.publish(contentsOf: events.prefix(part), from: Sender.source)
            }
            published += part
            // Not so far ahead that the tap drops.
            while published - Int(edge.statistics.sent) > Sender.aheadMax {
                try await Task.sleep(for: .milliseconds(1))
            }
        }
        return (header.count, envelopes[0].encodedPayload?.count ?? 0)
    }
}
