import Bus
import Films
import Jobs
import Logging
import Store

/// What is done for films once an hour: those whose job has ended without them are ended, the oldest are forgotten, and
/// files that nobody owns are removed.
struct FilmUpkeep: Sendable {
    let films: FilmStation
    private let logger = Logger(label: "films")

    init(films: FilmStation) { self.films = films }

    private static let queue: QueueName = "maintenance"
    private static let kind = "trim-films"

    var handlers: [JobHandler] {
        [
            films.renderHandler,
            JobHandler(
                kind: Self.kind,
                queue: Self.queue,
                timeout: .seconds(600),
                retry: RetryPolicy(base: .seconds(60))
            ) { _, _ in .completed(result: try await trim()) },
        ]
    }

    var schedules: [ScheduleDefinition] {
        [ScheduleDefinition(name: Self.kind, cron: "25 * * * *", queue: Self.queue, kind: Self.kind)]
    }

    /// Ends what a run before this one has left without a job.
    func recover() async {
        do {
            try await settle()
        } catch {
            logger.warning("films are looked through later", metadata: ["error": "\(error)"])
        }
    }

    private func trim() async throws -> String {
        try await settle()
        let settings = films.settings
        let forgotten = try await films.records.forget(
            keeping: settings.keepCount,
            sizeBytesMax: Int64(settings.keepGigabytes) * 1_000_000_000
        )
        for id in forgotten { try await films.shelf.remove(id) }
        let swept = try await sweep()
        return #"{"forgotten":\#(forgotten.count),"swept":\#(swept)}"#
    }

    /// A film is not made any more when its job has ended: cancelled by an operator, or given up after crashes.
    private func settle() async throws {
        for id in try await films.records.open() {
            let job = try await films.queue.job(id)
            switch job?.state {
            case .cancelled: _ = try await films.records.cancel(id)
            case .discarded, .completed, nil:
                let reason = job?.errors.last?.message ?? "its job is not there any more"
                _ = try await films.records.giveUp(id, reason: "given up: \(reason)")
            default: continue
            }
            try await films.tidy(id)
        }
    }

    private func sweep() async throws -> Int {
        var (known, open): (Set<UUIDv7>, Set<UUIDv7>) = ([], [])
        for id in try await films.shelf.ids() {
            guard let film = try await films.records.film(id) else { continue }
            known.insert(id)
            if !film.state.isFinal { open.insert(id) }
        }
        return try await films.shelf.sweep(
            isOpen: { [open] in open.contains($0) },
            isKnown: { [known] in known.contains($0) }
        )
    }
}
