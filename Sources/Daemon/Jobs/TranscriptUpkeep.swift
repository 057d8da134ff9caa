import Bus
import Jobs
import Show

/// Removes transcripts that are older than they are kept.
struct TranscriptUpkeep: Sendable {
    let station: Station

    private static let queue: QueueName = "maintenance"
    private static let kind = "trim-transcripts"
    /// Of one portion.
    private static let portion = 1000

    var handlers: [JobHandler] {
        [
            JobHandler(
                kind: Self.kind,
                queue: Self.queue,
                timeout: .seconds(3600),
                retry: RetryPolicy(base: .seconds(60))
            ) { _, _ in .completed(result: try await trim()) }
        ]
    }

    var schedules: [ScheduleDefinition] {
        [ScheduleDefinition(name: Self.kind, cron: "15 3 * * *", queue: Self.queue, kind: Self.kind)]
    }

    private func trim() async throws -> String {
        let days = station.settings.current.configuration.onair.transcriptsDays
        let bound = station.now().advanced(by: .seconds(-86_400 * days))
        let removed = try await Portions.removing {
            try await station.segments.prune(before: bound, limit: Self.portion)
        }
        return #"{"removed":\#(removed)}"#
    }
}
