/// Everything outside the files that decides what the configuration is.
package struct ConfigRequest: Sendable {
    package var home: String?
    package var configFile: String?
    package var overrides: [ConfigOverride]
    package var environment: [String: String]
    package var workingDirectory: String

    /// Describes one start.
    /// - Parameters:
    ///   - home: The folder of `--home`; where nil, that of `CRYPTOCALL_HOME`.
    ///   - configFile: The file of `--config`; where nil, that of `CRYPTOCALL_CONFIG`.
    ///   - overrides: Settings from flags; later ones win.
    ///   - environment: The environment of the process.
    ///   - workingDirectory: What relative paths are relative to.
    package init(
        home: String? = nil,
        configFile: String? = nil,
        overrides: [ConfigOverride] = [],
        environment: [String: String],
        workingDirectory: String
    ) {
        func given(_ variable: String) -> String? {
            environment[variable].flatMap { $0.isEmpty ? nil : $0 }
        }
        self.home = home ?? given("CRYPTOCALL_HOME")
        self.configFile = configFile ?? given("CRYPTOCALL_CONFIG")
        self.overrides = overrides
        self.environment = environment
        self.workingDirectory = workingDirectory
    }

    package var layout: DirectoryLayout {
        DirectoryLayout(
            home: home,
            configFile: configFile,
            environment: environment,
            workingDirectory: workingDirectory
        )
    }
}
