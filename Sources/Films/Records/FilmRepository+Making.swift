package import Bus
import Domain
package import RenderWire
import Store

/// What becomes of a film.
///
/// Each of these says whether it was so: what an attempt writes after a later one has begun, or after the film's end, is
/// not written.
extension FilmRepository {
    /// Begins an attempt; those before it may write nothing more.
    ///
    /// - Returns: the film; `nil` when it has ended, or a later attempt has begun.
    /// - Throws: `FilmError.store`.
    package func begin(_ turn: FilmTurn) async throws(FilmError) -> FilmRecord? {
        let arguments = [SQLValue(turn.film), .integer(turn.epoch), SQLValue(now())]
        return try await changed(FilmSQL.begin, arguments) { _, _ in }
    }

    /// All is said, and so many frames are to be drawn.
    ///
    /// - Returns: whether the attempt still counts.
    /// - Throws: `FilmError.store`.
    package func draw(_ turn: FilmTurn, frames: Int) async throws(FilmError) -> Bool {
        try await run(FilmSQL.draw, [SQLValue(turn.film), .integer(turn.epoch), SQLValue(frames)]) == 1
    }

    /// How far a state is: sentences while it is spoken, frames while it is drawn.
    ///
    /// - Returns: whether the attempt still counts.
    /// - Throws: `FilmError.store`.
    package func note(
        _ turn: FilmTurn,
        in state: FilmState,
        done: Int,
        of total: Int
    ) async throws(FilmError) -> Bool {
        let arguments = [
            SQLValue(turn.film), .integer(turn.epoch), SQLValue(max(0, min(done, total))), SQLValue(max(0, total)),
            .text(state.rawValue),
        ]
        return try await run(FilmSQL.progress, arguments) == 1
    }

    /// The film is there.
    ///
    /// - Parameters:
    ///   - turn: whose attempt it was.
    ///   - result: what the renderer has told of it.
    ///   - sizeBytes: of all its files.
    /// - Returns: `nil` when nobody wants it any more.
    /// - Throws: `FilmError.store`.
    package func finish(
        _ turn: FilmTurn,
        _ result: RenderedFilm,
        sizeBytes: Int64
    ) async throws(FilmError) -> FilmRecord? {
        let encoded: String
        do {
            encoded = String(decoding: try EventCodec.encode(result), as: UTF8.self)
        } catch {
            throw .store(StoreError(.unpublishable, "film", detail: "\(error)"))
        }
        let arguments: [SQLValue] = [
            SQLValue(turn.film), .integer(turn.epoch), .text(encoded), .integer(sizeBytes), SQLValue(result.frames),
            SQLValue(now()),
        ]
        return try await changed(FilmSQL.finish, arguments) { transaction, film in
            try transaction.append(
                RenderCompleted(
                    render: film.id,
                    owner: film.owner,
                    title: film.title,
                    seconds: result.seconds,
                    sizeBytes: sizeBytes
                )
            )
        }
    }

    /// An attempt has failed: the film waits for another, or has failed for good.
    ///
    /// - Parameters:
    ///   - turn: whose attempt it was.
    ///   - reason: one sentence.
    ///   - isPermanent: whether another attempt would say the same.
    ///   - failuresMax: how often it may fail.
    /// - Returns: what follows; `nil` when nobody wants it any more.
    /// - Throws: `FilmError.store`.
    package func fail(
        _ turn: FilmTurn,
        reason: String,
        isPermanent: Bool,
        failuresMax: Int
    ) async throws(FilmError) -> FilmVerdict? {
        let (text, time) = (String(reason.prefix(1000)), now())
        return try await commit { transaction in
            let arguments = [SQLValue(turn.film), .integer(turn.epoch), .text(text)]
            let answer = try transaction.run([BoundStatement(FilmSQL.noteFailure, arguments)])[0]
            guard let failures = answer.rows.first?.first?.int else { return nil }
            let verdict = FilmVerdict(failures: failures, of: failuresMax, isPermanent: isPermanent)
            switch verdict {
            case .again: try transaction.execute(FilmSQL.wait, [SQLValue(turn.film), .integer(turn.epoch)])
            case .failed: try Self.end(&transaction, turn.film, reason: text, at: time)
            }
            return verdict
        }
    }

    /// A film will not be made, whoever was at it.
    ///
    /// - Returns: false when it has ended already.
    /// - Throws: `FilmError.store`.
    package func giveUp(_ id: UUIDv7, reason: String) async throws(FilmError) -> Bool {
        let (text, time) = (String(reason.prefix(1000)), now())
        return try await commit { transaction in try Self.end(&transaction, id, reason: text, at: time) }
    }

    /// Nobody wants a film any more.
    ///
    /// - Returns: it as it is now; `nil` when it had ended already.
    /// - Throws: `FilmError.store`.
    package func cancel(_ id: UUIDv7) async throws(FilmError) -> FilmRecord? {
        try await changed(FilmSQL.cancel, [SQLValue(id), SQLValue(now())]) { transaction, film in
            try transaction.append(RenderCancelled(render: film.id, owner: film.owner))
        }
    }

    @discardableResult
    private static func end(
        _ transaction: inout Transaction,
        _ id: UUIDv7,
        reason: String,
        at time: Timestamp
    ) throws -> Bool {
        let answer = try transaction.run([
            BoundStatement(FilmSQL.fail, [SQLValue(id), .text(reason), SQLValue(time)])
        ])[0]
        guard let row = answer.rows.first else { return false }
        guard let film = FilmRecord(row) else { throw corrupt }
        try transaction.append(RenderFailed(render: id, owner: film.owner, reason: reason))
        return true
    }

    private func changed(
        _ statement: SQL,
        _ arguments: [SQLValue],
        _ tell: @escaping @Sendable (inout Transaction, FilmRecord) throws -> Void
    ) async throws(FilmError) -> FilmRecord? {
        try await commit { transaction in
            guard let row = try transaction.run([BoundStatement(statement, arguments)])[0].rows.first else {
                return nil
            }
            guard let film = FilmRecord(row) else { throw Self.corrupt }
            try tell(&transaction, film)
            return film
        }
    }
}
