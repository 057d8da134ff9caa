import Bus
import Glibc
import Store

/// What the log is asked to keep here: about 200 bytes of JSON.
struct VoteCast: DurableEvent {
    static let topic: Topic = "bench.vote.cast"
    let poll: String
    let choice: String
    let wallet: String
    let weight: Int
    let cast: Timestamp
    let note: String

    static func make(_ number: Int) -> VoteCast {
        VoteCast(
            poll: "pilot-2026-11",
            choice: "the-night-desk",
            wallet: "9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFin",
            weight: number,
            cast: Timestamp(milliseconds: 1_790_000_000_000 + Int64(number)),
            note: "counted with the weight at the snapshot"
        )
    }
}

/// Wall clock and processor time of a stretch of work.
struct Stopwatch {
    private let wall = ContinuousClock.now
    private let cpu = Stopwatch.processorSeconds()

    var seconds: Double { Stopwatch.seconds(ContinuousClock.now - wall) }
    var processorSeconds: Double { Stopwatch.processorSeconds() - cpu }

    private static func seconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    private static func processorSeconds() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let parts = (usage.ru_utime, usage.ru_stime)
        return Double(parts.0.tv_sec + parts.1.tv_sec) + Double(parts.0.tv_usec + parts.1.tv_usec) / 1e6
    }
}
