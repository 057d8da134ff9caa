/// What reading or checking the configuration gave.
package struct ConfigReport: Sendable {
    /// The configuration as far as it could be read.
    ///
    /// Use it to run only where `isUsable`; a dump may show it anyway.
    package let config: LoadedConfig?
    /// In the order one reads: file by file from the top, then the environment, flags and defaults.
    package let problems: [ConfigProblem]

    init(config: LoadedConfig?, problems: [ConfigProblem]) {
        self.config = config
        self.problems = problems.enumerated().sorted { first, second in
            let keys = (
                (first.element.origin ?? .standard).sortKey, (second.element.origin ?? .standard).sortKey
            )
            return keys.0 == keys.1 ? first.offset < second.offset : keys.0 < keys.1
        }
        .map(\.element)
    }

    package var errors: [ConfigProblem] { problems.filter { $0.severity == .error } }

    package var warnings: [ConfigProblem] { problems.filter { $0.severity == .warning } }

    /// The configuration where it has no error.
    package var usable: LoadedConfig? { errors.isEmpty ? config : nil }

    /// One line for each problem, each ending with a line break.
    package var text: String { problems.map { "\($0)\n" }.joined() }

    /// 0, or 78 (`EX_CONFIG`) with an error, or with a warning where those are denied.
    package func exitCode(denyWarnings: Bool = false) -> Int32 {
        config == nil || !errors.isEmpty || (denyWarnings && !problems.isEmpty) ? Self.badConfiguration : 0
    }

    /// `EX_CONFIG` of sysexits.
    package static let badConfiguration: Int32 = 78

    /// This report with what a further look found; that look is skipped where there already are errors.
    package func checking(_ further: (LoadedConfig) -> [ConfigProblem]) -> ConfigReport {
        guard let usable else { return self }
        let found = further(usable).map { $0.origin == nil ? $0.located(at: usable.place(of: $0.path)) : $0 }
        return ConfigReport(config: config, problems: problems + found)
    }
}
