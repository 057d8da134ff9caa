/// A Swift type that can stand in the configuration.
package protocol ConfigRepresentable: Codable, Hashable, Sendable {
    static var configSchema: ConfigSchema { get }
    var configValue: ConfigValue { get }
    /// Reads a value that has passed the schema; any other is a `ConfigCodingError`.
    init(configValue: ConfigValue) throws
    /// Adds what is wrong with this value, each problem placed below `path`.
    func collectProblems(at path: ConfigPath, into problems: inout [ConfigProblem])
}

extension ConfigRepresentable {
    package func collectProblems(at path: ConfigPath, into problems: inout [ConfigProblem]) {}
}

/// A value did not have the shape that its type asks for.
package struct ConfigCodingError: Error, CustomStringConvertible {
    package let description: String

    static func mismatch(_ schema: ConfigSchema, _ value: ConfigValue) -> ConfigCodingError {
        ConfigCodingError(description: "expected \(schema.expected), found \(value.found)")
    }
}

extension String: ConfigRepresentable {
    package static var configSchema: ConfigSchema { .string }
    package var configValue: ConfigValue { .string(self) }
    package init(configValue: ConfigValue) throws {
        guard case .string(let text) = configValue else { throw ConfigCodingError.mismatch(.string, configValue) }
        self = text
    }
}

extension Int: ConfigRepresentable {
    package static var configSchema: ConfigSchema { .integer }
    package var configValue: ConfigValue { .integer(self) }
    package init(configValue: ConfigValue) throws {
        guard case .integer(let number) = configValue else { throw ConfigCodingError.mismatch(.integer, configValue) }
        self = number
    }
}

extension Double: ConfigRepresentable {
    package static var configSchema: ConfigSchema { .number }
    package var configValue: ConfigValue { .double(self) }
    package init(configValue: ConfigValue) throws {
        guard case .double(let number) = configValue else { throw ConfigCodingError.mismatch(.number, configValue) }
        self = number
    }
}

extension Bool: ConfigRepresentable {
    package static var configSchema: ConfigSchema { .boolean }
    package var configValue: ConfigValue { .boolean(self) }
    package init(configValue: ConfigValue) throws {
        guard case .boolean(let flag) = configValue else { throw ConfigCodingError.mismatch(.boolean, configValue) }
        self = flag
    }
}

extension Array: ConfigRepresentable where Element: ConfigRepresentable {
    package static var configSchema: ConfigSchema { .list(Element.configSchema) }
    package var configValue: ConfigValue { .array(map(\.configValue)) }
    package init(configValue: ConfigValue) throws {
        guard case .array(let values) = configValue else {
            throw ConfigCodingError.mismatch(Self.configSchema, configValue)
        }
        self = try values.map { try Element(configValue: $0) }
    }
    package func collectProblems(at path: ConfigPath, into problems: inout [ConfigProblem]) {
        for (position, element) in enumerated() { element.collectProblems(at: path.index(position), into: &problems) }
    }
}

extension Dictionary: ConfigRepresentable where Key == String, Value: ConfigRepresentable {
    package static var configSchema: ConfigSchema { .map(Value.configSchema) }
    package var configValue: ConfigValue { .table(mapValues(\.configValue)) }
    package init(configValue: ConfigValue) throws {
        guard case .table(let values) = configValue else {
            throw ConfigCodingError.mismatch(Self.configSchema, configValue)
        }
        self = try values.mapValues { try Value(configValue: $0) }
    }
    package func collectProblems(at path: ConfigPath, into problems: inout [ConfigProblem]) {
        for (name, element) in self { element.collectProblems(at: path.key(name), into: &problems) }
    }
}

/// One of a closed set of words: an enum of strings.
package protocol ConfigChoice: ConfigRepresentable, CaseIterable, RawRepresentable<String> {}

extension ConfigChoice {
    package static var configSchema: ConfigSchema { .choice(allCases.map(\.rawValue)) }
    package var configValue: ConfigValue { .string(rawValue) }
    package init(configValue: ConfigValue) throws {
        guard case .string(let word) = configValue, let value = Self(rawValue: word) else {
            throw ConfigCodingError.mismatch(Self.configSchema, configValue)
        }
        self = value
    }
}
