/// What the configuration says about a secret: nothing, the name to look it up by, or the secret itself.
///
/// The last is possible only from the environment; the loader refuses it in files and flags, where others could read it.
package struct Credential: Hashable, Sendable {
    /// In front of a name, as in `cred:zeromq-server`.
    package static let prefix = "cred:"

    private let text: String

    package init(_ text: String = "") { self.text = text }

    package var isSet: Bool { !text.isEmpty }

    /// The name to look up, or nil where there is none.
    package var name: String? {
        text.hasPrefix(Self.prefix) ? String(text.dropFirst(Self.prefix.count)) : nil
    }

    /// The secret itself where the environment gave it directly.
    package var literal: Secret? { isSet && name == nil ? Secret(text) : nil }

    /// Letters, digits, dot, dash and underscore, at most 100, not starting with a dot: safe as a file name.
    package static func isValid(name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 100 && !name.hasPrefix(".")
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    /// How a value of a credential key is shown: a reference as it is, anything else as a placeholder.
    static func shown(_ text: String) -> String {
        text.isEmpty || text.hasPrefix(prefix) ? text : Secret.placeholder
    }
}

extension Credential: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { Self.shown(text) }
    package var debugDescription: String { Self.shown(text) }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension Credential: ConfigRepresentable {
    package static var configSchema: ConfigSchema { .credential }
    package var configValue: ConfigValue { .string(text) }

    package init(configValue: ConfigValue) throws {
        guard case .string(let text) = configValue else {
            throw ConfigCodingError(description: "expected \(ConfigSchema.credential.expected)")
        }
        self.init(text)
    }

    /// Writes the reference, never a secret.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Self.shown(text))
    }

    package init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }
}
