import FoundationEssentials

/// Every key with its value and, where asked, where it was said.
///
/// Secrets are not shown.
package struct ConfigDump: Sendable {
    package struct Row: Sendable, Encodable {
        package let key: String
        package let value: ConfigValue
        package let origin: ConfigOrigin
    }

    package let rows: [Row]

    package init(_ config: LoadedConfig) {
        rows = LoadedConfig.schema.leaves().map { leaf in
            let value = config.tree[leaf.path] ?? leaf.standard
            return Row(
                key: leaf.path.description,
                value: Self.shown(value, leaf.schema),
                origin: config.origin(of: leaf.path)
            )
        }
    }

    /// One `section.key = value` per line, as TOML; with `origin` a comment behind each.
    package func text(origin: Bool) -> String {
        let lines = rows.map { (text: "\($0.key) = \(TOMLText.value($0.value))", origin: $0.origin) }
        guard origin else { return lines.map { $0.text + "\n" }.joined() }
        let width = min(60, lines.map(\.text.count).max() ?? 0)
        return lines.map { line in
            let padding = String(repeating: " ", count: max(0, width - line.text.count))
            return "\(line.text)\(padding)  # \(TOMLText.oneLine(line.origin.description))\n"
        }
        .joined()
    }

    /// A list of objects with `key`, `value` and `origin`.
    package func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(rows), as: UTF8.self)
    }

    /// The value as it may be printed: no secret, and no password within an address.
    static func shown(_ value: ConfigValue, _ schema: ConfigSchema) -> ConfigValue {
        switch (schema, value) {
        case (.credential, .string(let text)): .string(Credential.shown(text))
        case (.string, .string(let text)): .string(URLText.redacted(text))
        case (.list(let element), .array(let values)): .array(values.map { shown($0, element) })
        case (.map(let element), .table(let values)): .table(values.mapValues { shown($0, element) })
        case (.table(let fields), .table(let values)):
            .table(
                Dictionary(
                    fields.compactMap { field in values[field.name].map { (field.name, shown($0, field.schema)) } },
                    uniquingKeysWith: { first, _ in first }
                )
            )
        default: value
        }
    }
}

extension ConfigValue: Encodable {
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .string(let text), .moment(let text): try container.encode(text)
        case .integer(let number): try container.encode(number)
        case .double(let number): try container.encode(number)
        case .boolean(let flag): try container.encode(flag)
        case .array(let values): try container.encode(values)
        case .table(let values): try container.encode(values)
        }
    }
}
