import Actors
import Bus
import Testing

struct BackoffTests {
    private let curve = Backoff(base: .seconds(1), factor: 2, cap: .seconds(30), jitter: 0, resetAfter: .seconds(60))

    @Test func `without jitter the wait doubles up to the cap`() {
        var random = SplitMix64(state: 1)
        let waits = (0..<8).map { curve.delay(attempt: $0, using: &random) }
        #expect(waits == [1, 2, 4, 8, 16, 30, 30, 30].map { Duration.seconds($0) })
    }

    @Test func `an attempt far up the curve stays at the cap`() {
        var random = SplitMix64(state: 1)
        #expect(curve.delay(attempt: 100_000, using: &random) == .seconds(30))
    }

    @Test func `no backoff is no wait`() {
        var random = SplitMix64(state: 1)
        #expect(Backoff.none.delay(attempt: 7, using: &random) == .zero)
    }

    @Test func `jitter spreads evenly over its whole range`() {
        var scattered = curve
        scattered.jitter = 0.25
        var random = SplitMix64(state: 42)
        let waits = (0..<10_000).map { _ in
            scattered.delay(attempt: 2, using: &random).nanosecondsSaturated / 1_000_000
        }
        // Around 4 s by a quarter: 3 to 5 s, in four parts of about 2500 each.
        #expect(waits.allSatisfy { (3_000...5_000).contains($0) })
        for part in 0..<4 {
            let low = Int64(3_000 + part * 500)
            let count = waits.count { $0 >= low && $0 < low + 500 }
            #expect((2_300...2_700).contains(count))
        }
        #expect(Set(waits).count > 1_000)
    }

    @Test func `jitter never goes beyond the cap`() {
        var scattered = curve
        scattered.jitter = 1
        var random = SplitMix64(state: 7)
        for attempt in 0..<1_000 {
            let wait = scattered.delay(attempt: attempt % 12, using: &random)
            #expect(wait >= .zero && wait <= .seconds(30))
        }
    }

    @Test func `the same seed scatters the same way`() {
        var (one, two) = (SplitMix64(state: 9), SplitMix64(state: 9))
        let standard = Backoff.standard
        for attempt in 0..<20 {
            #expect(standard.delay(attempt: attempt, using: &one) == standard.delay(attempt: attempt, using: &two))
        }
    }
}
