import Bus
import Domain
import HTTPTypes
import Hummingbird
import Identity
import Logging
package import Telemetry

/// The newest log records, for admins; they can be read and not removed.
package struct LogRoutes: Sendable {
    private let recent: RecentLogs
    private static let group = "Logs"

    package init(recent: RecentLogs) { self.recent = recent }

    /// - Throws: `SchemaError` when an answer cannot be described.
    package func all() throws -> [Route] { [try page, try export] }

    /// Which records are wanted.
    private struct Query: Decodable, Sendable {
        let level: Level?
        let logger: ShortText?
        let requestID: ShortText?
        let before: UInt64?
        let limit: PageLimit?

        enum CodingKeys: String, CodingKey {
            case level, logger, before, limit
            case requestID = "request_id"
        }

        var filter: RecentLogs.Filter {
            RecentLogs.Filter(
                levelMin: level?.value ?? .info,
                logger: logger?.text,
                requestID: requestID?.text,
                before: before
            )
        }
    }

    /// The levels that are kept.
    private enum Level: String, Codable, Sendable, CaseIterable, SchemaChoice {
        case info, notice, warning, error, critical

        var value: Logger.Level {
            switch self {
            case .info: .info
            case .notice: .notice
            case .warning: .warning
            case .error: .error
            case .critical: .critical
            }
        }
    }

    private struct Entry: Codable, Sendable {
        let number: UInt64
        let time: Timestamp
        let level: String
        let logger: String
        let message: String
        let fields: [String: String]

        init(_ entry: RecentLogs.Entry) {
            let record = entry.record
            number = entry.number
            time = Timestamp(nanoseconds: record.time.wallNanoseconds)
            level = record.level.rawValue
            logger = record.label
            message = record.message
            fields = Dictionary(record.fields.map { ($0.key, $0.value) }) { first, _ in first }
        }
    }

    private struct Page: Codable, Sendable {
        /// Newest first.
        let entries: [Entry]
        /// What to give as `before` for those that are older; absent at the end.
        let next: UInt64?
    }

    private var page: Route {
        get throws {
            try Route.get(
                "/api/logs",
                access: .role(.admin, scope: .read),
                summary: "The newest log records, without secrets",
                group: LogRoutes.group,
                query: Query.self,
                answers: [200: "A page of them, newest first."]
            ) { [recent] query, _ in
                let limit = query.limit?.count ?? 100
                let entries = recent.entries(query.filter, limit: limit)
                let next = entries.count == limit ? entries.last?.number : nil
                return Route.Reply(Page(entries: entries.map(Entry.init), next: next))
            }
        }
    }

    /// All at once, one JSON object a line, as a file.
    private var export: Route {
        get throws {
            let type = "application/x-ndjson"
            let summary = "All log records that are kept, as a file with one JSON object a line"
            return Route(
                method: "GET",
                path: "/api/logs/export",
                access: .role(.admin, scope: .read),
                summary: summary,
                group: LogRoutes.group,
                limit: .standard,
                query: nil,
                body: nil,
                answers: [
                    Route.Answer(
                        status: 200,
                        summary: "The file, oldest record first.",
                        content: Route.Content(type: type, schema: ["type": "string"])
                    )
                ]
            ) { [recent] _, _ in
                var buffer = ByteBuffer()
                for entry in recent.entries(limit: .max).reversed() {
                    buffer.writeBytes(try JSONAnswer.bytes(Entry(entry)))
                    buffer.writeString("\n")
                }
                return Response(
                    status: .ok,
                    headers: [
                        .contentType: type, .cacheControl: "no-store",
                        .contentDisposition: "attachment; filename=\"cryptocall-log.ndjson\"",
                    ],
                    body: .init(byteBuffer: buffer)
                )
            }
        }
    }
}
