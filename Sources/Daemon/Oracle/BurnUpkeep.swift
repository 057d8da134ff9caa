import Jobs
import Logging
import Telemetry
import WalletAnalysis

/// Looks for payments that nobody has told of.
struct BurnUpkeep: Sendable {
    let burns: BurnDesk
    /// Why there is nothing to look for; `nil` when there is.
    let lack: String?
    let cron: String
    private let logger = Logger(label: "oracle")

    init(burns: BurnDesk, lack: String?, cron: String) {
        self.burns = burns
        self.lack = lack
        self.cron = cron
    }

    private static let queue: QueueName = "oracle"
    private static let kind = "look-for-burns"

    var handlers: [JobHandler] {
        [
            JobHandler(
                kind: Self.kind,
                queue: Self.queue,
                timeout: .seconds(600),
                retry: RetryPolicy(base: .seconds(60))
            ) { _, _ in .completed(result: try await look()) }
        ]
    }

    var schedules: [ScheduleDefinition] {
        var schedule = ScheduleDefinition(name: Self.kind, cron: cron, queue: Self.queue, kind: Self.kind)
        // One look finds everything since the last one.
        schedule.catchUp = .skip
        return [schedule]
    }

    private func look() async throws -> String {
        if let lack { return #"{"skipped":"\#(lack)"}"# }
        do throws(BurnError) {
            let round = try await burns.poll()
            if round.accepted > 0 {
                logger.info("payments were found", metadata: [LogKey.count: "\(round.accepted)"])
            }
            return
                #"{"looked":\#(round.looked),"accepted":\#(round.accepted),"refused":\#(round.refused),"#
                + #""has_more":\#(round.hasMore)}"#
        } catch {
            throw JobError(.transient, error.description)
        }
    }
}
