import Bus
import Threading

struct PriceSample: StateEvent {
    static let topic: Topic = "test.price.ticked"
    let pair: String
    let value: Int
    var subject: Subject? { Subject(pair) }
}

struct StepSample: DataEvent {
    static let topic: Topic = "test.step.taken"
    let number: Int
}

struct VoteSample: DurableEvent {
    static let topic: Topic = "test.vote.cast"
    let number: Int
}

/// Time that moves when the test says so.
final class ManualTime: Sendable {
    private let value = Mutex(Timestamp(seconds: 1_700_000_000))

    var now: Timestamp { value.withLock { $0 } }

    func advance(by duration: Duration) { value.withLock { $0 = $0.advanced(by: duration) } }
}

func makeBus(time: ManualTime = ManualTime(), mailboxLimit: Int = 64) throws -> EventBus {
    try EventBus(
        types: [PriceSample.self, StepSample.self, VoteSample.self],
        mailboxLimit: mailboxLimit,
        ids: UUIDv7Generator(seed: 7),
        now: { time.now }
    )
}

extension Subscription {
    /// The next `count` events; fewer only when the subscription ends first.
    func first(_ count: Int) async -> [Envelope<Payload>] {
        var result: [Envelope<Payload>] = []
        guard count > 0 else { return result }
        for await envelope in self {
            result.append(envelope)
            if result.count == count { break }
        }
        return result
    }
}
