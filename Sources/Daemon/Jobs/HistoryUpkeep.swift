import Bus
import Domain
import Glibc
import Jobs
import Logging
import MarketHistory
import Telemetry

/// Keeps the history of the markets within its bounds: old prices to the archive, fewer of the older ones, and old
/// figures, news and calls removed.
struct HistoryUpkeep: Sendable {
    let station: Station
    private let logger = Logger(label: "market")

    init(station: Station) { self.station = station }

    private static let queue: QueueName = "maintenance"
    private static let archiveKind = "archive-prices"
    private static let thinKind = "thin-prices"
    private static let trimKind = "trim-market-history"
    /// Steps of one run; the next run goes on.
    private static let stepsMax = 100_000
    /// For one attempt; what is left is the next one's.
    private static let timeout: Duration = .seconds(4 * 3600)

    private var settings: MarketHistoryConfig { station.settings.current.configuration.market.history }
    private var records: MarketRecords { station.records }

    private func before(days: Int) -> Timestamp { station.now().advanced(by: .seconds(-86_400 * days)) }

    var handlers: [JobHandler] {
        [
            handler(Self.archiveKind) { try await archive() },
            handler(Self.thinKind) { try await thin() },
            handler(Self.trimKind) { try await trim() },
        ]
    }

    private func handler(_ kind: String, _ run: @escaping @Sendable () async throws -> String) -> JobHandler {
        JobHandler(kind: kind, queue: Self.queue, timeout: Self.timeout, retry: RetryPolicy(base: .seconds(60))) {
            _,
            _ in
            .completed(result: try await run())
        }
    }

    var schedules: [ScheduleDefinition] {
        [
            (Self.archiveKind, "30 2 * * *"), (Self.trimKind, "0 3 * * *"), (Self.thinKind, "30 3 * * 0"),
        ].map { kind, cron in ScheduleDefinition(name: kind, cron: cron, queue: Self.queue, kind: kind) }
    }

    // MARK: Work

    private func archive() async throws -> String {
        let path = archiveFolder
        try await offPool { ArchivePlace.make(path) }.get()
        let folder = ArchiveFolder(path: path)
        let age = Duration.seconds(86_400 * settings.pricesDays)
        var months = 0
        for _ in 0..<Self.stepsMax {
            try Task.checkCancellation()
            let step = try await records.prices.archive(to: folder, olderThan: age)
            if step == .nothingDue { break }
            guard case .finished(let month, let written, let removed) = step else { continue }
            months += 1
            logger.notice(
                "a month of prices is in the archive",
                metadata: [
                    LogKey.path: "\(path)", LogKey.reason: "\(month): \(written) written, \(removed) removed",
                    LogKey.count: "\(removed)",
                ]
            )
        }
        return #"{"months":\#(months)}"#
    }

    /// Where months of prices go.
    var archiveFolder: String {
        settings.archiveFolder.isEmpty
            ? "\(station.settings.current.layout.stateDirectory)/archive" : settings.archiveFolder
    }

    private func thin() async throws -> String {
        let bound = before(days: settings.thinPricesDays)
        var removed = 0
        var place: PriceRepository.ThinningPlace?
        for _ in 0..<Self.stepsMax {
            try Task.checkCancellation()
            let step = try await records.prices.thin(before: bound, to: .oneHour, from: place)
            removed += step.removed
            place = step.next
            if place == nil { break }
        }
        return #"{"removed":\#(removed)}"#
    }

    private func trim() async throws -> String {
        let settings = settings
        let calls = try await Portions.removing {
            try await records.calls.prune(before: before(days: settings.callsDays))
        }
        let defi = try await Portions.removing { try await records.defi.prune(before: before(days: settings.defiDays)) }
        let news = try await Portions.removing { try await records.news.prune(before: before(days: settings.newsDays)) }
        return #"{"calls":\#(calls),"defi":\#(defi),"news":\#(news)}"#
    }
}

/// The folder of the archive.
enum ArchivePlace {
    /// Makes it when it is not there: for the daemon's own user alone.
    static func make(_ path: String) -> Result<Void, FolderError> {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return .success(()) }
        return .failure(FolderError(path: path, code: errno))
    }
}
