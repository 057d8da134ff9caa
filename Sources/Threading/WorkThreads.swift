internal import DequeModule

/// A few threads for work that takes long without waiting for anything: hashing passwords, checking signatures.
///
/// The concurrency pool has one thread per core, so what keeps a core busy for long would stop everybody else. A thread
/// lives as long as there is something to do. What neither runs nor fits into the queue is refused at once.
public final class WorkThreads: Sendable {
    private struct Work: Sendable {
        /// Does the work, and returns what hands its result over.
        let run: @Sendable () -> @Sendable () -> Void
        let refuse: @Sendable () -> Void
    }

    private struct State {
        var waiting: Deque<Work> = []
        var running = 0
        var refused: UInt64 = 0
    }

    private let name: String
    private let threadsMax: Int
    private let waitingMax: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - name: what the threads are called.
    ///   - threadsMax: how many pieces of work are done at a time.
    ///   - waitingMax: how many more may wait.
    public init(name: String, threadsMax: Int, waitingMax: Int) {
        self.name = name
        self.threadsMax = max(1, threadsMax)
        self.waitingMax = max(0, waitingMax)
    }

    /// Pieces of work that were refused because the queue was full.
    public var refusedCount: UInt64 { state.withLock { $0.refused } }
    /// Pieces of work being done or waiting for it.
    public var depth: Int { state.withLock { $0.running + $0.waiting.count } }

    /// Does a piece of work on one of the threads.
    ///
    /// It is done even if the caller is cancelled meanwhile: it ends by itself.
    ///
    /// - Throws: `WorkRefused` when too many wait already, or the system gives no thread.
    public func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async throws(WorkRefused) -> Value {
        let value = await withUnsafeContinuation { (done: UnsafeContinuation<Value?, Never>) in
            submit(
                Work {
                    let value = body()
                    return { done.resume(returning: value) }
                } refuse: {
                    done.resume(returning: nil)
                }
            )
        }
        guard let value else { throw WorkRefused() }
        return value
    }

    private func submit(_ work: Work) {
        enum Place { case thread, queue, none }
        let place = state.withLock { state -> Place in
            if state.running < threadsMax {
                state.running += 1
                return .thread
            }
            guard state.waiting.count < waitingMax else {
                state.refused += 1
                return .none
            }
            state.waiting.append(work)
            return .queue
        }
        switch place {
        case .queue: break
        case .none: work.refuse()
        case .thread: start(with: work)
        }
    }

    private func start(with first: Work) {
        do {
            _ = try OSThread(name: name) { [self] in
                var next: Work? = first
                while let work = next {
                    let handOver = work.run()
                    // The place is free before the result is known: who has it may come again at once.
                    next = takeNext()
                    handOver()
                }
            }
        } catch {
            // Whoever waits is served by the threads that run; when there are none, by nobody.
            let orphans = state.withLock { state -> Deque<Work> in
                state.running -= 1
                guard state.running == 0 else { return [] }
                defer { state.waiting = [] }
                return state.waiting
            }
            for work in [first] + orphans { work.refuse() }
            state.withLock { $0.refused += 1 + UInt64(orphans.count) }
        }
    }

    /// The next one waiting; with none, the thread ends.
    private func takeNext() -> Work? {
        state.withLock { state in
            if let work = state.waiting.popFirst() { return work }
            state.running -= 1
            return nil
        }
    }
}

/// There is more to do than the threads and their queue can hold.
public struct WorkRefused: Error, Hashable, CustomStringConvertible {
    public init() {}
    public var description: String { "too much is waiting to be worked on" }
}
