/// Reads values given as plain text, by a variable or a flag, with the help of what is wanted.
enum ConfigText {
    /// The value; a text that does not fit stays a string, which the merger then reports.
    static func value(_ text: String, for schema: ConfigSchema) -> ConfigValue {
        switch schema {
        case .string, .choice, .credential: .string(text)
        case .integer: Int(text).map { .integer($0) } ?? .string(text)
        case .number: Double(text).map { .double($0) } ?? .string(text)
        case .boolean: boolean(text)
        case .list(let element): list(text, element)
        case .map, .table: text.hasPrefix("{") ? TOMLDocument.value(parsing: text) ?? .string(text) : .string(text)
        }
    }

    private static func boolean(_ text: String) -> ConfigValue {
        switch text.lowercased() {
        case "true", "1": .boolean(true)
        case "false", "0": .boolean(false)
        default: .string(text)
        }
    }

    /// A TOML list in brackets, or elements between commas.
    private static func list(_ text: String, _ element: ConfigSchema) -> ConfigValue {
        if text.hasPrefix("[") { return TOMLDocument.value(parsing: text) ?? .string(text) }
        let parts = text.split(separator: ",").map { part in
            String(part.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        }
        return .array(parts.filter { !$0.isEmpty }.map { value($0, for: element) })
    }
}
