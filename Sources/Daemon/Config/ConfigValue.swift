/// A value as it stands in the configuration, before it has a Swift type.
package enum ConfigValue: Hashable, Sendable {
    case string(String)
    case integer(Int)
    case double(Double)
    case boolean(Bool)
    /// A date or a time.
    ///
    /// No key takes one, so only its kind is kept, for the message.
    case moment(String)
    indirect case array([ConfigValue])
    indirect case table([String: ConfigValue])

    /// What was found, for a message, such as `a string "5"`; long texts are cut.
    var found: String {
        switch self {
        case .string(let text):
            "the string " + TOMLText.string(text.count > 40 ? String(text.prefix(40)) + "..." : text)
        case .integer(let number): "the integer \(number)"
        case .double: "the number \(TOMLText.value(self))"
        case .boolean(let flag): "the boolean \(flag)"
        case .moment(let kind): "a \(kind)"
        case .array: "a list"
        case .table: "a table"
        }
    }

    package subscript(path: ConfigPath) -> ConfigValue? {
        var value = self
        for component in path.components {
            switch (component, value) {
            case (.key(let name), .table(let fields)):
                guard let next = fields[name] else { return nil }
                value = next
            case (.index(let position), .array(let elements)):
                guard elements.indices.contains(position) else { return nil }
                value = elements[position]
            default: return nil
            }
        }
        return value
    }

    /// This tree with the value at a path of keys replaced, or removed where `value` is nil.
    ///
    /// Missing tables on the way are created. A path with list positions, or through a value that is no table, changes
    /// nothing.
    func replacing(_ path: ConfigPath, with value: ConfigValue?) -> ConfigValue {
        replacing(path.components[...], with: value) ?? self
    }

    private func replacing(_ path: ArraySlice<ConfigPath.Component>, with value: ConfigValue?) -> ConfigValue? {
        guard let first = path.first else { return value }
        guard case .key(let name) = first, case .table(var fields) = self else { return self }
        if path.count == 1 {
            fields[name] = value
        } else {
            fields[name] = (fields[name] ?? .table([:])).replacing(path.dropFirst(), with: value)
        }
        return .table(fields)
    }
}
