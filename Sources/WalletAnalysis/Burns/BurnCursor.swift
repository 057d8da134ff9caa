import Bus
import ChainReaders

/// How far an account's transactions were looked at: a plain value.
///
/// Nodes tell the newest first. A pass goes from the newest back to where the last pass began; only when it has got there
/// is its beginning what the next pass goes back to. A pass that ends early goes on where it was.
struct BurnCursor: Hashable, Sendable {
    /// All up to this one were looked at; `nil` before the first pass has ended.
    private(set) var last: String?
    /// The newest when the pass began; `nil` between passes.
    private(set) var head: String?
    /// The pass has looked at everything from `head` to this one.
    private(set) var before: String?
    /// What is older is not looked at by the first pass.
    let from: Timestamp

    init(last: String? = nil, head: String? = nil, before: String? = nil, from: Timestamp) {
        self.last = last
        self.head = head
        self.before = before
        self.from = from
    }

    /// Of a page, what has to be looked at, the oldest first; those that failed have paid nothing.
    func due(_ page: [NotedTransaction]) -> [String] {
        page.reversed().filter { !$0.hasFailed && !isTooOld($0) }.map(\.signature)
    }

    private func isTooOld(_ transaction: NotedTransaction) -> Bool {
        last == nil && transaction.time.map { $0 < from } ?? false
    }

    /// A page was looked at from its one end to the other.
    ///
    /// - Returns: whether the pass has ended.
    mutating func note(_ page: [NotedTransaction], isLast: Bool) -> Bool {
        head = head ?? page.first?.signature
        before = page.last?.signature ?? before
        guard isLast || page.last.map(isTooOld) ?? true else { return false }
        last = head ?? last
        (head, before) = (nil, nil)
        return true
    }
}
