import BusZeroMQ
import CryptoCallClient
import JSON

/// One event or loss on one line.
enum EventLine {
    /// `07:31:02.125  market.price.ticked.BTC-USD #42  {"price":"97123.1"}`, cut to the terminal's width.
    static func text(_ event: Event, _ terminal: Terminal) -> String {
        let time = (try? event.header().time).map(clock) ?? "--:--:--.---"
        let number = event.seq == 0 ? "" : " #\(event.seq)"
        let offset = event.offset.map { " @\($0)" } ?? ""
        let mark = event.isRepaired ? " (repaired)" : ""
        let topic = Terminal.plain(event.topic)
        let payload = Terminal.plain(String(decoding: event.payload, as: UTF8.self))
        let head = time.count + 2 + topic.count + number.count + offset.count + mark.count + 2
        return "\(terminal.styled(time, .dim))  \(terminal.styled(topic, .cyan))\(number)\(offset)\(mark)  "
            + Terminal.cut(payload, to: max(20, terminal.width - head))
    }

    static func text(_ loss: Loss, _ terminal: Terminal) -> String {
        terminal.styled("!! \(Terminal.plain(loss.description))", loss.delivery == .durable ? .red : .yellow)
    }

    static func json(_ event: Event) -> JSONValue {
        let header = (try? JSONValue(parsing: Array(event.headerJSON.utf8))) ?? .string(event.headerJSON)
        let payload =
            (try? JSONValue(parsing: event.payload)) ?? .string(String(decoding: event.payload, as: UTF8.self))
        var members: [String: JSONValue] = ["topic": .string(event.topic), "header": header, "payload": payload]
        if event.isRepaired { members["repaired"] = true }
        return .object(members)
    }

    static func json(_ loss: Loss) -> JSONValue {
        [
            "lost": [
                "topic": .string(loss.topic), "count": .int(Int64(clamping: loss.count)),
                "delivery": .string(loss.delivery.rawValue), "reason": .string(loss.reason.description),
                "epoch": .string(loss.epoch), "exact": .bool(loss.isExact),
            ]
        ]
    }

    /// The time of day in a time of RFC 3339, to the millisecond.
    static func clock(_ time: String) -> String {
        guard let letter = time.firstIndex(of: "T") else { return Terminal.plain(time) }
        return Terminal.plain(String(time[time.index(after: letter)...].prefix(12)))
    }
}
