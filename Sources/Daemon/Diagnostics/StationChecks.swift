import API
import Actors
import Bus
import Domain
import Glibc
import HTTPClient
import Jobs
import Market
import Store
import Telemetry

/// What is looked at when the station is looked over.
struct StationChecks: Sendable {
    let station: Station
    let jobs: JobDesk
    let feed: MarketFeed
    let environment: [String: String]

    typealias Issue = DiagnosticsAnswer.Issue
    typealias Finding = DiagnosticCheck.Finding

    var all: [DiagnosticCheck] {
        [folders, disk, database, stuckJobs, failedJobs, market, actors, configuration, secrets]
    }

    // MARK: The machine

    private var folders: DiagnosticCheck {
        DiagnosticCheck("folders") { [station] in
            let layout = station.settings.current.layout
            return await offPool {
                [layout.stateDirectory, layout.runtimeDirectory, layout.cacheDirectory].compactMap { folder in
                    if !ConfigFile.isDirectory(folder) {
                        let text = "\(folder) is not there; what the station keeps in it cannot be kept."
                        return Finding(
                            Issue(.critical, "folders", "A folder is missing", text, fix: .createFolders),
                            fix: { try await StationChecks.makeFolders(layout) }
                        )
                    }
                    guard !ConfigFile.isAccessible(folder, W_OK | X_OK) else { return nil }
                    let text = "\(folder) cannot be written; give it to the user that the station runs as."
                    return Finding(Issue(.critical, "folders", "A folder cannot be written", text))
                }
            }
        }
    }

    private static func makeFolders(_ layout: DirectoryLayout) async throws -> Bool {
        try await offPool { Result { () throws(FolderError) in try StationFolders(layout).make() } }.get()
        return true
    }

    private var disk: DiagnosticCheck {
        DiagnosticCheck("disk") { [station] in
            let folder = station.settings.current.layout.stateDirectory
            let share = try DiskSpace(of: folder).freeShare
            guard share < 0.15 else { return [] }
            let text = "\(Int(share * 100)) % of the disk that holds \(folder) is free; below 5 % it is time to act."
            return [Finding(Issue(share < 0.05 ? .critical : .warning, "disk", "The disk is filling up", text))]
        }
    }

    // MARK: The store

    private var database: DiagnosticCheck {
        DiagnosticCheck("database") { [station] in
            do throws(StoreError) {
                _ = try await station.store.query("SELECT 1")
            } catch {
                let text =
                    "Questions to the database fail (\(error.code)); see that its server runs and can be reached."
                return [Finding(Issue(.critical, "database", "The database does not answer", text))]
            }
            let settings = station.settings.current.configuration.store
            let limit = UInt64(settings.retentionSizeMb) << 20
            let size = station.store.position.sizeBytes
            guard size > limit else { return [] }
            let text = "The event log holds \(size >> 20) MB, more than store.retention_size_mb allows."
            return [
                Finding(
                    Issue(.warning, "database", "The event log is too large", text, fix: .compact),
                    fix: {
                        try await station.store.pruneAll(RetentionPolicy(settings), at: station.now())
                        return station.store.position.sizeBytes <= limit
                    }
                )
            ]
        }
    }

    // MARK: Jobs

    /// A lease that ran out so long ago should have been noticed by the keeper.
    private static let leaseGrace: Duration = .seconds(60)

    private var stuckJobs: DiagnosticCheck {
        DiagnosticCheck("jobs") { [queue = jobs.queue] in
            let stuck = try await queue.countLeft(since: Self.leaseGrace)
            guard stuck > 0 else { return [] }
            let text = "\(stuck) jobs belong to workers that have not answered for a minute, and nobody took them back."
            return [
                Finding(
                    Issue(.warning, "jobs", "Jobs are stuck", text, fix: .requeueJobs),
                    fix: {
                        // In batches, so that many of them do not hold everybody up.
                        while try await queue.rescueLeft(since: Self.leaseGrace).count > 0 {}
                        return try await queue.countLeft(since: Self.leaseGrace) == 0
                    }
                )
            ]
        }
    }

    private var failedJobs: DiagnosticCheck {
        DiagnosticCheck("jobs") { [queue = jobs.queue] in
            try await queue.counts().filter { $0.discarded > 0 }.map { counts in
                let text = """
                    \(counts.discarded) jobs of the queue \(counts.queue) failed for good; jobs.list shows why, and \
                    jobs.retry tries one again.
                    """
                return Finding(Issue(.info, "jobs", "Jobs have failed for good", text))
            }
        }
    }

    // MARK: Market

    private var market: DiagnosticCheck {
        DiagnosticCheck("market") { [station, feed] in
            let pairs = station.settings.current.configuration.market.pairs.compactMap { TradingPair($0) }
            return feed.standings.compactMap { standing in
                guard case .open = standing.breaker.state else { return nil }
                let text = "\(standing.name) failed several times (\(standing.lastError?.code.rawValue ?? "unknown"))."
                return Finding(
                    Issue(.warning, "market", "A provider of prices is left alone", text, fix: .closeBreaker),
                    // Closes only when it answers well.
                    fix: { await feed.tryAgain(standing.name, with: pairs) }
                )
            }
        }
    }

    // MARK: The tree

    private var actors: DiagnosticCheck {
        DiagnosticCheck("actors") { [station] in
            station.tree.snapshot().allChildren.compactMap { child in
                switch child.state {
                case "degraded":
                    let text = "\(child.name) keeps failing: \(child.lastExit ?? "no reason is known")."
                    return Finding(
                        Issue(.warning, "actors", "An actor keeps failing", text, fix: .restartActor),
                        fix: {
                            try station.tree.restartChild(child.name)
                            return true
                        }
                    )
                case "held":
                    let text = "\(child.name) was stopped by an operator and stays down until actor.start."
                    return Finding(Issue(.info, "actors", "An actor is held down", text))
                default: return nil
                }
            }
        }
    }

    // MARK: Settings

    private var secrets: DiagnosticCheck {
        DiagnosticCheck("secrets") { [station, environment] in
            let config = station.settings.current
            let problems = await offPool { EnvironmentChecks(environment: environment).credentialProblems(in: config) }
            return problems.map { problem in
                let isGone = problem.severity == .error
                let title = isGone ? "A secret cannot be had" : "A secret is old"
                let path = problem.path.isEmpty ? "" : "\(problem.path): "
                return Finding(Issue(isGone ? .critical : .warning, "secrets", title, "\(path)\(problem.text)."))
            }
        }
    }

    private var configuration: DiagnosticCheck {
        DiagnosticCheck("configuration") { [station] in
            guard let last = station.settings.lastReload, !last.isApplied else { return [] }
            let text = "The reload of \(last.time) was refused; cryptocalld --check-config says what is wrong."
            return [Finding(Issue(.warning, "configuration", "The settings on the disk are not in force", text))]
        }
    }
}
