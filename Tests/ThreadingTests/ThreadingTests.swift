import Glibc
import Testing
import Threading

struct ThreadingTests {
    @Test func `a thread runs its body once and can be joined`() throws {
        let runs = Atomic(0)
        let box = Box(runs)
        let thread = try OSThread(name: "a-name-longer-than-fifteen") { box.value.add(1, ordering: .relaxed) }
        thread.join()
        #expect(box.value.load(ordering: .relaxed) == 1)
    }

    @Test func `several signals before a drain make the descriptor readable once`() throws {
        let wake = try WakeUp()
        #expect(!isReadable(wake.descriptor))
        wake.signal()
        wake.signal()
        #expect(isReadable(wake.descriptor))
        wake.drain()
        #expect(!isReadable(wake.descriptor))
    }

    @Test func `a mutex guards what it holds`() throws {
        let counter = Counter()
        let threads = try (0..<4).map { index in
            try OSThread(name: "adder-\(index)") {
                for _ in 0..<10_000 { counter.value.withLock { $0 += 1 } }
            }
        }
        for thread in threads { thread.join() }
        #expect(counter.value.withLock { $0 } == 40_000)
    }

    @Test func `sleepers of a shared timer wake in their order, and not too early`() async throws {
        let timer = try SharedTimer()
        let start = timer.now
        let order = await withTaskGroup(of: Int?.self) { group in
            for number in [3, 1, 2] {
                // Side by side, as they are to wake in another order than they fall asleep.
                group.addTask {
                    let end = start.advanced(by: .milliseconds(number * 60))
                    do { try await timer.sleep(until: end) } catch { return nil }
                    return timer.now >= end ? number : nil
                }
            }
            return await group.reduce(into: [Int?]()) { $0.append($1) }
        }
        #expect(order == [1, 2, 3])
        try await timer.sleep(until: start)
        #expect(timer.sleeperCount == 0)
    }

    @Test func `a cancelled sleeper of a shared timer wakes at once, also when it was cancelled before it slept`()
        async throws
    {
        let timer = try SharedTimer()
        let start = timer.now
        for isEarly in [false, true] {
            let sleeper = Task {
                if isEarly { while !Task.isCancelled { await Task.yield() } }
                try await timer.sleep(until: start.advanced(by: .seconds(1000)))
            }
            while !isEarly, timer.sleeperCount == 0 { await Task.yield() }
            sleeper.cancel()
            await #expect(throws: CancellationError.self) { try await sleeper.value }
            #expect(timer.sleeperCount == 0)
        }
        #expect(timer.now < start.advanced(by: .seconds(500)))
    }

    @Test func `thousands sleep, and every other one is cancelled while its neighbours wake`() async throws {
        let timer = try SharedTimer()
        let woken = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<2000 {
                // Side by side, so that some fall asleep while others are woken and cancelled.
                group.addTask {
                    let sleeper = Task {
                        try await timer.sleep(for: .milliseconds(number % 2 == 0 ? number % 50 : 100_000))
                    }
                    for _ in 0..<(number % 7) { await Task.yield() }
                    if number % 2 == 1 { sleeper.cancel() }
                    return (try? await sleeper.value) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(woken == 1000)
        #expect(timer.sleeperCount == 0)
    }

    private func isReadable(_ descriptor: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) == 1
    }
}

private final class Box: Sendable {
    let value: Atomic<Int>
    init(_ value: consuming Atomic<Int>) { self.value = value }
}

private final class Counter: Sendable {
    let value = Mutex(0)
}
