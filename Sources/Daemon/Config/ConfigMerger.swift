/// Puts layers of configuration over the defaults, one after the other, and keeps where each value was said.
///
/// A later layer wins key by key; a list replaces the whole earlier list. A value that does not fit is reported and the one
/// below stays, so that everything else can still be checked.
struct ConfigMerger {
    private(set) var tree: ConfigValue
    private(set) var origins: [ConfigPath: ConfigOrigin] = [:]
    private(set) var problems: [ConfigProblem] = []
    private let schema: ConfigSchema

    init(schema: ConfigSchema) {
        self.schema = schema
        tree = schema.standard
    }

    mutating func report(_ problem: ConfigProblem) { problems.append(problem) }

    /// Merges a whole file.
    mutating func merge(_ document: TOMLDocument, file: String) {
        let layer = Layer { path in
            var place = path
            while true {
                if let position = document.positions[place] {
                    return .file(path: file, line: position.line, column: position.column)
                }
                guard let parent = place.parent else { return .file(path: file, line: 1, column: 1) }
                place = parent
            }
        }
        tree = merged(document.root, over: tree, schema: schema, at: ConfigPath(), layer: layer)
    }

    /// Merges one value from the environment or a flag.
    ///
    /// The path must be one of keys.
    mutating func assign(_ value: ConfigValue, to path: ConfigPath, origin: ConfigOrigin) {
        let nested = path.components.reversed().reduce(value) { inner, component in
            if case .key(let name) = component { .table([name: inner]) } else { inner }
        }
        tree = merged(nested, over: tree, schema: schema, at: ConfigPath(), layer: Layer { _ in origin })
    }

    private struct Layer {
        let origin: (ConfigPath) -> ConfigOrigin
    }

    private mutating func merged(
        _ value: ConfigValue,
        over base: ConfigValue,
        schema: ConfigSchema,
        at path: ConfigPath,
        layer: Layer
    ) -> ConfigValue {
        switch schema {
        case .table(let known):
            guard case .table(let given) = value, case .table(var result) = base else {
                return mismatch(value, base: base, schema: schema, at: path, layer: layer)
            }
            note(path, layer)
            for (name, child) in given {
                guard let field = known.first(where: { $0.name == name }) else {
                    unknown(name, among: known, at: path, layer: layer)
                    continue
                }
                result[name] = merged(
                    child,
                    over: result[name] ?? field.standard,
                    schema: field.schema,
                    at: path.key(name),
                    layer: layer
                )
            }
            return .table(result)
        case .map(let element):
            guard case .table(let given) = value, case .table(var result) = base else {
                return mismatch(value, base: base, schema: schema, at: path, layer: layer)
            }
            note(path, layer)
            for (name, child) in given {
                let before = problems.count
                let entry = merged(
                    child,
                    over: result[name] ?? element.standard,
                    schema: element,
                    at: path.key(name),
                    layer: layer
                )
                if problems.count == before { result[name] = entry }
            }
            return .table(result)
        case .list(let element): return list(value, base: base, element: element, at: path, layer: layer)
        default: return leaf(value, base: base, schema: schema, at: path, layer: layer)
        }
    }

    private mutating func list(
        _ value: ConfigValue,
        base: ConfigValue,
        element: ConfigSchema,
        at path: ConfigPath,
        layer: Layer
    ) -> ConfigValue {
        guard case .array(let given) = value else {
            return mismatch(value, base: base, schema: .list(element), at: path, layer: layer)
        }
        let before = problems.count
        let earlier = origins
        for place in origins.keys where place.hasPrefix(path) { origins[place] = nil }
        note(path, layer)
        let result = given.enumerated().map { position, child in
            merged(child, over: element.standard, schema: element, at: path.index(position), layer: layer)
        }
        if problems.count > before, element.fields.isEmpty {
            origins = earlier
            return base
        }
        return .array(result)
    }

    private mutating func leaf(
        _ value: ConfigValue,
        base: ConfigValue,
        schema: ConfigSchema,
        at path: ConfigPath,
        layer: Layer
    ) -> ConfigValue {
        let accepted: ConfigValue?
        switch (schema, value) {
        case (.string, .string), (.integer, .integer), (.boolean, .boolean): accepted = value
        case (.number, .integer(let number)): accepted = .double(Double(number))
        case (.number, .double(let number)): accepted = number.isFinite ? value : nil
        case (.choice(let words), .string(let word)): accepted = words.contains(word) ? value : nil
        case (.credential, .string(let text)):
            if let text = credentialMistake(text, origin: layer.origin(path)) {
                report(text, at: path, layer: layer)
                return base
            }
            accepted = value
        default: accepted = nil
        }
        guard let accepted else { return mismatch(value, base: base, schema: schema, at: path, layer: layer) }
        note(path, layer)
        return accepted
    }

    /// What is wrong with the text of a credential key; the text itself is never shown.
    private func credentialMistake(_ text: String, origin: ConfigOrigin) -> String? {
        let credential = Credential(text)
        if let name = credential.name {
            return Credential.isValid(name: name)
                ? nil : "a credential name has letters, digits, dots, dashes and underscores only"
        }
        if case .environment = origin { return nil }
        return text.isEmpty
            ? nil : "a secret may not stand here: put it in a credential file and write \"cred:\" and its name"
    }

    private mutating func mismatch(
        _ value: ConfigValue,
        base: ConfigValue,
        schema: ConfigSchema,
        at path: ConfigPath,
        layer: Layer
    ) -> ConfigValue {
        var suggestion: String?
        if case .choice(let words) = schema, case .string(let word) = value {
            suggestion = Suggestion.nearest(to: word, among: words).map { TOMLText.string($0) }
        }
        let found: String
        if case .credential = schema { found = "another type" } else { found = value.found }
        report("expected \(schema.expected), found \(found)", suggestion: suggestion, at: path, layer: layer)
        return base
    }

    private mutating func unknown(_ name: String, among known: [ConfigSchema.Field], at path: ConfigPath, layer: Layer)
    {
        let what = path.isEmpty ? "unknown section" : "unknown key"
        let nearest = Suggestion.nearest(to: name, among: known.map(\.name))
        report(what, suggestion: nearest, at: path.key(name), layer: layer)
    }

    private mutating func report(_ text: String, suggestion: String? = nil, at path: ConfigPath, layer: Layer) {
        problems.append(ConfigProblem(path: path, text: text, suggestion: suggestion, origin: layer.origin(path)))
    }

    private mutating func note(_ path: ConfigPath, _ layer: Layer) { origins[path] = layer.origin(path) }
}
