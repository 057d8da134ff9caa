import Threading

/// Counts what happens to live clients, on whichever event loop.
final class LiveMeter: Sendable {
    private let content = Mutex(LiveStatistics())

    var statistics: LiveStatistics { content.withLock { $0 } }

    func entered(_ kind: LiveKind) { content.withLock { $0.clients[kind, default: 0] += 1 } }

    func left(_ client: LiveClient) {
        let (kind, ending) = (client.kind, client.ending ?? .gone)
        content.withLock { statistics in
            statistics.clients[kind, default: 1] -= 1
            statistics.ended[ending, default: 0] += 1
        }
    }

    func delivered(_ counts: [LiveKind: UInt64]) {
        content.withLock { $0.delivered.merge(counts, uniquingKeysWith: +) }
    }

    func lost(_ losses: LiveLosses) { content.withLock { $0.lost += losses } }
    func refused(_ refusal: LiveCensus.Refusal) { content.withLock { $0.refused[refusal.rawValue, default: 0] += 1 } }
    func replayed(_ count: Int) { content.withLock { $0.replayed += UInt64(count) } }
    func missed(_ count: UInt64) { content.withLock { $0.missed += count } }
    func encodingFailed() { content.withLock { $0.encodingFailures += 1 } }
    func readFailed() { content.withLock { $0.readFailures += 1 } }
}
