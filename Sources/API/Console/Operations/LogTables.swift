import Bus
import Logging
import Telemetry

/// The newest warnings and errors.
struct TroubleTable: View {
    let entries: [RecentLogs.Entry]
    let now: Timestamp
    let isAdmin: Bool

    var body: Markup {
        LiveSection("troubles", "Recent warnings and errors") {
            if entries.isEmpty {
                p(.class("empty")) { "None since the start." }
            } else {
                LogTable(name: "Recent warnings and errors", entries: entries, now: now)
            }
            if isAdmin { p { a(.href("/operations/logs")) { "All logs" } } }
        }
    }
}

/// Log records.
struct LogTable: View {
    let name: String
    let entries: [RecentLogs.Entry]
    let now: Timestamp

    var body: Markup {
        DataTable(
            name: name,
            columns: [
                DataTable.Column("When"), DataTable.Column("Level", .state), DataTable.Column("Logger"),
                DataTable.Column("Message", .prose),
            ],
            rows: entries.map(row)
        )
    }

    private func row(_ entry: RecentLogs.Entry) -> DataTable.Row {
        let record = entry.record
        return DataTable.Row([
            Moment(Timestamp(nanoseconds: record.time.wallNanoseconds), now: now).body,
            Condition(record.level.rawValue, LogTable.tone(record.level)).body,
            Markup(text: record.label),
            message(record),
        ])
    }

    @MarkupBuilder private func message(_ record: LogRecord) -> Markup {
        record.message
        for field in record.fields where !field.value.isEmpty { Field(name: field.key, text: field.value) }
    }

    private static func tone(_ level: Logger.Level) -> Condition.Tone {
        switch level {
        case .critical, .error: .bad
        case .warning: .poor
        case .notice, .info, .debug, .trace: .quiet
        }
    }
}

/// A value with its name, small beside what it belongs to.
struct Field: View {
    let name: String
    let text: String

    var body: Markup {
        " "
        small(.class("field")) { "\(name)=\(text)" }
    }
}

/// The newest log records, and a filter for them.
struct LogsPage: Page {
    let visit: Visit
    let filter: RecentLogs.Filter
    let entries: [RecentLogs.Entry]
    /// How many stand on a page.
    static let count = 100
    static let levels: [Logger.Level] = [.info, .notice, .warning, .error, .critical]

    var name: String { "Logs" }
    var place: OwnPath? { "/operations/logs" }

    var body: Markup {
        h1("Logs")
        form(.class("row"), Attribute(.method, "get"), .action("/operations/logs")) {
            label {
                "From level"
                select(.name("level")) {
                    for level in LogsPage.levels {
                        option(
                            [.value(level.rawValue)] + (level == filter.levelMin ? [.flag(.selected)] : [])
                        ) { level.rawValue }
                    }
                }
            }
            label {
                "Logger"
                input(.name("logger"), .type("text"), .value(filter.logger ?? ""), Attribute(.maxlength, "128"))
            }
            label {
                "Request id"
                input(.name("request_id"), .type("text"), .value(filter.requestID ?? ""), Attribute(.maxlength, "64"))
            }
            button(.type("submit")) { "Show" }
        }
        if entries.isEmpty {
            p(.class("empty")) {
                "No records like this are kept. The daemon keeps the newest; the rest is in the journal."
            }
        } else {
            LogTable(name: "Log records", entries: entries, now: visit.now)
        }
        p {
            if let older { a(.href(older)) { "Older" } }
            if older != nil { " · " }
            a(.href("/api/logs/export")) { "All that is kept, as a file" }
        }
    }

    private var older: OwnPath? {
        guard entries.count == LogsPage.count, let last = entries.last else { return nil }
        var path = OwnPath(stringLiteral: "/operations/logs").asking("level", filter.levelMin.rawValue)
        if let logger = filter.logger { path = path.asking("logger", logger) }
        if let requestID = filter.requestID { path = path.asking("request_id", requestID) }
        return path.asking("before", "\(last.number)")
    }
}
