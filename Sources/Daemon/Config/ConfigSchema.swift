/// What a place in the configuration may hold: the tree of known keys.
package indirect enum ConfigSchema: Sendable {
    case string
    case integer
    case number
    case boolean
    /// One of a closed set of words.
    case choice([String])
    /// The name of a secret, never the secret itself, unless it comes from the environment.
    case credential
    case list(ConfigSchema)
    /// A table whose keys the operator chooses.
    case map(ConfigSchema)
    case table([Field])

    /// One known key of a table, in the order of declaration.
    package struct Field: Sendable {
        package let name: String
        package let schema: ConfigSchema
        package let standard: ConfigValue
        /// Whether a running daemon takes a new value without being started again.
        package let isReloadable: Bool
    }

    /// A key that holds a value rather than further keys.
    package struct Leaf: Sendable {
        package let path: ConfigPath
        package let schema: ConfigSchema
        package let standard: ConfigValue
        package let isReloadable: Bool
    }

    var fields: [Field] {
        if case .table(let fields) = self { fields } else { [] }
    }

    /// The defaults of a table, or a neutral value elsewhere.
    var standard: ConfigValue {
        switch self {
        case .string, .credential: .string("")
        case .integer: .integer(0)
        case .number: .double(0)
        case .boolean: .boolean(false)
        case .choice(let words): .string(words.first ?? "")
        case .list: .array([])
        case .map: .table([:])
        case .table(let fields):
            .table(Dictionary(fields.map { ($0.name, $0.standard) }, uniquingKeysWith: { _, last in last }))
        }
    }

    /// Every key that holds a value, in order of declaration.
    ///
    /// Lists and maps count as one each.
    package func leaves(below path: ConfigPath = ConfigPath(), isReloadable: Bool = false) -> [Leaf] {
        fields.flatMap { field -> [Leaf] in
            let place = path.key(field.name)
            let reloadable = isReloadable || field.isReloadable
            if case .table = field.schema { return field.schema.leaves(below: place, isReloadable: reloadable) }
            return [Leaf(path: place, schema: field.schema, standard: field.standard, isReloadable: reloadable)]
        }
    }

    /// The schema at a path, or nil where no such key is known.
    subscript(path: ConfigPath) -> ConfigSchema? {
        var schema = self
        for component in path.components {
            switch (component, schema) {
            case (.key(let name), .table(let fields)):
                guard let field = fields.first(where: { $0.name == name }) else { return nil }
                schema = field.schema
            case (.key, .map(let element)), (.index, .list(let element)): schema = element
            default: return nil
            }
        }
        return schema
    }

    /// What is wanted here, for a message, such as `an integer`.
    var expected: String {
        switch self {
        case .string: "a string"
        case .integer: "an integer"
        case .number: "a number"
        case .boolean: "true or false"
        case .choice(let words): "one of " + words.map { TOMLText.string($0) }.joined(separator: ", ")
        case .credential: "the name of a credential such as \"cred:name\""
        case .list(let element): "a list, each element \(element.expected)"
        case .map, .table: "a table"
        }
    }
}
