import Actors
import Bus
import Domain
import Store
import TestKit
import Testing

/// Parts of the hour are told by what is heard.
@Suite(.timeLimit(.minutes(1)))
struct PartKeeperTests {
    private let start = Timestamp(seconds: 1_700_000_000)

    private func spoken(_ minute: Int, by host: String) -> HostSpoke {
        HostSpoke(
            host: host,
            text: "Hello.",
            kind: .fallback,
            energy: .normal,
            template: "t",
            symbols: [],
            facts: [],
            part: ShowPart(
                kind: .market,
                beganAt: start.advanced(by: .seconds(60 * minute)),
                endsAt: start.advanced(by: .seconds(60 * minute + 300))
            )
        )
    }

    @Test func `each part is told once, also over a restart`() async throws {
        let folder = try TemporaryFolder()
        var database = SQLiteConfig(path: folder.path("store.db"))
        // A crash of the machine is not what is tested here.
        database.synchronous = .normal
        let bus = try EventBus(types: EventCatalogue.all)
        let store = try await SQLiteStore.open(database, bus: bus)
        let started = try bus.subscribe(to: ShowPartStarted.self, as: "started")
        let finished = try bus.subscribe(to: ShowPartFinished.self, as: "finished")
        func keeper() throws -> PartKeeper {
            try PartKeeper(context: ActorContext(incarnation: Incarnation(of: "parts")), bus: bus, store: store)
        }
        try await whileRunning(try keeper()) {
            try bus.publish(spoken(0, by: "Nova"), from: "host")
            #expect(await started.take(1).map(\.payload.host) == ["Nova"])
        }
        try await whileRunning(try keeper()) {
            // Still the same part.
            try bus.publish(spoken(0, by: "Nova"), from: "host")
            try bus.publish(spoken(5, by: "Rex"), from: "host")
            #expect(await started.take(1).map(\.payload.host) == ["Rex"])
            #expect(await finished.take(1).map(\.payload.host) == ["Nova"])
        }
        let told = try await store.read(.all, from: 0).events.map { "\($0.header.topic)" }
        #expect(told == ["segment.part.started", "segment.part.finished", "segment.part.started"])
        await store.close()
    }
}
