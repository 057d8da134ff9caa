import Bus
import Jobs

/// The wall clock of a stretch of work.
struct Stopwatch {
    private let start = ContinuousClock.now

    var seconds: Double { Stopwatch.seconds(ContinuousClock.now - start) }

    static func seconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}

/// Percentiles of some waits, in milliseconds.
struct Waits {
    private let sorted: [Double]

    init(_ waits: [Duration]) { sorted = waits.map { Stopwatch.seconds($0) * 1000 }.sorted() }

    private func percentile(_ share: Double) -> Double {
        guard let last = sorted.indices.last else { return .infinity }
        return sorted[min(last, Int(Double(sorted.count) * share))]
    }

    func figures(_ name: String) -> [(String, Double)] {
        [
            ("\(name)_p50_ms", percentile(0.5)), ("\(name)_p99_ms", percentile(0.99)),
            ("\(name)_count", Double(sorted.count)),
        ]
    }
}

/// Ticks of a steady pace; what is late is made up for, so that slow work is not measured less often.
struct Pace {
    let seconds: Int
    let rate: Int

    var count: Int { seconds * rate }

    /// Starts one task for each tick.
    func run(_ body: @escaping @Sendable (Int) async throws -> Void) async throws {
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<count {
                try await ContinuousClock().sleep(
                    until: start + .seconds(1) * number / rate,
                    tolerance: .milliseconds(1)
                )
                group.addTask { try await body(number) }
            }
            try await group.waitForAll()
        }
    }
}

extension JobQueue {
    static let bench: QueueName = "bench"
    static let kind = "noop"

    /// Enqueues jobs that do nothing, in transactions of 1000.
    func enqueueBench(_ count: Int) async throws {
        for first in stride(from: 0, to: count, by: 1000) {
            let requests = (first..<min(first + 1000, count)).map { number in
                JobRequest(queue: JobQueue.bench, kind: JobQueue.kind, payload: "{\"number\":\(number)}")
            }
            try await enqueue(contentsOf: requests)
        }
    }
}

/// A bench that did not do what it measures.
struct BenchError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
