import Bus
import Films
import Jobs
import Store

/// The job that makes a film; one at a time on all of the station's machines.
///
/// It has the film's id, so that whoever knows one knows the other. How often a film may fail is counted with the film:
/// attempts that ended with the daemon are not its failures.
struct RenderFilm: Job {
    static let kind = "render"
    static let queue: QueueName = "render"
    /// Behind what is due now.
    static let priority = 6
    static let attemptMax = 100

    let film: UUIDv7

    var uniqueBy: String? { "\(film)" }
    var limit: JobLimit? { JobLimit(key: Self.kind, runningMax: 1) }

    /// - Throws: `StoreError` when it does not encode.
    func request() throws(StoreError) -> JobRequest {
        var request = try JobRequest(self)
        request.id = film
        return request
    }
}

extension FilmStation {
    /// Longer than the longest film takes on a slow machine; a renderer that hangs is ended long before.
    private static let timeout: Duration = .seconds(12 * 3600)

    var renderHandler: JobHandler {
        JobHandler(
            kind: RenderFilm.kind,
            queue: RenderFilm.queue,
            timeout: Self.timeout,
            retry: RetryPolicy(base: .seconds(5), cap: .seconds(300))
        ) { payload, context in
            let job: RenderFilm
            do {
                job = try EventCodec.decode(RenderFilm.self, from: payload.utf8)
            } catch {
                throw JobError(.permanent, "the payload of \(RenderFilm.kind) does not decode: \(error)")
            }
            return try await render(FilmTurn(film: job.film, epoch: context.leaseEpoch))
        }
    }

    private func render(_ turn: FilmTurn) async throws -> JobOutcome {
        do {
            let outcome = try await studio.make(turn)
            _ = unwanted.remove(turn.film)
            try await tidy(turn.film)
            guard case .done(let film) = outcome else { return .completed(result: nil) }
            let result = try EventCodec.encode(["film": film.id.description, "state": film.state.rawValue])
            return .completed(result: String(decoding: result, as: UTF8.self))
        } catch {
            guard let failure = error as? StudioFailure, !Task.isCancelled else {
                // Asks no database: a cancelled task gets no answer.
                if unwanted.remove(turn.film) { try await shelf.remove(turn.film) }
                throw error
            }
            let verdict = try await records.fail(
                turn,
                reason: failure.reason,
                isPermanent: failure.isPermanent,
                failuresMax: settings.failuresMax
            )
            try await tidy(turn.film)
            guard let verdict else { return .completed(result: nil) }
            throw JobError(verdict == .again ? .transient : .permanent, failure.reason)
        }
    }
}
