package import ArgumentParser
import FoundationEssentials

/// The flags that decide the configuration, for every command that reads it.
package struct ConfigOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Keep settings, state and sockets below this folder.", valueName: "folder"))
    package var home: String?

    @Option(help: ArgumentHelp("Read this file, and conf.d beside it, instead of the usual one.", valueName: "file"))
    package var config: String?

    @Option(help: ArgumentHelp("Change one setting; may be given several times.", valueName: "section.key=value"))
    package var set: [String] = []

    @Option(help: ArgumentHelp("Serve /health and /metrics on this address.", valueName: "address"))
    package var listen: String?

    @Option(help: ArgumentHelp("Serve them on this port; 0 lets the system pick one.", valueName: "port"))
    package var port: String?

    @Option(help: ArgumentHelp("How much is logged: trace, debug, info, notice, warning, error, critical."))
    package var logLevel: String?

    @Option(help: ArgumentHelp("Play recorded prices instead of asking anyone.", valueName: "file[@speed]"))
    package var replay: String?

    package init() {}

    package func validate() throws {
        for argument in set where ConfigOverride(setting: argument) == nil {
            throw ValidationError("--set wants section.key=value, not '\(argument)'")
        }
    }

    /// These flags together with the surroundings of this process.
    package func request() -> ConfigRequest {
        request(
            environment: ProcessInfo.processInfo.environment,
            workingDirectory: FileManager.default.currentDirectoryPath
        )
    }

    /// These flags together with given surroundings.
    ///
    /// Dedicated flags win over `--set`.
    package func request(environment: [String: String], workingDirectory: String) -> ConfigRequest {
        var overrides = set.compactMap { ConfigOverride(setting: $0) }
        func add(_ flag: String, _ key: String, _ text: String?) {
            if let text { overrides.append(ConfigOverride(key: key, text: text, flag: flag)) }
        }
        add("--listen", "http.listen", listen)
        add("--port", "http.port", port)
        add("--log-level", "log.level", logLevel)
        if let replay {
            let (file, speed) = Self.split(replay: replay)
            add("--replay", "market.replay", DirectoryLayout.absolute(file, below: workingDirectory))
            add("--replay", "market.replay_speed", speed)
        }
        return ConfigRequest(
            home: home,
            configFile: config,
            overrides: overrides,
            environment: environment,
            workingDirectory: workingDirectory
        )
    }

    /// `prices.csv@60` is a file and a speed; an `@` that no number follows belongs to the file's name.
    private static func split(replay: String) -> (file: String, speed: String?) {
        guard let at = replay.lastIndex(of: "@"), at > replay.startIndex else { return (replay, nil) }
        let speed = String(replay[replay.index(after: at)...])
        return Double(speed) == nil ? (replay, nil) : (String(replay[..<at]), speed)
    }
}

/// The flags of `--check-config`.
package struct ConfigCheckOptions: ParsableArguments {
    @Flag(help: "Check the settings, print every mistake, and end with 78 where there is one.")
    package var checkConfig = false

    @Flag(help: "With --check-config: do not look at folders, credentials and ports.")
    package var noEnvironment = false

    @Flag(help: "With --check-config: take warnings for errors.")
    package var denyWarnings = false

    package init() {}

    /// The check that these flags ask for, or nil where they ask for none.
    package func check(_ request: ConfigRequest) -> ConfigCheck? {
        guard checkConfig else { return nil }
        return ConfigCheck(request, looksAtEnvironment: !noEnvironment, denyWarnings: denyWarnings)
    }
}
