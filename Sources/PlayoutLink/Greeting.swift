import Bus
import JSON

/// What a client says first on each connection, and how it comes by the events that it missed.
///
/// `hello`, then `events.since` the last one seen, as often as there are more, then `status`. Events that arrive meanwhile are
/// passed on once, in order. Its requests have negative ids.
struct Greeting {
    private enum Step { case hello, events, status, over }

    private let client: String
    private var step = Step.hello
    /// The newest event that was passed on, over all connections.
    private var seen: (epoch: UUIDv7, seq: UInt64)?
    /// What arrives while older events are still asked for.
    private var early: [PlayoutEvent] = []
    /// More would come only from a playout that does not answer.
    private static let earlyMax = 2000

    init(client: String) { self.client = client }

    var isOver: Bool { step == .over }

    /// A new connection.
    mutating func begin() {
        step = .hello
        early = []
    }

    /// The next request, as a line.
    func next() -> [UInt8] {
        do {
            switch step {
            case .hello: return try LinkCoding.request(Hello(client: client), id: -1)
            case .events:
                guard let seen else { preconditionFailure("events are asked for after one was seen") }
                return try LinkCoding.request(EventsSince(epoch: seen.epoch, seq: seen.seq), id: -2)
            case .status, .over: return try LinkCoding.request(Status(), id: -3)
            }
        } catch {
            preconditionFailure("these requests have only JSON's values: \(error)")
        }
    }

    /// Takes the answer to `next`.
    ///
    /// - Throws: `LinkError` when the two cannot talk.
    mutating func take(_ outcome: Result<JSONValue, LinkError>) throws(LinkError) -> [PlayoutUpdate] {
        let value = try outcome.get()
        switch step {
        case .hello:
            let hello = try LinkCoding.decode(Hello.Answer.self, from: value)
            guard hello.version == linkVersion else {
                throw LinkError(.version, "the playout speaks version \(hello.version), not \(linkVersion)")
            }
            step = seen?.epoch == hello.epoch ? .events : .status
            return []
        case .events:
            let answer = try LinkCoding.decode(EventsSince.Answer.self, from: value)
            if !answer.hasMore { step = .status }
            return answer.events.flatMap { pass($0) }
        case .status:
            let status = try LinkCoding.decode(PlayoutStatus.self, from: value)
            step = .over
            let waiting = early
            early = []
            // The status holds what these led to; whoever follows the events still wants to see them.
            let missed = waiting.filter { $0.seq <= status.seq }.flatMap { pass($0) }
            seen = (status.epoch, status.seq)
            return missed + [.connected(status)] + waiting.flatMap { pass($0) }
        case .over: return []
        }
    }

    /// Takes an event.
    mutating func take(_ event: PlayoutEvent) -> [PlayoutUpdate] {
        guard step == .over else {
            if early.count < Greeting.earlyMax { early.append(event) }
            return []
        }
        return pass(event)
    }

    private mutating func pass(_ event: PlayoutEvent) -> [PlayoutUpdate] {
        if case .level = event.detail { return step == .over ? [.event(event)] : [] }
        if let seen, seen.epoch == event.epoch, event.seq <= seen.seq { return [] }
        seen = (event.epoch, event.seq)
        return [.event(event)]
    }
}
