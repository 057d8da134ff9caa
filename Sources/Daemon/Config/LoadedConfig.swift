/// A configuration that has been read, with the origin of every value.
package struct LoadedConfig: Sendable {
    package let configuration: Configuration
    package let layout: DirectoryLayout
    /// The files that were read, in order.
    package let files: [String]
    /// The same values as `configuration`, by path.
    package let tree: ConfigValue
    let origins: [ConfigPath: ConfigOrigin]

    static let schema = Configuration.configSchema

    /// Where the value at exactly this path was said; `.standard` where nobody did.
    package func origin(of path: ConfigPath) -> ConfigOrigin { origins[path] ?? .standard }

    /// The nearest place to point at in a message: the value itself, or the table that it belongs to.
    func place(of path: ConfigPath) -> ConfigOrigin {
        var place = path
        while !place.isEmpty {
            if let origin = origins[place] { return origin }
            guard let parent = place.parent else { break }
            place = parent
        }
        return .standard
    }

    /// This configuration with the values at some keys taken from another.
    func taking(_ paths: [ConfigPath], from other: LoadedConfig) throws -> LoadedConfig {
        var tree = tree
        var origins = origins
        for path in paths {
            tree = tree.replacing(path, with: other.tree[path])
            for place in origins.keys where place.hasPrefix(path) { origins[place] = nil }
            for (place, origin) in other.origins where place.hasPrefix(path) { origins[place] = origin }
        }
        return LoadedConfig(
            configuration: try Configuration(configValue: tree),
            layout: layout,
            files: files,
            tree: tree,
            origins: origins
        )
    }
}
