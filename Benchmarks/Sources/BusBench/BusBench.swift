import Bus
import Glibc
import Threading

/// Publish to handled, inside one process: how many events a second, and how late they arrive.
///
/// Usage: `BusBench throughput SUBSCRIBERS PUBLISHES BATCH` or `BusBench latency SUBSCRIBERS SECONDS`.
/// Prints one line of JSON.
@main
struct BusBench {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 4, let subscribers = Int(arguments[2]), let amount = Int(arguments[3]) else {
            print("usage: BusBench throughput SUBSCRIBERS PUBLISHES [BATCH] | latency SUBSCRIBERS SECONDS")
            exit(64)
        }
        switch arguments[1] {
        case "throughput":
            let batch = arguments.count > 4 ? Int(arguments[4]) ?? 1 : 1
            try await throughput(subscribers: subscribers, publishes: amount, batch: batch)
        case "latency": try await latency(subscribers: subscribers, seconds: amount)
        default: exit(64)
        }
    }

    private static func throughput(subscribers: Int, publishes: Int, batch: Int) async throws {
        let bus = try EventBus(types: [Measured.self])
        let window = 2048
        let progress = Progress(count: subscribers)
        let started = ContinuousClock.now
        try await withThrowingTaskGroup(of: UInt64.self) { group in
            for index in 0..<subscribers {
                let subscription = try bus.subscribe(to: Measured.self, as: name(index), limit: window * 2)
                let sink = Sink(subscription: subscription, expected: publishes, progress: progress, index: index)
                group.addTask { await sink.run() }
            }
            group.addTask {
                // Full envelopes, one at a time or in batches; waits when the slowest subscriber is a window behind, so
                // that what is measured is delivery and not dropping.
                let source: ActorName = "bench"
                let events = (0..<batch).map { Measured(number: UInt64($0)) }
                var sent = 0
                while sent < publishes {
                    if batch == 1 {
                        for _ in 0..<64 where sent < publishes {
                            try bus.publish(Measured(number: UInt64(sent)), from: source)
                            sent += 1
                        }
                    } else {
                        let part = events.prefix(publishes - sent)
                        try bus.publish(contentsOf: part, from: source)
                        sent += part.count
                    }
                    await progress.wait(until: sent - window)
                }
                return 0
            }
            for try await _ in group {}
        }
        let seconds = Double((ContinuousClock.now - started) / .nanoseconds(1)) / 1e9
        let missed = bus.statistics.mailboxes.reduce(0) { $0 + $1.dropped }
        print(
            #"{"bench":"bus","mode":"throughput","subscribers":\#(subscribers),"batch":\#(batch),"#
                + #""publishes_per_s":\#(Int(Double(publishes) / seconds)),"#
                + #""deliveries_per_s":\#(Int(Double(publishes * subscribers) / seconds)),"dropped":\#(missed),"#
                + #""yields":\#(progress.yields.load(ordering: .relaxed))}"#
        )
    }

    private static func latency(subscribers: Int, seconds: Int) async throws {
        let bus = try EventBus(types: [Measured.self])
        let total = seconds * 10_000
        var samples: [UInt64] = []
        try await withThrowingTaskGroup(of: [UInt64].self) { group in
            for index in 0..<subscribers {
                let subscription = try bus.subscribe(to: Measured.self, as: name(index))
                let sink = LatencySink(subscription: subscription, expected: total)
                group.addTask { await sink.run() }
            }
            // A plain thread paces the publishing, so that the pool does nothing but deliver.
            let publisher = try OSThread(name: "pacer") {
                var next = monotonicNanoseconds()
                for _ in 0..<total {
                    next += 100_000
                    var pause = timespec(tv_sec: Int(next / 1_000_000_000), tv_nsec: Int(next % 1_000_000_000))
                    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &pause, nil)
                    _ = try? bus.publish(Measured(number: monotonicNanoseconds()), from: "bench")
                }
            }
            for try await part in group { samples += part }
            publisher.join()
        }
        samples.sort()
        let p50 = Double(samples[samples.count / 2]) / 1000
        let p99 = Double(samples[samples.count * 99 / 100]) / 1000
        print(
            #"{"bench":"bus","mode":"latency","subscribers":\#(subscribers),"events_per_s":10000,"#
                + #""p50_us":\#(p50),"p99_us":\#(p99)}"#
        )
    }

    private static func name(_ index: Int) -> ActorName { ActorName("subscriber-\(index)") ?? "subscriber" }
}

/// 64 bytes, like the events of the peers.
struct Measured: DataEvent {
    static let topic: Topic = "bench.event.measured"
    var number: UInt64
    var one: UInt64 = 1
    var two: UInt64 = 2
    var three: UInt64 = 3
    var four: UInt64 = 4
    var five: UInt64 = 5
    var six: UInt64 = 6
    var seven: UInt64 = 7
}

actor Sink {
    private let subscription: Subscription<Measured>
    private let expected: Int
    private let progress: Progress
    private let index: Int
    private var sum: UInt64 = 0

    init(subscription: Subscription<Measured>, expected: Int, progress: Progress, index: Int) {
        self.subscription = subscription
        self.expected = expected
        self.progress = progress
        self.index = index
    }

    func run() async -> UInt64 {
        var batch = EventBatch<Measured>()
        var handled = 0
        while handled < expected, await subscription.next(&batch) {
            handled += batch.count
            while let envelope = batch.popFirst() { handle(envelope) }
            progress.report(handled, by: index)
        }
        return sum
    }

    private func handle(_ envelope: Envelope<Measured>) { sum &+= envelope.payload.number &+ envelope.header.seq }
}

actor LatencySink {
    private let subscription: Subscription<Measured>
    private let expected: Int

    init(subscription: Subscription<Measured>, expected: Int) {
        self.subscription = subscription
        self.expected = expected
    }

    func run() async -> [UInt64] {
        var samples: [UInt64] = []
        samples.reserveCapacity(expected)
        for await envelope in subscription {
            samples.append(monotonicNanoseconds() - envelope.payload.number)
            if samples.count == expected { break }
        }
        return samples
    }
}

/// How far each subscriber has come, for the publisher that must not run away from them.
final class Progress: Sendable {
    /// How often the publisher gave way: the runtime allocates once for each, which is not the bus's doing.
    let yields = Atomic<Int>(0)
    private let handled: Mutex<[Int]>

    init(count: Int) { handled = Mutex(Array(repeating: 0, count: count)) }

    func report(_ count: Int, by index: Int) { handled.withLock { $0[index] = count } }

    func wait(until count: Int) async {
        while handled.withLock({ $0.min() ?? 0 }) < count {
            yields.add(1, ordering: .relaxed)
            await Task.yield()
        }
    }
}

func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
