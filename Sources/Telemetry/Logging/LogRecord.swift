package import Logging

/// One log call, with its metadata flattened to text, on its way to the writer.
package struct LogRecord: Sendable {
    package var time: LogTime
    package var level: Logger.Level
    /// The label of the logger that made it.
    package var label: String
    package var message: String
    /// Sorted by key; no key twice.
    package var fields: [LogField]
    package var file: String
    package var function: String
    package var line: UInt

    package init(
        time: LogTime,
        level: Logger.Level,
        label: String,
        message: String,
        fields: [LogField] = [],
        file: String = #fileID,
        function: String = #function,
        line: UInt = #line
    ) {
        self.time = time
        self.level = level
        self.label = label
        self.message = message
        self.fields = fields
        self.file = file
        self.function = function
        self.line = line
    }

    /// What the record costs in memory, roughly; the queue's size limit counts this.
    package var sizeBytes: Int {
        fields.reduce(128 + message.utf8.count) { $0 + 32 + $1.key.utf8.count + $1.value.utf8.count }
    }
}

/// One key and value of a record.
package struct LogField: Hashable, Sendable {
    package var key: String
    package var value: String

    package init(_ key: String, _ value: String) {
        self.key = key
        self.value = value
    }

    /// Turns nested metadata into flat fields: a dictionary's keys are joined with dots, a list becomes `[a, b]`.
    ///
    /// Later sources win over earlier ones, as the logging library prescribes.
    package static func flatten(_ sources: Logger.Metadata?...) -> [LogField] {
        var values: [String: String] = [:]
        for case .some(let source) in sources where !source.isEmpty {
            for (key, value) in source { add(value, under: key, depth: 0, to: &values) }
        }
        guard !values.isEmpty else { return [] }
        return values.map { LogField($0.key, $0.value) }.sorted { $0.key < $1.key }
    }

    /// Deeper nesting is shown as one text, so that hostile metadata cannot exhaust the stack.
    private static let depthMax = 8

    private static func add(
        _ value: Logger.MetadataValue,
        under key: String,
        depth: Int,
        to values: inout [String: String]
    ) {
        guard case .dictionary(let inner) = value, depth < depthMax else {
            values[key] = text(of: value, depth: depth)
            return
        }
        for (innerKey, value) in inner { add(value, under: key + "." + innerKey, depth: depth + 1, to: &values) }
    }

    private static func text(of value: Logger.MetadataValue, depth: Int) -> String {
        switch value {
        case .string(let text): text
        case .stringConvertible(let value): value.description
        case .array(let values) where depth < depthMax:
            "[" + values.map { text(of: $0, depth: depth + 1) }.joined(separator: ", ") + "]"
        case .dictionary(let values) where depth < depthMax:
            // Inside a list: keys are kept, and secrets among them hidden here, where the keys are still known.
            "{"
                + values.sorted { $0.key < $1.key }.map { key, value in
                    let shown = Redactor.isSecretKey(key) ? Redactor.mark : text(of: value, depth: depth + 1)
                    return "\(key): \(shown)"
                }.joined(separator: ", ") + "}"
        case .array, .dictionary: "..."
        }
    }
}
