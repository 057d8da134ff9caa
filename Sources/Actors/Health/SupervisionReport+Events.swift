package import Bus
package import Domain

extension SupervisionReport {
    /// Tells the report to everybody: the observer of a tree calls this.
    ///
    /// - Parameters:
    ///   - bus: carries it.
    ///   - source: who publishes it, the name of the tree's root.
    /// - Throws: `BusError` when the bus does not know the event types.
    package func publish(on bus: EventBus, from source: ActorName) throws(BusError) {
        if let change = actorChange {
            try bus.publish(change, from: source)
        } else if let change = supervisorChange {
            try bus.publish(change, from: source)
        }
    }

    /// The report as an event about an actor; `nil` when it is about the supervisor itself.
    package var actorChange: ActorChanged? {
        guard let (what, reason) = actorNews else { return nil }
        return ActorChanged(id: child, supervisor: supervisor, incarnation: number, what: what, reason: reason)
    }

    private var actorNews: (what: ActorChanged.What, reason: String?)? {
        switch kind {
        case .started: (.started, nil)
        case .ready: (.ready, nil)
        case .exited(let reason): (.exited, reason.description)
        case .resumed(let reason): (.resumed, reason.description)
        case .restarting(let delay): (.restarting, "after \(delay)")
        case .stopping: (.stopping, nil)
        case .fenced: (.fenced, nil)
        case .zombieAppeared: (.zombieAppeared, nil)
        case .zombieEnded: (.zombieEnded, nil)
        case .degraded(let interval): (.degraded, "tried again every \(interval)")
        case .recovered: (.recovered, nil)
        case .heldDown: (.heldDown, nil)
        case .removed: (.removed, nil)
        case .escalated, .supervisorReady, .supervisorEnded: nil
        }
    }

    /// The report as an event about the supervisor; `nil` when it is about one of its actors.
    package var supervisorChange: SupervisorChanged? {
        switch kind {
        case .escalated(let error): SupervisorChanged(id: supervisor, what: .escalated, reason: error.description)
        case .supervisorReady: SupervisorChanged(id: supervisor, what: .ready, reason: nil)
        case .supervisorEnded(let outcome):
            SupervisorChanged(id: supervisor, what: .ended, reason: outcome.reason)
        default: nil
        }
    }
}

extension SupervisorOutcome {
    fileprivate var reason: String {
        switch self {
        case .stopped: "stopped"
        case .finished: "finished"
        case .failed(let error): error.description
        }
    }
}
