/// Who may run and who waits: a bound for all, a bound per host, and a bound on the waiting line.
///
/// First come, first served, except that a request to a busy host does not hold up one to another host.
struct Admission<Item> {
    private let runningMax: Int
    private let runningPerHostMax: Int
    private let waitingMax: Int
    private var running = 0
    private var runningPerHost: [String: Int] = [:]
    private(set) var waiting: [(item: Item, host: String)] = []

    init(runningMax: Int, runningPerHostMax: Int, waitingMax: Int) {
        self.runningMax = runningMax
        self.runningPerHostMax = runningPerHostMax
        self.waitingMax = waitingMax
    }

    enum Verdict: Equatable {
        case run
        case wait
        case refuse
    }

    /// Decides about a new request; `.wait` has put it in the line.
    mutating func arrive(_ item: Item, host: String) -> Verdict {
        // This overtakes nobody who waits for a host: if one of them could run, `next` would have let it.
        if take(host) { return .run }
        guard waiting.count < waitingMax else { return .refuse }
        waiting.append((item, host))
        return .wait
    }

    /// A running request ended.
    mutating func leave(host: String) {
        running -= 1
        runningPerHost[host, default: 1] -= 1
        // Hosts that nobody asks stay in the table until it is large; removing and adding them costs more.
        if runningPerHost.count > 1_024 { runningPerHost = runningPerHost.filter { $0.value > 0 } }
    }

    /// Takes the first in the line that may run now; `nil` when nobody may.
    ///
    /// Call until `nil` after each `leave`.
    mutating func next() -> Item? {
        guard running < runningMax, !waiting.isEmpty else { return nil }
        for index in waiting.indices where take(waiting[index].host) { return waiting.remove(at: index).item }
        return nil
    }

    /// Takes everybody out of the line whom the condition names.
    mutating func removeWaiting(where isGone: (Item) -> Bool) -> [Item] {
        guard !waiting.isEmpty else { return [] }
        let gone = waiting.filter { isGone($0.item) }.map(\.item)
        if !gone.isEmpty { waiting.removeAll { isGone($0.item) } }
        return gone
    }

    /// Takes a place for a request to the host; false when there is none.
    private mutating func take(_ host: String) -> Bool {
        guard running < runningMax, runningPerHost[host, default: 0].isTaken(below: runningPerHostMax) else {
            return false
        }
        running += 1
        return true
    }
}

extension Int {
    /// Counts one more unless the limit is reached.
    fileprivate mutating func isTaken(below limit: Int) -> Bool {
        guard self < limit else { return false }
        self += 1
        return true
    }
}
