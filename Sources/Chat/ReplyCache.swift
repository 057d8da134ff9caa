import LLM

/// An answer that may be given again to whoever asks the same.
package struct ChatReuse: Hashable, Sendable {
    /// Why it may.
    package enum Kind: String, Hashable, Sendable {
        /// What a word means, which is the same tomorrow.
        case term
        /// What the signals of some symbols say, which are not made anew with every question.
        case signals
    }

    package let kind: Kind
    /// All that the answer depends on, but for the figures of the moment.
    package let question: [String]
    /// For how long.
    package let lifetime: Duration

    package init(_ kind: Kind, question: [String], lifetime: Duration) {
        self.kind = kind
        self.question = question
        self.lifetime = lifetime
    }
}

/// Answers that were given lately, each to be given again to the same person for the same question: a pure value.
///
/// Of several who ask the same at once only the first asks a model, the others wait for that answer. It is forgotten when
/// the program ends. Moments are durations since some fixed start.
struct ReplyCache {
    struct Key: Hashable {
        let user: String
        let question: [String]
    }

    struct Entry {
        let report: CallReport
        let storedAt: Duration
        fileprivate let expiresAt: Duration
    }

    enum Claim {
        case hit(Entry)
        /// Nobody has asked; whoever gets this has to, and must say what came of it.
        case first
        /// Somebody is asking; it ends when that is over, whatever came of it.
        case wait(AsyncStream<Void>)
    }

    /// Answers of some hundred bytes each, as most are.
    private static let countMax = 1000
    private static let bytesMax = 4 * 1024 * 1024

    private var entries: [Key: Entry] = [:]
    private var bytes = 0
    private var flights: [Key: [AsyncStream<Void>.Continuation]] = [:]

    func entry(_ key: Key, at now: Duration) -> Entry? { entries[key].flatMap { now < $0.expiresAt ? $0 : nil } }

    mutating func claim(_ key: Key, at now: Duration) -> Claim {
        if let entry = entry(key, at: now) { return .hit(entry) }
        guard flights[key] != nil else {
            flights[key] = []
            return .first
        }
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        flights[key, default: []].append(continuation)
        return .wait(stream)
    }

    /// What came of asking: a complete answer is kept.
    ///
    /// - Returns: those who wait for it.
    mutating func finish(
        _ key: Key,
        _ report: CallReport,
        for lifetime: Duration,
        at now: Duration
    ) -> [AsyncStream<Void>.Continuation] {
        if report.isReusable, lifetime > .zero, report.content.text.utf8.count <= ReplyCache.bytesMax / 8 {
            remove(key)
            entries[key] = Entry(report: report, storedAt: now, expiresAt: now + lifetime)
            bytes += ReplyCache.size(key, report)
            makeRoom(at: now)
        }
        return flights.removeValue(forKey: key) ?? []
    }

    mutating func remove(_ key: Key) {
        guard let old = entries.removeValue(forKey: key) else { return }
        bytes -= ReplyCache.size(key, old.report)
    }

    private mutating func makeRoom(at now: Duration) {
        guard entries.count > ReplyCache.countMax || bytes > ReplyCache.bytesMax else { return }
        for (key, entry) in entries where entry.expiresAt <= now { remove(key) }
        // The oldest go, and so many at once that this is seldom done.
        for (key, _) in entries.sorted(by: { $0.value.storedAt < $1.value.storedAt }) {
            guard entries.count > ReplyCache.countMax * 3 / 4 || bytes > ReplyCache.bytesMax * 3 / 4 else { return }
            remove(key)
        }
    }

    private static func size(_ key: Key, _ report: CallReport) -> Int {
        key.question.reduce(0) { $0 + $1.utf8.count } + report.content.text.utf8.count + 200
    }
}

extension CallReport {
    /// Whether it is a whole answer in words, by one model.
    fileprivate var isReusable: Bool {
        guard case .complete(let end, let by) = outcome else { return false }
        return end.finish == .stop && by.count == 1 && !content.text.isEmpty && content.toolCalls.isEmpty
    }
}
