import Bus
import BusZeroMQ
import JSON
import Telemetry

/// The answer of `system.top`: counts from which a live screen makes rates.
struct TopReport {
    let value: JSONValue

    init(_ station: Station) {
        let bus = station.bus.statistics
        let edge = station.edge?.statistics
        value = [
            "topics": .array(
                bus.published.filter { $0.value > 0 }.sorted { $0.key.text < $1.key.text }.map { topic, count in
                    ["topic": .string(topic.text), "published": .int(Int64(clamping: count))]
                }
            ),
            "mailboxes": .array(bus.mailboxes.map(TopReport.mailbox)),
            "peers": .int(Int64(edge?.peers ?? 0)),
            "sent": .int(Int64(clamping: edge?.sent ?? 0)),
            "process": TopReport.process,
        ]
    }

    private static func mailbox(_ statistics: MailboxStatistics) -> JSONValue {
        [
            "subscriber": .string(statistics.subscriber.text),
            "topic": .string(statistics.topic.text),
            "depth": .int(Int64(statistics.depth)),
            "limit": .int(Int64(statistics.limit)),
            "taken": .int(Int64(clamping: statistics.taken)),
            "dropped": .int(Int64(clamping: statistics.dropped)),
        ]
    }

    /// Null where `/proc` cannot be read.
    private static var process: JSONValue {
        guard let usage = try? ProcessUsage.current() else { return .null }
        return [
            "cpuSeconds": .double(usage.cpuSeconds),
            "residentBytes": .int(Int64(usage.residentMemoryBytes)),
            "threads": .int(Int64(usage.threads)),
        ]
    }
}
