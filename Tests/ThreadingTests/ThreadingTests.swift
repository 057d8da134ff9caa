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
