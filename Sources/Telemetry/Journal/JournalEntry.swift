import Logging

/// A record in the journal's native form.
///
/// Each field is `KEY=value` and a newline; a value with a newline is sent with its length instead, so that a record of
/// many lines stays one entry.
package struct JournalEntry: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init(_ record: LogRecord, identifier: String) {
        bytes.reserveCapacity(512 + record.message.utf8.count)
        add("MESSAGE", record.message)
        add("PRIORITY", String(record.level.journalPriority))
        add("SYSLOG_IDENTIFIER", identifier)
        add("LOGGER", record.label)
        add("TIMESTAMP", record.time.text)
        add("LEVEL", record.level.rawValue)
        if !record.fields.contains(where: { $0.key == LogKey.service }) { add("SERVICE", identifier) }
        add("CODE_FILE", record.file)
        add("CODE_LINE", String(record.line))
        add("CODE_FUNC", record.function)
        for field in record.fields { add(JournalEntry.name(for: field.key), field.value) }
    }

    /// The journal's spelling of a metadata key: capitals, digits and underscores, at most 64 bytes.
    ///
    /// A leading underscore would claim the journal's own trusted fields, and names such as `MESSAGE` belong to the
    /// entry itself; both get `FIELD_` in front.
    package static func name(for key: String) -> String {
        if key == LogKey.messageID { return "MESSAGE_ID" }
        var letters = key.utf8.prefix(64).map { byte -> UInt8 in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): byte & 0xDF
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
            default: UInt8(ascii: "_")
            }
        }
        let startsWithLetter = letters.first.map { $0 >= UInt8(ascii: "A") } ?? false
        if letters.first == UInt8(ascii: "_") || !startsWithLetter || isOwn(letters) {
            letters = Array(("FIELD_".utf8 + letters).prefix(64))
        }
        return String(decoding: letters, as: UTF8.self)
    }

    private static func isOwn(_ letters: [UInt8]) -> Bool {
        let name = String(decoding: letters, as: UTF8.self)
        return own.contains(name) || ["SYSLOG_", "CODE_", "OBJECT_", "COREDUMP_"].contains { name.hasPrefix($0) }
    }

    private static let own: Set<String> = [
        "MESSAGE", "MESSAGE_ID", "PRIORITY", "LOGGER", "TIMESTAMP", "LEVEL", "ERRNO", "TID", "UNIT", "USER_UNIT",
        "INVOCATION_ID", "USER_INVOCATION_ID", "DOCUMENTATION",
    ]

    private mutating func add(_ name: String, _ value: String) {
        bytes += name.utf8
        guard value.utf8.contains(UInt8(ascii: "\n")) else {
            bytes.append(UInt8(ascii: "="))
            bytes += value.utf8
            bytes.append(UInt8(ascii: "\n"))
            return
        }
        bytes.append(UInt8(ascii: "\n"))
        withUnsafeBytes(of: UInt64(value.utf8.count).littleEndian) { bytes += $0 }
        bytes += value.utf8
        bytes.append(UInt8(ascii: "\n"))
    }
}
