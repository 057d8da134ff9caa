/// Where a value of the configuration was said.
package enum ConfigOrigin: Hashable, Sendable {
    case standard
    case file(path: String, line: Int, column: Int)
    case environment(String)
    /// The flag as typed, without its value, e.g.
    ///
    /// `--set market.poll_seconds`.
    case flag(String)
}

extension ConfigOrigin: CustomStringConvertible {
    /// `file:line:column`, `environment NAME`, `flag --name` or `built-in default`.
    package var description: String {
        switch self {
        case .standard: "built-in default"
        case .file(let path, let line, let column): "\(path):\(line):\(column)"
        case .environment(let name): "environment \(name)"
        case .flag(let flag): "flag \(flag)"
        }
    }
}

extension ConfigOrigin: Encodable {
    private enum CodingKeys: String, CodingKey {
        case source, file, line, column, name
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .standard: try container.encode("default", forKey: .source)
        case .file(let path, let line, let column):
            try container.encode("file", forKey: .source)
            try container.encode(path, forKey: .file)
            try container.encode(line, forKey: .line)
            try container.encode(column, forKey: .column)
        case .environment(let name):
            try container.encode("environment", forKey: .source)
            try container.encode(name, forKey: .name)
        case .flag(let name):
            try container.encode("flag", forKey: .source)
            try container.encode(name, forKey: .name)
        }
    }
}

extension ConfigOrigin {
    /// Orders messages as one reads: file by file from the top, then the environment, then flags.
    var sortKey: (Int, String, Int, Int) {
        switch self {
        case .file(let path, let line, let column): (0, path, line, column)
        case .environment(let name): (1, name, 0, 0)
        case .flag(let name): (2, name, 0, 0)
        case .standard: (3, "", 0, 0)
        }
    }
}
