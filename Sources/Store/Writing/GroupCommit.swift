import Bus
import Logging
import Threading

/// The writer's loop: drains the queue into one transaction after another.
///
/// One `fsync` serves all units of a group, which is where the speed comes from. Each group is committed, then
/// delivered to the bus in the order of its offsets, and only then are its callers told.
struct GroupCommit {
    let queue: WriteQueue
    let writer: LogWriter
    let status: WriterStatus
    let logger: Logger
    /// Told of each commit that logged events, on the writer's thread.
    let onLogged: @Sendable () -> Void
    /// How often to look for what others have logged, at least; `nil` in a log of one writer.
    let followInterval: Duration?

    private var connection: any WriterConnection { writer.connection }

    /// Runs until the queue is closed and empty.
    func run() {
        var group: [WriteQueue.Entry] = []
        var isBehind = false
        while queue.next(&group, within: followInterval) {
            connection.exclusively {
                if group.isEmpty { follow(&isBehind) } else { commit(group) }
            }
        }
    }

    private func follow(_ isBehind: inout Bool) {
        do {
            try writer.follow()
            isBehind = false
        } catch {
            // Once per outage; it is tried again with the next interval.
            if !isBehind { logger.warning("the log cannot be followed", metadata: ["error": "\(error)"]) }
            isBehind = true
        }
    }

    private func commit(_ group: [WriteQueue.Entry]) {
        let start = writer.mark
        let outcomes: [WriteOutcome]
        do {
            outcomes = try write(group, from: start)
        } catch {
            // Nothing of the group is stored, no matter which unit met the failure.
            if connection.isInTransaction { connection.rollBack() }
            writer.rollBack(to: start)
            status.noteFailure()
            for entry in group { entry.finish(.failed(error)) }
            return
        }
        let logged = writer.settle()
        status.noteCommit(writer.assigner.position, events: logged.count, units: group.count)
        do {
            try writer.bus.deliver(logged)
        } catch {
            logger.error("committed events were not delivered", metadata: ["error": "\(error)"])
        }
        for (entry, outcome) in zip(group, outcomes) { entry.finish(outcome) }
        if !logged.isEmpty { onLogged() }
    }

    private func write(_ group: [WriteQueue.Entry], from start: LogWriter.Mark) throws(StoreError) -> [WriteOutcome] {
        try writer.begin()
        let before = writer.assigner.position
        var outcomes: [WriteOutcome] = []
        outcomes.reserveCapacity(group.count)
        for entry in group { outcomes.append(try perform(entry.unit)) }
        if writer.assigner.position != before { try connection.savePosition(writer.assigner.position) }
        try connection.commit()
        return outcomes
    }

    /// Runs one unit.
    ///
    /// Its own failure is its outcome.
    ///
    /// - Throws: `StoreError` when the whole transaction is lost.
    private func perform(_ unit: WriteUnit) throws(StoreError) -> WriteOutcome {
        guard !unit.author.isFenced else { return .failed(StoreError(.fenced, unit.author.name.text)) }
        switch unit.work {
        case .append(let events): return try append(events, by: unit.author)
        case .body(let body): return try run(body, by: unit.author)
        }
    }

    private func append(_ events: [PendingEvent], by author: Incarnation) throws(StoreError) -> WriteOutcome {
        let mark = writer.mark
        do {
            for event in events { _ = try writer.append(event, source: author.name) }
        } catch {
            guard connection.isInTransaction else { throw error }
            _ = try connection.run([BoundStatement(SQL.undoEvents, [.integer(Int64(mark.assigner.head))])])
            writer.rollBack(to: mark)
            return .failed(error)
        }
        return .committed(writer.headers(since: mark))
    }

    private func run(
        _ body: @Sendable (inout Transaction) throws -> Void,
        by author: Incarnation
    ) throws(StoreError) -> WriteOutcome {
        let mark = writer.mark
        try connection.beginSavepoint()
        do {
            var transaction = Transaction(writer: writer, author: author)
            try body(&transaction)
        } catch {
            guard connection.isInTransaction else { throw StoreError(lostBy: error) }
            try connection.rollBackToSavepoint()
            writer.rollBack(to: mark)
            return .failed(error)
        }
        try connection.releaseSavepoint()
        return .committed(writer.headers(since: mark))
    }
}

extension StoreError {
    /// The failure that made the engine give up a whole transaction.
    fileprivate init(lostBy error: any Error) {
        self = error as? StoreError ?? StoreError(.failed, "transaction", detail: "\(error)")
    }
}

/// How the writer is doing, for those on other threads.
final class WriterStatus: Sendable {
    private let state: Mutex<WriterStatistics>

    init(position: LogPosition) { state = Mutex(WriterStatistics(position: position)) }

    var statistics: WriterStatistics { state.withLock { $0 } }

    fileprivate func noteCommit(_ position: LogPosition, events: Int, units: Int) {
        state.withLock { state in
            state.position = position
            state.commits += 1
            state.failuresInARow = 0
            state.events += UInt64(events)
            state.units += UInt64(units)
        }
    }

    /// The log stands there by the work of others.
    func noteFollowed(_ position: LogPosition) { state.withLock { $0.position = position } }

    fileprivate func noteFailure() {
        state.withLock { state in
            state.failures += 1
            state.failuresInARow += 1
        }
    }
}

/// What the writer has done since the store was opened.
package struct WriterStatistics: Hashable, Sendable {
    package fileprivate(set) var position: LogPosition
    /// Transactions committed.
    package fileprivate(set) var commits: UInt64 = 0
    package fileprivate(set) var events: UInt64 = 0
    /// Callers' units in those transactions, also those that failed by themselves.
    package fileprivate(set) var units: UInt64 = 0
    /// Transactions that were lost as a whole.
    package fileprivate(set) var failures: UInt64 = 0
    /// Transactions that were lost since the last one that was not.
    package fileprivate(set) var failuresInARow: UInt64 = 0
    /// Units waiting now.
    package internal(set) var queueDepth = 0
    /// Units refused because the queue was full.
    package internal(set) var refused: UInt64 = 0
}
