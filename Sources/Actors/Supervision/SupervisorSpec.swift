package import Bus

/// A supervisor, as data: its children in start order, and how they depend on each other.
package struct SupervisorSpec: Sendable {
    package let name: ActorName
    package var strategy: Strategy
    /// How many restarts of all children together are allowed.
    ///
    /// Limits multiply up the tree: 10 over 10 is 100.
    package var limit: RestartLimit
    package var autoShutdown: AutoShutdown = .never
    package var firstStart: FirstStart = .abort
    /// At so many incarnations that ignore cancellation the tree ends itself.
    ///
    /// Read at the top of the tree only.
    package var zombiesMax = 8
    package var children: [ChildSpec]

    package init(_ name: ActorName, strategy: Strategy, limit: RestartLimit, children: [ChildSpec] = []) {
        self.name = name
        self.strategy = strategy
        self.limit = limit
        self.children = children
    }

    /// A copy with some settings changed.
    package func with(_ change: (inout SupervisorSpec) -> Void) -> SupervisorSpec {
        var copy = self
        change(&copy)
        return copy
    }

    /// Who else is restarted when a child is.
    package enum Strategy: String, Hashable, Sendable, CaseIterable {
        case oneForOne = "one_for_one"
        case oneForAll = "one_for_all"
        case restForOne = "rest_for_one"
        /// Children come and go at run time, and are stopped all at once.
        case dynamic
    }

    /// Whether the supervisor ends when significant children have ended by themselves.
    package enum AutoShutdown: String, Hashable, Sendable, CaseIterable {
        case never
        case anySignificant = "any_significant"
        case allSignificant = "all_significant"
    }

    /// What a child that cannot be started means while the supervisor is starting.
    package enum FirstStart: String, Hashable, Sendable, CaseIterable {
        /// Those already started are stopped in reverse, and the supervisor fails.
        case abort
        /// It counts as a restart, like any later failure.
        case retry
    }
}
