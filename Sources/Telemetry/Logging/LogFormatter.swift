package import Logging

/// Turns a record into bytes that end with a newline.
package protocol LogFormatter: Sendable {
    func append(_ record: LogRecord, to bytes: inout [UInt8])
}

/// One JSON object per line, for log collectors.
///
/// The shared fields come first and always in the same order; times are UTC. Fields that are numbers are written as
/// numbers when they are well formed.
package struct JSONLogFormatter: LogFormatter {
    private let service: String

    package init(service: String) { self.service = service }

    package func append(_ record: LogRecord, to bytes: inout [UInt8]) {
        var json = JSONLine(bytes: bytes)
        bytes = []  // so that the line grows in place
        json.add(LogKey.timestamp, text: record.time.text)
        json.add(LogKey.level, text: record.level.rawValue)
        if !record.fields.contains(where: { $0.key == LogKey.service }) { json.add(LogKey.service, text: service) }
        json.add(LogKey.logger, text: record.label)
        json.add(LogKey.message, text: record.message)
        for field in record.fields {
            let key = LogKey.reserved.contains(field.key) ? "field_" + field.key : field.key
            if LogKey.numeric.contains(key), JSONLine.isNumber(field.value) {
                json.add(key, literal: field.value)
            } else {
                json.add(key, text: field.value)
            }
        }
        if record.level <= .debug || record.level >= .error {
            json.add("source", text: "\(record.file):\(record.line)")
        }
        bytes = json.finished()
    }
}

/// Lines for people: time, level, logger, message, then `key=value`.
///
/// The lines after the first of a message are indented, and control characters are shown as escapes, so that logged
/// text cannot steer the terminal.
package struct TextLogFormatter: LogFormatter {
    private let colours: Bool

    package init(colours: Bool) { self.colours = colours }

    package func append(_ record: LogRecord, to bytes: inout [UInt8]) {
        let name = record.level.rawValue.uppercased()
        let padded = name + String(repeating: " ", count: max(0, 8 - name.count))
        bytes += record.time.text.utf8
        bytes += " ".utf8
        bytes += paint(padded, LogColour(record.level)).utf8
        bytes += " ".utf8
        bytes += paint(SafeText.line(record.label), .dim).utf8
        bytes += "  ".utf8
        bytes += SafeText.block(record.message).utf8
        // The catalogue id means nothing to a reader of the terminal.
        for field in record.fields where field.key != LogKey.messageID {
            bytes += " ".utf8
            bytes += paint(SafeText.line(field.key) + "=", .dim).utf8
            bytes += SafeText.word(field.value).utf8
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    private func paint(_ text: String, _ colour: LogColour) -> String {
        colours ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }
}

/// Text lines that carry their priority as `<N>`, which the journal reads from a service's standard error.
package struct PriorityLogFormatter: LogFormatter {
    package init() {}

    package func append(_ record: LogRecord, to bytes: inout [UInt8]) {
        bytes += "<\(record.level.journalPriority)>\(SafeText.line(record.label)): ".utf8
        // The journal would take each line for an entry of its own, without a priority: keep the record on one.
        bytes += SafeText.line(record.message).utf8
        for field in record.fields { bytes += " \(SafeText.line(field.key))=\(SafeText.word(field.value))".utf8 }
        bytes.append(UInt8(ascii: "\n"))
    }
}

private enum LogColour: String {
    case dim = "2"
    case plain = "0"
    case green = "32"
    case yellow = "33"
    case red = "31"
    case alarm = "1;31"

    init(_ level: Logger.Level) {
        self =
            switch level {
            case .trace, .debug: .dim
            case .info: .plain
            case .notice: .green
            case .warning: .yellow
            case .error: .red
            case .critical: .alarm
            }
    }
}

extension Logger.Level {
    /// The syslog priority, 7 (debug) to 2 (critical).
    package var journalPriority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
