import Bus
import Store

/// Where one owner of a run writes: everything goes through the fence, or is not written.
final class RunJournal: Sendable {
    let run: UUIDv7
    let workflow: String
    let store: any Storage
    private let author: Incarnation
    private let leaseEpoch: Int64
    /// The chain of causes that the run belongs to.
    let correlation: UUIDv7?

    init(
        store: any Storage,
        author: Incarnation,
        run: UUIDv7,
        workflow: String,
        leaseEpoch: Int64,
        correlation: UUIDv7?
    ) {
        self.store = store
        self.author = author
        self.run = run
        self.workflow = workflow
        self.leaseEpoch = leaseEpoch
        self.correlation = correlation
    }

    /// What came of a write.
    struct Written<Value: Sendable>: Sendable {
        let value: Value
        /// Somebody wants the run cancelled.
        let isCancelRequested: Bool
    }

    /// Runs statements in one transaction that also makes sure that the run is still this owner's.
    ///
    /// - Throws: `FlowEnding`: `.leaseLost`, `.interrupted`, `.storage`, or what the body throws as one.
    func commit<Value: Sendable>(
        _ body: @escaping @Sendable (inout Transaction) throws -> Value
    ) async throws(FlowEnding) -> Written<Value> {
        do {
            let (run, leaseEpoch) = (run, leaseEpoch)
            return try await store.commit(by: author) { transaction in
                let fence = try transaction.rows(SQL.fence, [SQLValue(run), .integer(leaseEpoch)])
                guard let row = fence.first else { throw LeaseLost() }
                return Written(value: try body(&transaction), isCancelRequested: row[0].isTrue)
            }.value
        } catch {
            throw FlowEnding(error)
        }
    }

    /// Whether the run is still this owner's, and is not to be cancelled.
    func look() async throws(FlowEnding) -> Bool {
        do {
            let rows = try await store.query(SQL.look, [SQLValue(run), .integer(leaseEpoch)])
            guard let row = rows.first else { throw LeaseLost() }
            return !row[0].isTrue
        } catch {
            throw FlowEnding(error)
        }
    }
}

/// The run has another owner by now: nothing was written.
struct LeaseLost: Error, CustomStringConvertible {
    let description = "the run's lease was lost to another worker"
}

extension FlowEnding {
    /// - Parameter error: what a write threw.
    init(_ error: any Error) {
        switch error {
        case let ending as FlowEnding: self = ending
        case is LeaseLost: self = .leaseLost
        case is CancellationError: self = .interrupted
        case let error as StoreError: self = error.disposition == .stop ? .interrupted : .storage(error)
        default: self = .broken("\(error)")
        }
    }
}

extension SQL {
    private static let owned = """
        SELECT CASE WHEN workflow_run.cancel_requested_at IS NULL THEN 0 ELSE 1 END
        FROM job LEFT JOIN workflow_run ON workflow_run.id = job.id
        WHERE job.id = ?1 AND job.state = 'running' AND job.lease_epoch = ?2
        """
    /// Holds the job's row until the transaction ends, so that nobody takes the run over or speaks to it meanwhile.
    fileprivate static let fence = SQL(
        sqlite: owned,
        postgres: owned.replacing("?", with: "$") + " FOR SHARE OF job"
    )
    fileprivate static let look = SQL(stringLiteral: owned)
}
