/// Where the station keeps its files.
package struct DirectoryLayout: Hashable, Sendable {
    package let configFile: String
    package let configDropInDirectory: String
    package let stateDirectory: String
    package let runtimeDirectory: String
    package let cacheDirectory: String
    /// Searched in this order.
    package let credentialDirectories: [String]
    /// Whether the operator named the file; a missing one is then a mistake.
    package let isConfigFileRequired: Bool

    /// Decides all folders.
    ///
    /// `home` puts everything below one folder and wins over what systemd announces in the environment
    /// (`STATE_DIRECTORY` and its siblings), which wins over the usual places. `configFile` moves the file and with it
    /// `conf.d`, which lies beside it.
    /// - Parameters:
    ///   - home: The folder of `--home`, or nil.
    ///   - configFile: The file of `--config`, or nil.
    ///   - environment: The environment of the process.
    ///   - workingDirectory: What relative paths are relative to.
    package init(home: String?, configFile: String?, environment: [String: String], workingDirectory: String) {
        func absolute(_ path: String) -> String { Self.absolute(path, below: workingDirectory) }
        func announced(_ variable: String) -> String? {
            // systemd lists several folders with colons; ours is the first.
            let first = environment[variable]?.split(separator: ":").first.map(String.init)
            return first.map(absolute)
        }
        let file: String
        var credentials: [String] = []
        if let directory = announced("CREDENTIALS_DIRECTORY") { credentials.append(directory) }
        if let home = home.map(absolute) {
            file = configFile.map(absolute) ?? "\(home)/etc/cryptocall.toml"
            stateDirectory = "\(home)/state"
            runtimeDirectory = "\(home)/run"
            cacheDirectory = "\(home)/cache"
            credentials.append("\(home)/credentials")
        } else {
            let directory = announced("CONFIGURATION_DIRECTORY") ?? "/etc/cryptocall"
            file = configFile.map(absolute) ?? "\(directory)/cryptocall.toml"
            stateDirectory = announced("STATE_DIRECTORY") ?? "/var/lib/cryptocall"
            runtimeDirectory = announced("RUNTIME_DIRECTORY") ?? "/run/cryptocall"
            cacheDirectory = announced("CACHE_DIRECTORY") ?? "/var/cache/cryptocall"
        }
        self.configFile = file
        let parent = file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        configDropInDirectory = "\(parent)/conf.d"
        credentialDirectories = credentials
        isConfigFileRequired = configFile != nil
    }

    /// The path itself where it is absolute, otherwise below `directory`; slashes at the end are cut off.
    package static func absolute(_ path: String, below directory: String) -> String {
        var result = path.hasPrefix("/") ? path : "\(directory)/\(path)"
        while result.count > 1, result.hasSuffix("/") { result.removeLast() }
        return result
    }
}
