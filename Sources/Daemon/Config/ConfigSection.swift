/// A table of the configuration as a Swift value: its properties are the keys, their initial values the defaults.
///
/// Keys are the property names in snake case. Every property must be a `ConfigRepresentable` and none an Optional: a
/// missing key could then not be told from an unknown one. Use an empty string or list for "not set".
package protocol ConfigSection: ConfigRepresentable {
    init()
    /// Keys of this table that a running daemon takes over without being started again.
    static var reloadableKeys: Set<String> { get }
    /// Everything wrong with this table by itself, each with its key relative to the table.
    func problems() -> [ConfigProblem]
}

extension ConfigSection {
    package static var reloadableKeys: Set<String> { [] }

    package func problems() -> [ConfigProblem] { [] }

    package static var configSchema: ConfigSchema {
        let reloadable = reloadableKeys
        return .table(
            ConfigEncoder.fields(of: Self()).map { field in
                ConfigSchema.Field(
                    name: field.name,
                    schema: type(of: field.value).configSchema,
                    standard: field.value.configValue,
                    isReloadable: reloadable.contains(field.name)
                )
            }
        )
    }

    package var configValue: ConfigValue {
        .table(
            Dictionary(
                ConfigEncoder.fields(of: self).map { ($0.name, $0.value.configValue) },
                uniquingKeysWith: { _, last in last }
            )
        )
    }

    package init(configValue: ConfigValue) throws {
        self = try ConfigDecoder.decode(Self.self, from: configValue)
    }

    package func collectProblems(at path: ConfigPath, into problems: inout [ConfigProblem]) {
        problems += self.problems().map { $0.placed(below: path) }
        for field in ConfigEncoder.fields(of: self) {
            field.value.collectProblems(at: path.key(field.name), into: &problems)
        }
    }
}

/// Turns property names into keys.
enum SnakeCase {
    /// `staleAfterSeconds` becomes `stale_after_seconds`.
    static func key(_ property: String) -> String {
        var result = ""
        for character in property {
            if character.isUppercase, !result.isEmpty { result.append("_") }
            result += character.lowercased()
        }
        return result
    }
}
