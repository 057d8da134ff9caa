/// A setting given on the command line.
package struct ConfigOverride: Hashable, Sendable {
    package let key: String
    package let text: String
    /// How the flag is named in messages, such as `--port`.
    package let flag: String

    /// A dedicated flag, such as `ConfigOverride(key: "http.port", text: "0", flag: "--port")`.
    package init(key: String, text: String, flag: String) {
        self.key = key
        self.text = text
        self.flag = flag
    }

    /// The argument of `--set section.key=value`; nil where it has no such form.
    package init?(setting argument: String) {
        guard let equals = argument.firstIndex(of: "="), equals > argument.startIndex else { return nil }
        key = String(argument[..<equals])
        text = String(argument[argument.index(after: equals)...])
        flag = "--set \(key)"
    }

    func apply(schema: ConfigSchema, to merger: inout ConfigMerger) {
        let origin = ConfigOrigin.flag(flag)
        guard let path = path(in: schema) else {
            return merger.report(ConfigProblem(text: "\(TOMLText.string(key)) is no key", origin: origin))
        }
        if path.components.count == 1, schema[path] != nil {
            return merger.report(ConfigProblem(path: path, text: "is a section: name one of its keys", origin: origin))
        }
        // Where the key is unknown, a text is as good as any value: the merger then says what is unknown.
        merger.assign(ConfigText.value(text, for: schema[path] ?? .string), to: path, origin: origin)
    }

    /// The key as a path.
    ///
    /// Below a map the rest is one name, whatever dots it holds; where its entries are tables, up to the key at the end.
    private func path(in schema: ConfigSchema) -> ConfigPath? {
        guard let path = ConfigPath(parsing: key) else { return nil }
        for count in path.components.indices.dropFirst() {
            let head = ConfigPath(Array(path.components[..<count]))
            guard case .map(let element) = schema[head] else { continue }
            let rest = path.components[count...].map { component in
                if case .key(let name) = component { name } else { "" }
            }
            guard case .table = element, rest.count > 1 else { return head.key(rest.joined(separator: ".")) }
            return head.key(rest.dropLast().joined(separator: ".")).key(rest[rest.count - 1])
        }
        return path
    }
}
