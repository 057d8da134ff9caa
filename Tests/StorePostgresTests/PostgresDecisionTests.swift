import Store
import Testing

@testable import StorePostgres

@Suite struct PostgresDecisionTests {
    @Test func `waiting grows with each failure, up to a bound`() {
        var backoff = Backoff(first: .milliseconds(100), longest: .seconds(1))
        let waits = (1...6).map { _ in backoff.next(jitter: 1) }
        #expect(waits == [100, 200, 400, 800, 1000, 1000].map { .milliseconds($0) })
        backoff.reset()
        #expect(backoff.next(jitter: 0) == .milliseconds(50))
    }

    @Test func `a notice goes out at once, and again only after its interval`() {
        var gate = NoticeGate()
        let start = ContinuousClock.now
        let posted = ["a", "a", "b"].map { gate.post($0) }
        #expect(posted == [true, false, true])
        let first = gate.due(at: start)
        #expect(first.names == ["a", "b"] && first.next == nil)
        let isNews = gate.post("a")
        #expect(isNews)
        let early = gate.due(at: start.advanced(by: .milliseconds(2)))
        #expect(early.names.isEmpty && early.next == start.advanced(by: NoticeGate.interval))
        let late = gate.due(at: start.advanced(by: NoticeGate.interval))
        #expect(late.names == ["a"] && late.next == nil)
    }

    @Test func `the longest unused statement makes room`() {
        var cache = StatementCache<Int>(countMax: 2)
        cache["a"] = 1
        cache["b"] = 2
        let used = cache["a"]
        let none = cache.evict { _ in true }
        #expect(used == 1 && none == nil)
        cache["c"] = 3
        // The longest unused, 2, is one that may not go.
        let evicted = cache.evict { $0 != 2 }
        let left = [cache["a"], cache["b"], cache["c"]]
        #expect(evicted == 1 && left == [nil, 2, 3] && cache.count == 2)
    }

    @Test(arguments: [
        ("connection failed: FATAL:  28P01: password authentication failed for user \"x\"", "28P01"),
        (
            "connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  3D000: database \"y\" does not exist",
            "3D000"
        ),
        ("connection to server at \"127.0.0.1\", port 1 failed: Connection refused", nil),
    ])
    func `the state of a refused connection is found in its message`(message: String, state: String?) {
        #expect(SQLState(inConnectionMessage: message)?.text == state)
    }
}
