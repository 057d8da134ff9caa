/// The result of `actor.restart`, `actor.stop` and `actor.start`.
public struct ActorState: Codable, Hashable, Sendable {
    public let id: String
    public let state: String
    public let incarnation: UInt64?
}

/// The result of `log.level`: the levels in force.
public struct LogLevels: Codable, Hashable, Sendable {
    /// Of every label without a rule of its own.
    public let level: String
    /// The rules for single labels.
    public let levels: [String: String]?
    /// The labels that have logged, with the level that holds for each.
    public let labels: [String: String]?
}

/// The result of `config.reload`.
public struct Reloaded: Codable, Hashable, Sendable {
    /// Keys whose new values are in force.
    public let changed: [String]
    /// Keys whose new values wait for a restart.
    public let needRestart: [String]
}

/// The result of `config.dump`.
public struct Settings: Codable, Hashable, Sendable {
    public struct Setting: Codable, Hashable, Sendable {
        public let key: String
        /// As the configuration file would have it; secrets are redacted.
        public let value: SettingValue
        /// Where it comes from: the defaults, a file, the environment, a flag.
        public let origin: String?
    }

    public let settings: [Setting]
}

/// The value of a setting: a text, a number, a yes or no, or or a list or table of these.
public enum SettingValue: Codable, Hashable, Sendable, CustomStringConvertible {
    case text(String)
    case integer(Int64)
    case number(Double)
    case bool(Bool)
    case list([SettingValue])
    case table([String: SettingValue])
    case none

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .none
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode([SettingValue].self) {
            self = .list(value)
        } else if let value = try? container.decode([String: SettingValue].self) {
            self = .table(value)
        } else {
            self = .text(try container.decode(String.self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .bool(let value): try container.encode(value)
        case .list(let value): try container.encode(value)
        case .table(let value): try container.encode(value)
        case .none: try container.encodeNil()
        }
    }

    public var description: String {
        switch self {
        case .text(let value): value
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .bool(let value): "\(value)"
        case .list(let values): "[\(values.map(\.description).joined(separator: ", "))]"
        case .table(let values):
            "{\(values.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }.joined(separator: ", "))}"
        case .none: "-"
        }
    }
}

/// The result of `air.mute` and `air.unmute`.
public struct Muting: Codable, Hashable, Sendable {
    public let muted: Bool
}

/// The result of `system.drain`.
public struct Drained: Codable, Hashable, Sendable {
    /// Whether nothing is under way any more.
    public let drained: Bool
    public let seconds: Double?
}

/// The result of `system.metrics`.
public struct Metrics: Codable, Hashable, Sendable {
    /// Prometheus exposition.
    public let text: String
}
