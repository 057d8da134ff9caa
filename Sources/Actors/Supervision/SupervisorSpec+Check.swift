package import Bus

/// One mistake in a supervision tree.
package struct SpecProblem: Hashable, Sendable, CustomStringConvertible {
    /// The supervisor or child that it is about.
    package let name: ActorName
    package let text: String

    package init(name: ActorName, text: String) {
        self.name = name
        self.text = text
    }

    package var description: String { "\(name): \(text)" }
}

extension SupervisorSpec {
    /// Every mistake in the tree below, without starting anything.
    ///
    /// - Parameter isTop: whether this is the top of the tree, for which a few more rules hold.
    /// - Returns: the mistakes; none means that the tree can be built.
    package func check(isTop: Bool = true) -> [SpecProblem] {
        var problems: [SpecProblem] = []
        if isTop {
            if autoShutdown != .never { problems.append(problem("the top supervisor may not shut itself down")) }
            if zombiesMax < 1 { problems.append(problem("zombiesMax must be at least 1")) }
            var seen: Set<ActorName> = []
            for name in allNames where !seen.insert(name).inserted {
                problems.append(SpecProblem(name: name, text: "the name is used more than once"))
            }
        }
        problems += limit.problems.map(problem)
        if strategy == .dynamic, !children.isEmpty {
            problems.append(problem("children of a dynamic supervisor are added while it runs"))
        }
        for child in children {
            problems += child.check(autoShutdown: autoShutdown)
        }
        return problems
    }

    /// Its own name and those of everything below it.
    var allNames: [ActorName] {
        [name]
            + children.flatMap { child in
                if case .supervisor(let spec) = child.body { spec.allNames } else { [child.name] }
            }
    }

    private func problem(_ text: String) -> SpecProblem { SpecProblem(name: name, text: text) }
}

extension ChildSpec {
    /// Every mistake in this child under a supervisor of that kind.
    func check(autoShutdown: SupervisorSpec.AutoShutdown) -> [SpecProblem] {
        var texts = significanceProblems(autoShutdown: autoShutdown)
        if let startTimeout, startTimeout <= .zero { texts.append("startTimeout must be positive") }
        if case .after(let grace) = shutdown, grace <= .zero { texts.append("the shutdown time must be positive") }
        texts += limit?.problems ?? []
        texts += backoff.problems
        if let heartbeat {
            if heartbeat.interval <= .zero { texts.append("the heartbeat interval must be positive") }
            if heartbeat.missed < 1 { texts.append("a heartbeat must be missed at least once") }
        }
        if case .degrade(let every) = whenExhausted, every <= .zero {
            texts.append("degrade needs a positive interval")
        }
        if restart == .temporary, limit != nil || whenExhausted != .escalate {
            texts.append("a temporary child is never restarted, so it has no restart limit")
        }
        guard case .supervisor(let spec) = body else { return texts.map { SpecProblem(name: name, text: $0) } }
        if heartbeat != nil { texts.append("a supervisor has no heartbeat") }
        if directives.values.contains(.resume) { texts.append("a supervisor cannot be resumed") }
        if restart == .permanent, spec.autoShutdown != .never {
            texts.append("a supervisor that shuts itself down may not be permanent")
        }
        return texts.map { SpecProblem(name: name, text: $0) } + spec.check(isTop: false)
    }

    private func significanceProblems(autoShutdown: SupervisorSpec.AutoShutdown) -> [String] {
        guard isSignificant else { return [] }
        var texts: [String] = []
        if restart == .permanent { texts.append("a permanent child cannot be significant") }
        if autoShutdown == .never { texts.append("significant has no meaning where autoShutdown is never") }
        return texts
    }
}

extension RestartLimit {
    var problems: [String] {
        var texts: [String] = []
        if count < 0 { texts.append("a restart limit cannot be negative") }
        if window <= .zero { texts.append("the window of a restart limit must be positive") }
        return texts
    }
}

extension Backoff {
    var problems: [String] {
        var texts: [String] = []
        if base < .zero { texts.append("the backoff cannot be negative") }
        if !(factor >= 1) || factor.isInfinite { texts.append("the backoff factor must be at least 1") }
        if cap < base { texts.append("the backoff cap is below its base") }
        if !(0...1).contains(jitter) { texts.append("the backoff jitter must lie between 0 and 1") }
        if resetAfter <= .zero { texts.append("resetAfter must be positive") }
        return texts
    }
}
