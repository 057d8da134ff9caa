import Threading

/// Hashes passwords on a few threads of its own: each takes a tenth of a second of one core, and nobody else waits for it.
///
/// What neither runs nor fits into the queue is refused at once.
package final class PasswordHasher: Sendable {
    package let cost: PasswordHash.Cost
    private let threads: WorkThreads

    /// - Parameters:
    ///   - cost: of new hashes.
    ///   - threadsMax: how many passwords are hashed at a time.
    ///   - waitingMax: how many more may wait.
    package init(cost: PasswordHash.Cost = .standard, threadsMax: Int = 2, waitingMax: Int = 64) {
        self.cost = cost
        threads = WorkThreads(name: "passwords", threadsMax: threadsMax, waitingMax: waitingMax)
    }

    /// Passwords that were refused because the queue was full.
    package var refusedCount: UInt64 { threads.refusedCount }
    /// Passwords being hashed or waiting for it.
    package var depth: Int { threads.depth }

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
        let result: Result<Value, IdentityError>
        do throws(WorkRefused) {
            result = try await threads.run {
                do throws(IdentityError) {
                    return .success(try body())
                } catch {
                    return .failure(error)
                }
            }
        } catch {
            throw IdentityError(
                .busy,
                "Too many passwords are being checked; try again soon.",
                retryAfterSeconds: 1
            )
        }
        return try result.get()
    }
}
