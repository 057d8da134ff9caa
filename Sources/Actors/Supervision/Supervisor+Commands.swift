package import Bus

/// Commands from outside, given at the top of a tree for a child anywhere in it.
///
/// They return when the command is accepted; what comes of it shows in the reports and through `ChildRef`.
extension Supervisor {
    /// A handle on a child anywhere in the tree, or `nil` when there is none of that name.
    package func child(_ name: ActorName) -> ChildRef? { registry.cell(for: name).map(ChildRef.init) }

    /// Stops a child, and keeps it down until `startChild`.
    package func stopChild(_ name: ActorName) throws(SupervisionCommandError) {
        let owner = try owner(of: name)
        try owner.command { state, now throws(SupervisionCommandError) in try state.stopChild(name, at: now) }
    }

    /// Starts a child that is down or waits for its next try.
    package func startChild(_ name: ActorName) throws(SupervisionCommandError) {
        let owner = try owner(of: name)
        try owner.command { state, now throws(SupervisionCommandError) in try state.startChild(name, at: now) }
    }

    /// Replaces a child by a new incarnation once the old one is gone.
    package func restartChild(_ name: ActorName) throws(SupervisionCommandError) {
        let owner = try owner(of: name)
        try owner.command { state, now throws(SupervisionCommandError) in try state.restartChild(name, at: now) }
    }

    /// Stops a child if it runs, and forgets it.
    package func deleteChild(_ name: ActorName) throws(SupervisionCommandError) {
        let owner = try owner(of: name)
        try owner.command { state, now throws(SupervisionCommandError) in try state.deleteChild(name, at: now) }
    }

    /// Adds a child to a supervisor while it runs.
    ///
    /// - Parameters:
    ///   - child: what to add.
    ///   - parent: the supervisor that gets it; `nil` for the top of the tree.
    /// - Throws: `SupervisionCommandError` when a name is in use, the child is wrong, or nobody takes it.
    package func add(_ child: ChildSpec, to parent: ActorName? = nil) throws(SupervisionCommandError) {
        guard let parent, parent != name else { return try adopt(child) }
        guard let life = registry.cell(for: parent)?.life, let nested = life.nestedSupervisor else {
            throw .unknown(parent)
        }
        try nested.adopt(child)
    }

    private func adopt(_ child: ChildSpec) throws(SupervisionCommandError) {
        let names = if case .supervisor(let spec) = child.body { spec.allNames } else { [child.name] }
        guard child.name != name, registry.reserve(names) else { throw .nameInUse(child.name) }
        let cell = registry.claim(child.name, for: self)
        do {
            try command { state, now throws(SupervisionCommandError) in
                try state.add(child, at: now)
            } whenAccepted: {
                $0.take(child, cell)
            }
        } catch {
            registry.forget(names)
            throw error
        }
    }

    private func owner(of name: ActorName) throws(SupervisionCommandError) -> Supervisor {
        guard let owner = registry.owner(of: name) else { throw .unknown(name) }
        return owner
    }
}
