import Actors
import Bus
import Domain
import Threading

/// Shows on the terminal what is said on the air.
struct Narrator: SupervisedActor {
    let name: ActorName
    private let context: ActorContext
    private let segments: Subscription<HostSpoke>
    private let lines: LineWriter

    /// - Throws: `BusError` when the bus does not know host events.
    init(_ context: ActorContext, bus: EventBus, lines: LineWriter) throws {
        name = context.name
        self.context = context
        self.lines = lines
        segments = try bus.subscribe(to: HostSpoke.self, as: context.name)
    }

    func run() async throws {
        context.ready()
        for await segment in segments {
            context.progress()
            let time = segment.header.time.description.prefix(19).suffix(8)
            let mark = segment.payload.kind == .fallback ? " (fallback)" : ""
            lines.write("\(time) \(segment.payload.host)\(mark): \(segment.payload.text)")
        }
    }
}
