package import Bus
import Domain
import Show
package import Store

/// Tells which part of the hour listeners are in: what it hears decides, whether it is spoken or goes out as text.
package actor PartKeeper: SupervisedActor {
    package nonisolated let name: ActorName
    private let context: ActorContext
    private let spoken: Subscription<HostSpoke>
    private let store: any Storage
    private let author: Incarnation

    private static let setting = SettingKey<PartLog.Open>("show.part")

    /// - Parameters:
    ///   - context: of this incarnation.
    ///   - bus: where it hears the hosts.
    ///   - store: where the part that is on is kept, together with the events.
    /// - Throws: `BusError` when it cannot hear.
    package init(context: ActorContext, bus: EventBus, store: any Storage) throws {
        name = context.name
        self.context = context
        self.store = store
        author = context.incarnation
        spoken = try bus.subscribe(to: HostSpoke.self, as: context.name)
    }

    package func run() async throws {
        var log = PartLog(open: try await store.setting(Self.setting))
        context.ready()
        for await envelope in spoken {
            let change = log.heard(envelope.payload, at: envelope.header.time)
            guard let change, let open = log.open else { continue }
            _ = try await store.commit(by: author) { transaction in
                try transaction.set(Self.setting, to: open)
                if let finished = change.finished { try transaction.append(finished) }
                try transaction.append(change.started)
            }
        }
    }
}
