/// One mistake in the configuration.
package struct ConfigProblem: Hashable, Sendable {
    package enum Severity: String, Hashable, Sendable, Encodable {
        case warning
        case error
    }

    /// How deep the check was that found it; each level looks further than the one before.
    package enum Level: String, Hashable, Sendable, Encodable {
        case syntax
        case keys
        case topology
        case environment
    }

    package let severity: Severity
    package let level: Level
    /// Relative to its section until the loader has placed it.
    package private(set) var path: ConfigPath
    package let text: String
    package let suggestion: String?
    /// Nil until the loader has placed it.
    package private(set) var origin: ConfigOrigin?

    package init(
        severity: Severity = .error,
        level: Level = .keys,
        path: ConfigPath = ConfigPath(),
        text: String,
        suggestion: String? = nil,
        origin: ConfigOrigin? = nil
    ) {
        self.severity = severity
        self.level = level
        self.path = path
        self.text = text
        self.suggestion = suggestion
        self.origin = origin
    }

    func placed(below section: ConfigPath) -> ConfigProblem {
        var copy = self
        copy.path = section.appending(path)
        return copy
    }

    func located(at origin: ConfigOrigin) -> ConfigProblem {
        var copy = self
        copy.origin = origin
        return copy
    }
}

extension ConfigProblem: CustomStringConvertible {
    /// One line: `file:line:column: error: section.key: text (did you mean ...?)`.
    package var description: String {
        var line = "\(origin ?? .standard): \(severity.rawValue): "
        if !path.isEmpty { line += "\(path): " }
        line += text
        if let suggestion { line += " (did you mean \(suggestion)?)" }
        return TOMLText.oneLine(line)
    }
}

extension ConfigProblem: Encodable {
    private enum CodingKeys: String, CodingKey {
        case severity, level, key, text, suggestion, origin
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(severity, forKey: .severity)
        try container.encode(level, forKey: .level)
        try container.encode(path.description, forKey: .key)
        try container.encode(text, forKey: .text)
        try container.encodeIfPresent(suggestion, forKey: .suggestion)
        try container.encode(origin ?? .standard, forKey: .origin)
    }
}
