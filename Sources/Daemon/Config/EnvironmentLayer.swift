/// Reads settings from variables named `CRYPTOCALL_SECTION_KEY`.
struct EnvironmentLayer {
    static let prefix = "CRYPTOCALL_"
    static let credentialPrefix = "CRYPTOCALL_CREDENTIAL_"
    /// Names with the prefix that mean something else.
    static let reserved: Set<String> = [
        "CRYPTOCALL_HOME", "CRYPTOCALL_CONFIG", "CRYPTOCALL_TEST_DATA", "CRYPTOCALL_DRILLS_FOLDER",
    ]
    /// The port of the one listener, as hosting platforms announce it; it wins over `CRYPTOCALL_HTTP_PORT`.
    static let port = "PORT"

    private let leaves: [String: ConfigSchema.Leaf]
    private let sections: [String]

    init(schema: ConfigSchema) {
        leaves = Dictionary(
            schema.leaves().map { (Self.variable(for: $0.path), $0) },
            uniquingKeysWith: { first, _ in first }
        )
        sections = schema.fields.map { Self.prefix + Self.variablePart($0.name) + "_" }
    }

    /// `zeromq.curve.server_secret_key` is set by `CRYPTOCALL_ZEROMQ_CURVE_SERVER_SECRET_KEY`.
    static func variable(for path: ConfigPath) -> String {
        let parts = path.components.map { component in
            switch component {
            case .key(let name): variablePart(name)
            case .index(let position): String(position)
            }
        }
        return prefix + parts.joined(separator: "_")
    }

    /// A name in capitals, with everything but letters and digits as underscores.
    static func variablePart(_ name: String) -> String {
        String(name.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }

    /// Applies every variable in the order of names, then `PORT`.
    func apply(_ environment: [String: String], to merger: inout ConfigMerger) {
        for (name, text) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix(Self.prefix) {
            guard !Self.reserved.contains(name), !name.hasPrefix(Self.credentialPrefix) else { continue }
            if let leaf = leaves[name] {
                merger.assign(ConfigText.value(text, for: leaf.schema), to: leaf.path, origin: .environment(name))
            } else if let (path, schema) = mapEntry(name) {
                merger.assign(ConfigText.value(text, for: schema), to: path, origin: .environment(name))
            } else {
                merger.report(unknown(name))
            }
        }
        let path: ConfigPath = "http.port"
        if let text = environment[Self.port], !text.isEmpty, leaves[Self.variable(for: path)] != nil {
            merger.assign(ConfigText.value(text, for: .integer), to: path, origin: .environment(Self.port))
        }
    }

    /// `CRYPTOCALL_LOG_LEVELS_BUS` sets the entry `bus` of the table `log.levels`, `CRYPTOCALL_LLM_PROVIDERS_XAI_KEY` the
    /// key `key` of the entry `xai` of the table `llm.providers`.
    private func mapEntry(_ name: String) -> (ConfigPath, ConfigSchema)? {
        for (variable, leaf) in leaves where name.hasPrefix(variable + "_") {
            guard case .map(let element) = leaf.schema else { continue }
            let entry = name.dropFirst(variable.count + 1).lowercased()
            guard case .table(let fields) = element else {
                if entry.isEmpty { continue }
                return (leaf.path.key(entry), element)
            }
            // The longest, as one name may end with another.
            let matching = fields.filter { entry.hasSuffix("_\($0.name)") && entry.utf8.count > $0.name.utf8.count + 1 }
            guard let field = matching.max(by: { $0.name.utf8.count < $1.name.utf8.count }) else { continue }
            return (leaf.path.key(String(entry.dropLast(field.name.count + 1))).key(field.name), field.schema)
        }
        return nil
    }

    /// A mistake where the section is ours; otherwise only a warning, as others set variables of this shape too
    /// (Kubernetes does for a service of this name).
    private func unknown(_ name: String) -> ConfigProblem {
        ConfigProblem(
            severity: sections.contains { name.hasPrefix($0) } ? .error : .warning,
            text: "unknown variable",
            suggestion: suggestion(for: name),
            origin: .environment(name)
        )
    }

    /// What all names begin with makes none of them like another.
    private func suggestion(for name: String) -> String? {
        let prefix = EnvironmentLayer.prefix
        let own = leaves.keys.sorted().map { String($0.dropFirst(prefix.count)) }
        return Suggestion.nearest(to: String(name.dropFirst(prefix.count)), among: own).map { prefix + $0 }
    }
}
