import API
import Actors
import Bus
import Domain
import Threading

/// The last words of the hosts, for those who come to the page later: spoken words are not kept anywhere else.
///
/// It belongs to the station, so that a restart of the actor that fills it forgets nothing.
final class AirNotes: Sendable {
    /// What the page shows now, and what it shows as said before.
    static let countMax = 9

    private let kept = Mutex<[ConsoleData.Spoken]>([])

    /// Newest first.
    var newest: [ConsoleData.Spoken] { kept.withLock { $0 } }

    func note(_ spoken: ConsoleData.Spoken) {
        kept.withLock { kept in
            kept.insert(spoken, at: 0)
            if kept.count > AirNotes.countMax { kept.removeLast() }
        }
    }
}

/// Fills the notes from the bus.
struct AirNotesActor: SupervisedActor {
    let name: ActorName
    private let context: ActorContext
    private let notes: AirNotes
    private let segments: Subscription<HostSpoke>

    /// - Throws: `BusError` when the bus does not know host events.
    init(_ context: ActorContext, bus: EventBus, notes: AirNotes) throws {
        name = context.name
        self.context = context
        self.notes = notes
        segments = try bus.subscribe(to: HostSpoke.self, as: context.name, limit: AirNotes.countMax)
    }

    func run() async throws {
        context.ready()
        for await segment in segments {
            context.progress()
            notes.note(ConsoleData.Spoken(at: segment.header.time, segment: segment.payload))
        }
    }
}
