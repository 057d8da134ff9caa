import DequeModule
import Threading

/// Hashes passwords on a few threads of its own: each takes a tenth of a second of one core, and nobody else waits for it.
///
/// A thread lives as long as there is something to hash. What neither runs nor fits into the queue is refused at once.
package final class PasswordHasher: Sendable {
    private struct Work: Sendable {
        /// Does the work, and returns what hands its result over.
        let run: @Sendable () -> @Sendable () -> Void
        let refuse: @Sendable (IdentityError) -> Void
    }

    private struct State {
        var waiting: Deque<Work> = []
        var running = 0
        var refused: UInt64 = 0
    }

    package let cost: PasswordHash.Cost
    private let threadsMax: Int
    private let waitingMax: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - cost: of new hashes.
    ///   - threadsMax: how many passwords are hashed at a time.
    ///   - waitingMax: how many more may wait.
    package init(cost: PasswordHash.Cost = .standard, threadsMax: Int = 2, waitingMax: Int = 64) {
        self.cost = cost
        self.threadsMax = max(1, threadsMax)
        self.waitingMax = max(0, waitingMax)
    }

    /// Passwords that were refused because the queue was full.
    package var refusedCount: UInt64 { state.withLock { $0.refused } }
    /// Passwords being hashed or waiting for it.
    package var depth: Int { state.withLock { $0.running + $0.waiting.count } }

    // MARK: Work

    /// - Throws: `IdentityError`: `.busy`, `.failed`.
    func hash(_ password: String) async throws(IdentityError) -> PasswordHash {
        let cost = cost
        return try await work { () throws(IdentityError) in try PasswordHash(of: password, cost: cost) }
    }

    /// Whether a password is the one of a hash; with none it takes as long and is wrong.
    ///
    /// - Throws: `IdentityError`: `.busy`, `.failed`.
    func check(_ password: String, against hash: PasswordHash?) async throws(IdentityError) -> Bool {
        let cost = cost
        return try await work { () throws(IdentityError) in
            guard let hash else {
                try PasswordHash.waste(password, cost: cost)
                return false
            }
            return try hash.matches(password)
        }
    }

    private func work<Value: Sendable>(
        _ body: @escaping @Sendable () throws(IdentityError) -> Value
    ) async throws(IdentityError) -> Value {
        let result = await withUnsafeContinuation { (done: UnsafeContinuation<Result<Value, IdentityError>, Never>) in
            submit(
                Work {
                    let result: Result<Value, IdentityError>
                    do throws(IdentityError) {
                        result = .success(try body())
                    } catch {
                        result = .failure(error)
                    }
                    return { done.resume(returning: result) }
                } refuse: {
                    done.resume(returning: .failure($0))
                }
            )
        }
        return try result.get()
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
        case .none: work.refuse(.tooManyPasswords)
        case .thread: start(with: work)
        }
    }

    private func start(with first: Work) {
        do {
            _ = try OSThread(name: "passwords") { [self] in
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
            for work in [first] + orphans { work.refuse(.tooManyPasswords) }
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

extension IdentityError {
    fileprivate static let tooManyPasswords = IdentityError(
        .busy,
        "Too many passwords are being checked; try again soon.",
        retryAfterSeconds: 1
    )
}
