package import Bus
import Threading

/// What a supervisor hands to the factory of an actor: who this life is, and how to report from it.
package struct ActorContext: Sendable {
    /// The fence token of this life: what it publishes, writes and spends carries it.
    package let incarnation: Incarnation
    private let link: Link

    private enum Link: Sendable {
        case life(ChildLife)
        case hooks(onReady: @Sendable () -> Void, onProgress: @Sendable () -> Void)
    }

    /// A context outside any tree, for tests of a single actor.
    package init(
        incarnation: Incarnation,
        onReady: @escaping @Sendable () -> Void = {},
        onProgress: @escaping @Sendable () -> Void = {}
    ) {
        self.incarnation = incarnation
        link = .hooks(onReady: onReady, onProgress: onProgress)
    }

    init(_ life: ChildLife) {
        incarnation = life.incarnation
        link = .life(life)
    }

    package var name: ActorName { incarnation.name }

    /// Says that this life does its work from now on: the next sibling may start.
    ///
    /// Later calls change nothing.
    package func ready() {
        switch link {
        case .life(let life): life.reportReady()
        case .hooks(let onReady, _): onReady()
        }
    }

    /// Says that this life gets on with its work: one clock reading and one atomic store.
    package func progress() {
        switch link {
        case .life(let life): life.reportProgress()
        case .hooks(_, let onProgress): onProgress()
        }
    }
}
