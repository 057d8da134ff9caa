/// The keys in which two configurations differ.
package struct ConfigDiff: Sendable {
    package struct Change: Hashable, Sendable {
        package let path: ConfigPath
        /// As TOML, with secrets replaced: two different secrets may look the same here.
        package let before: String
        package let after: String
        /// Whether a running daemon takes the new value without being started again.
        package let isReloadable: Bool
    }

    /// In the order in which the keys are declared.
    package let changes: [Change]

    package init(from old: LoadedConfig, to new: LoadedConfig) {
        changes = LoadedConfig.schema.leaves().compactMap { leaf in
            let before = old.tree[leaf.path] ?? leaf.standard
            let after = new.tree[leaf.path] ?? leaf.standard
            guard before != after else { return nil }
            return Change(
                path: leaf.path,
                before: TOMLText.value(ConfigDump.shown(before, leaf.schema)),
                after: TOMLText.value(ConfigDump.shown(after, leaf.schema)),
                isReloadable: leaf.isReloadable
            )
        }
    }

    package var isEmpty: Bool { changes.isEmpty }
    package var reloadable: [Change] { changes.filter(\.isReloadable) }
    package var needingRestart: [Change] { changes.filter { !$0.isReloadable } }

    /// Whether any reloadable key of this section changed.
    package func touches(section: String) -> Bool {
        reloadable.contains { $0.path.hasPrefix(ConfigPath([.key(section)])) }
    }
}
