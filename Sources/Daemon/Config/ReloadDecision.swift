/// What to do with a configuration read while the daemon runs.
///
/// Decided before anything is touched: a refused reload leaves the running configuration as it is. Applying is the
/// caller's; where one part fails, it applies `current` again to the parts already changed.
package enum ReloadDecision: Sendable {
    case unchanged
    case refuse([ConfigProblem])
    case apply(Plan)

    package struct Plan: Sendable {
        /// What to run with from now on: the new values, except where a key needs a restart.
        package let effective: LoadedConfig
        /// What goes into effect now.
        package let applied: [ConfigDiff.Change]
        /// What waits for the next start.
        package let pending: [ConfigDiff.Change]
        package let warnings: [ConfigProblem]
    }

    /// Compares the running configuration with what was just read.
    ///
    /// Keys that need a restart keep their running values, and the mixture is checked again: it may break a rule that
    /// neither configuration breaks.
    package init(
        running current: LoadedConfig,
        candidate: ConfigReport,
        environment: [String: String],
        denyWarnings: Bool = false
    ) {
        guard let wanted = candidate.usable, candidate.exitCode(denyWarnings: denyWarnings) == 0 else {
            self = .refuse(denyWarnings ? candidate.problems : candidate.errors)
            return
        }
        let diff = ConfigDiff(from: current, to: wanted)
        guard !diff.isEmpty else {
            self = .unchanged
            return
        }
        do {
            let effective = try wanted.taking(diff.needingRestart.map(\.path), from: current)
            let broken = TopologyRules.problems(in: effective, environment: environment)
                .filter { $0.severity == .error }
            guard broken.isEmpty else {
                self = .refuse(
                    broken.map { problem in
                        ConfigProblem(
                            level: .topology,
                            path: problem.path,
                            text: problem.text + " until a restart brings the other changes into effect",
                            origin: problem.origin ?? effective.place(of: problem.path)
                        )
                    }
                )
                return
            }
            self = .apply(
                Plan(
                    effective: effective,
                    applied: diff.reloadable,
                    pending: diff.needingRestart,
                    warnings: candidate.warnings
                )
            )
        } catch {
            self = .refuse([ConfigProblem(text: "\(error)", origin: .standard)])
        }
    }
}
