/// Everything `--check-config` does: reads the configuration and looks at the machine, level by level.
package struct ConfigCheck: Sendable {
    package let request: ConfigRequest
    /// Without it the check says the same on every machine, and may run before folders and credentials exist.
    package let looksAtEnvironment: Bool
    package let denyWarnings: Bool

    package init(_ request: ConfigRequest, looksAtEnvironment: Bool = true, denyWarnings: Bool = false) {
        self.request = request
        self.looksAtEnvironment = looksAtEnvironment
        self.denyWarnings = denyWarnings
    }

    /// What to print and how to exit: 0, or 78 where the daemon would not start.
    package struct Outcome: Hashable, Sendable {
        package let text: String
        package let exitCode: Int32
    }

    /// Reads and checks.
    ///
    /// Blocks on local files.
    package func report() -> ConfigReport {
        let report = ConfigLoader(request).load()
        guard looksAtEnvironment else { return report }
        let checks = EnvironmentChecks(environment: request.environment)
        return report.checking { checks.problems(in: $0) }
    }

    /// One line for each problem, or one that says that there is none.
    package func run() -> Outcome {
        let report = report()
        let code = report.exitCode(denyWarnings: denyWarnings)
        let files = report.config?.files ?? []
        let read = files.isEmpty ? "no file, defaults only" : files.joined(separator: ", ")
        let summary = code == 0 ? TOMLText.oneLine("configuration is good: \(read)") + "\n" : ""
        return Outcome(text: report.text + summary, exitCode: code)
    }
}
