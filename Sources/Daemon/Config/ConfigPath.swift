/// The place of a value in the configuration, such as `zeromq.keys[0].public_key`.
package struct ConfigPath: Hashable, Sendable {
    package enum Component: Hashable, Sendable {
        case key(String)
        case index(Int)
    }

    package private(set) var components: [Component]

    package init(_ components: [Component] = []) {
        self.components = components
    }

    /// Reads dotted bare keys, as given with `--set`; nil where a part is empty.
    ///
    /// The last part of a path may hold any character but a dot. Positions in lists cannot be written this way.
    package init?(parsing text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard !parts.contains(where: \.isEmpty) else { return nil }
        components = parts.map { .key(String($0)) }
    }

    package var isEmpty: Bool { components.isEmpty }

    package var parent: ConfigPath? {
        components.isEmpty ? nil : ConfigPath(Array(components.dropLast()))
    }

    package func key(_ name: String) -> ConfigPath { ConfigPath(components + [.key(name)]) }

    package func index(_ position: Int) -> ConfigPath { ConfigPath(components + [.index(position)]) }

    package func appending(_ other: ConfigPath) -> ConfigPath { ConfigPath(components + other.components) }

    package func hasPrefix(_ other: ConfigPath) -> Bool { components.starts(with: other.components) }
}

extension ConfigPath: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) {
        components = value.split(separator: ".").map { .key(String($0)) }
    }
}

extension ConfigPath: CustomStringConvertible {
    package var description: String {
        var text = ""
        for component in components {
            switch component {
            case .key(let name):
                if !text.isEmpty { text += "." }
                text += TOMLText.key(name)
            case .index(let position):
                text += "[\(position)]"
            }
        }
        return text
    }
}
