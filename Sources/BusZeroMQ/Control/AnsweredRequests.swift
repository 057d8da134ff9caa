import JSON

/// Remembers what requests were answered, so that one that comes twice has no second effect.
///
/// Bounded in time, number and bytes; when there is too much the oldest answers go first. Answers beyond
/// `answerBytesMax` are those of reading methods and are not kept: asking again reads again.
struct AnsweredRequests<Instant: InstantProtocol> where Instant.Duration == Duration {
    struct Key: Hashable, Sendable {
        /// Who asked: the endpoint and the name of the key.
        let caller: String
        /// Part of it for short ids, which are unique only within a connection.
        let connection: [UInt8]
        let id: JSONValue

        /// From this length on a text is taken to be unique among all of a caller's connections, as a UUID is.
        private static var uniqueBytesMin: Int { 16 }

        init(caller: ControlCaller, route: ControlRoute, id: JSONValue) {
            self.caller = caller.endpoint + " " + caller.name
            let isUnique = (id.string?.utf8.count ?? 0) >= Key.uniqueBytesMin
            connection = isUnique ? [] : route.identity
            self.id = id
        }
    }

    enum Verdict: Equatable {
        /// New: run it, then call `finish`.
        case run
        /// Being run: the answer will be sent to this route too.
        case wait
        /// Answered before.
        case answered([UInt8])
        /// Too many ask the same at once.
        case busy
    }

    private enum Entry {
        case running(routes: [ControlRoute])
        case answered([UInt8], at: Instant)
    }

    private let keep: Duration
    private let countMax: Int
    private let sizeBytesMax: Int
    static var answerBytesMax: Int { 65_536 }
    private static var routesMax: Int { 8 }

    private var entries: [Key: Entry] = [:]
    /// Answered ones, oldest first, from `oldest` on.
    private var order: [Key] = []
    private var oldest = 0
    private(set) var sizeBytes = 0

    init(keep: Duration = .seconds(600), countMax: Int = 8192, sizeBytesMax: Int = 16 << 20) {
        self.keep = keep
        self.countMax = countMax
        self.sizeBytesMax = sizeBytesMax
    }

    var count: Int { order.count - oldest }

    mutating func begin(_ key: Key, route: ControlRoute, at now: Instant) -> Verdict {
        forget(at: now)
        switch entries[key] {
        case nil:
            entries[key] = .running(routes: [route])
            return .run
        case .answered(let bytes, _): return .answered(bytes)
        case .running(let routes):
            if routes.contains(route) { return .wait }
            guard routes.count < Self.routesMax else { return .busy }
            entries[key] = .running(routes: routes + [route])
            return .wait
        }
    }

    /// - Returns: everybody who waits for the answer.
    mutating func finish(_ key: Key, _ answer: [UInt8], at now: Instant) -> [ControlRoute] {
        guard case .running(let routes) = entries[key] else { return [] }
        if answer.count > Self.answerBytesMax {
            entries[key] = nil
        } else {
            entries[key] = .answered(answer, at: now)
            order.append(key)
            sizeBytes += answer.count
            forget(at: now)
        }
        return routes
    }

    private mutating func forget(at now: Instant) {
        while oldest < order.count {
            let key = order[oldest]
            guard case .answered(let bytes, let time) = entries[key] else { break }
            guard time.duration(to: now) >= keep || count > countMax || sizeBytes > sizeBytesMax else { break }
            entries[key] = nil
            sizeBytes -= bytes.count
            oldest += 1
        }
        if oldest > 1024, oldest > order.count / 2 {
            order.removeFirst(oldest)
            oldest = 0
        }
    }
}
