/// Brings a new configuration into effect part by part, and the old one back where a part refuses.
package struct ReloadTransaction: Sendable {
    /// One part of the daemon that takes settings while it runs.
    package struct Step: Sendable {
        package let name: String
        /// Takes over all its settings from the configuration, or throws and keeps those it had.
        package let apply: @Sendable (LoadedConfig) async throws -> Void

        package init(name: String, apply: @escaping @Sendable (LoadedConfig) async throws -> Void) {
            self.name = name
            self.apply = apply
        }
    }

    package enum Outcome: Sendable {
        case applied
        /// The old configuration is in effect again, except in the parts named in `stuck`, which refused it too.
        case rolledBack(step: String, reason: String, stuck: [String])
    }

    private let steps: [Step]

    /// - Parameter steps: in the order in which they are applied; a roll-back goes the other way.
    package init(_ steps: [Step]) { self.steps = steps }

    /// Applies the new configuration, or none of it.
    ///
    /// A step that throws ends the attempt; those before it get the old configuration again, the last one first.
    package func run(from old: LoadedConfig, to new: LoadedConfig) async -> Outcome {
        for (position, step) in steps.enumerated() {
            do {
                try await step.apply(new)
            } catch {
                let stuck = await rollBack(steps[..<position], to: old)
                return .rolledBack(step: step.name, reason: TOMLText.oneLine("\(error)"), stuck: stuck)
            }
        }
        return .applied
    }

    private func rollBack(_ done: ArraySlice<Step>, to old: LoadedConfig) async -> [String] {
        var stuck: [String] = []
        for step in done.reversed() {
            do {
                try await step.apply(old)
            } catch {
                stuck.append("\(step.name): \(TOMLText.oneLine("\(error)"))")
            }
        }
        return stuck
    }
}
