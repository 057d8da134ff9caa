import API
import Store
import Telemetry

extension UsageAnswer {
    /// What the process and its database use now.
    ///
    /// - Throws: `APIError` with `.unavailable` where the system does not tell.
    init(_ station: Station, traffic: TrafficMeter, connections: Int) async throws(APIError) {
        let usage: ProcessUsage
        let space: DiskSpace
        do {
            usage = try ProcessUsage.current()
            space = try DiskSpace(of: station.settings.current.layout.stateDirectory)
        } catch {
            throw APIError(.unavailable, "The system does not tell what the process uses.")
        }
        let size: Int64?
        do throws(StoreError) {
            size = try await station.store.query(Self.databaseSize).first?.first?.integer
        } catch {
            throw APIError(error)
        }
        self.init(
            cpuSeconds: usage.cpuSeconds,
            residentBytes: Int64(usage.residentMemoryBytes),
            threads: Int(usage.threads),
            openFiles: Int(usage.openFDs),
            disk: Disk(totalBytes: space.totalBytes, freeBytes: space.freeBytes),
            databaseBytes: size,
            connections: connections,
            requests: Requests(traffic.last(minutes: 60))
        )
    }

    private static let databaseSize = SQL(
        sqlite: "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
        postgres: "SELECT pg_database_size(current_database())"
    )
}
