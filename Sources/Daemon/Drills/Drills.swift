import Actors
import Bus
import BusZeroMQ
import Domain
import Glibc
import JSON
import Store

/// Trouble on purpose, so that a running station can prove how it copes.
///
/// Refused in production.
struct Drills: Sendable {
    let station: Station
    let orders: DrillOrders
    let jobs: JobDrills

    /// - Throws: `ThreadError` when the process is out of descriptors.
    init(station: Station, witnesses: WitnessFolder) throws {
        self.station = station
        orders = try DrillOrders()
        jobs = JobDrills(witnesses: witnesses)
    }

    private static let fillerUnit = "x"
    fileprivate static let progressInterval: Duration = .milliseconds(500)
    /// How long a drill that blocks threads or ignores its stop goes on at most.
    private static let blockSecondsMax: Int64 = 600

    /// The actor that misbehaves.
    ///
    /// It has to escalate when it keeps failing: that, too, is a drill.
    func child(limit: RestartLimit, backoff: Backoff) -> ChildSpec {
        ChildSpec.worker(SupervisionTree.drill, restart: .permanent, shutdown: .after(.seconds(2))) { [self] context in
            try DrillSubscriber(context, orders: orders, bus: station.bus)
        }.with {
            $0.readiness = .reported
            $0.limit = limit
            $0.backoff = backoff
            $0.heartbeat = ChildSpec.Heartbeat(every: .seconds(1), missed: 3)
        }
    }

    func method(_ desk: JobDesk) -> ControlMethod {
        .changing("drill.start", role: .admin) { call throws(JSONRPCError) in
            switch try call.params.text("kind", sizeBytesMax: 32) {
            case "load": return try await load(call)
            case "jobs": return try await jobs.enqueue(call, desk)
            case "workflows": return try await jobs.start(call, desk)
            case "killAt": return try jobs.arm(call)
            case "fault": return try fault(call)
            case "trap":
                // The point is an end like that of a real bug: unannounced, with a backtrace.
                fatalError("drill: trap")
            case "zapDeath":
                let closed = station.endpoints.filter { $0.name.hasSuffix("-tcp") }.map { JSONValue.string($0.name) }
                station.edge?.killAuthenticator()
                return ["closed": .array(closed)]
            default: throw .badParameters("kind", "kind must be load, fault, jobs, workflows, killAt, trap or zapDeath")
            }
        }
    }

    // MARK: Load

    private func load(_ call: ControlCall) async throws(JSONRPCError) -> JSONValue {
        try call.params.only("kind", "count", "delivery", "payloadBytes", "batch")
        let count = Int(try call.params.number("count", in: 1...5_000_000))
        let batch = Int(try call.params.number("batch", in: 1...4096, otherwise: 256))
        let size = Int(try call.params.number("payloadBytes", in: 0...4096, otherwise: 64))
        let delivery = try call.params.text("delivery", sizeBytesMax: 16)
        let filler = String(repeating: Self.fillerUnit, count: size)
        let every: Int
        switch delivery {
        case "data": every = .max
        case "durable": every = 1
        case "mixed": every = 10
        default: throw .badParameters("delivery", "delivery must be data, durable or mixed")
        }
        let start = ContinuousClock.now
        var done = 0
        var data: UInt64 = 0
        var durable: UInt64 = 0
        while done < count {
            let size = min(batch, count - done)
            let ledger = every == .max ? 0 : ((done + size) / every - done / every)
            try await publish(ledger: ledger, from: durable, load: size - ledger, from: data, filler: filler)
            durable += UInt64(ledger)
            data += UInt64(size - ledger)
            done += size
            if done / 100_000 != (done - size) / 100_000 { call.progress(["published": .int(Int64(done))]) }
        }
        return [
            "published": .int(Int64(done)),
            "durable": .int(Int64(durable)),
            "seconds": .double(start.duration(to: .now) / .seconds(1)),
            "offset": .int(Int64(clamping: station.store.position.head)),
        ]
    }

    private func publish(
        ledger: Int,
        from firstLedger: UInt64,
        load: Int,
        from firstLoad: UInt64,
        filler: String
    ) async throws(JSONRPCError) {
        do {
            if load > 0 {
                try station.bus.publish(
                    contentsOf: (1...load).map { DrillLoadGenerated(number: firstLoad + UInt64($0), filler: filler) },
                    from: SupervisionTree.drill
                )
            }
        } catch {
            throw .failedInside("\(error)")
        }
        guard ledger > 0 else { return }
        do throws(StoreError) {
            let pending = try (1...ledger).map { number throws(StoreError) in
                try PendingEvent(DrillLedgerEntered(number: firstLedger + UInt64(number), filler: filler))
            }
            _ = try await station.store.append(pending, by: station.author)
        } catch {
            throw JSONRPCError(error)
        }
    }

    // MARK: Faults

    private func fault(_ call: ControlCall) throws(JSONRPCError) -> JSONValue {
        try call.params.only("kind", "behaviour", "seconds", "times")
        let behaviour = try call.params.text("behaviour", sizeBytesMax: 32)
        let seconds = try call.params.number("seconds", in: 1...Self.blockSecondsMax, otherwise: 30)
        let times = Int(try call.params.number("times", in: 1...1000, otherwise: 1))
        let before = station.tree.child(SupervisionTree.drill)?.incarnation?.number ?? 0
        let drill: Drill
        switch behaviour {
        case "throw": drill = .throwError("ordered")
        case "return": drill = .returnNormally
        case "hang", "flood": drill = .hang
        case "ignoreCancel": drill = .ignoreCancel
        case "slowStop": drill = .slowStop(.seconds(seconds))
        case "crashInStart": drill = .crashInInit(times: times)
        case "crashInStop": drill = .crashInStop
        case "blockPool":
            drill = .blockThreads(count: sysconf(Int32(_SC_NPROCESSORS_ONLN)) * 2, atMost: .seconds(seconds))
        default:
            throw .badParameters(
                "behaviour",
                "behaviour must be throw, return, hang, ignoreCancel, slowStop, crashInStart, crashInStop, flood or "
                    + "blockPool"
            )
        }
        guard orders.order(drill) else { throw .busy }
        if behaviour == "flood" { try flood() }
        return ["id": .string(SupervisionTree.drill.text), "incarnation": .int(Int64(clamping: before))]
    }

    /// Fills the drill's mailbox several times over while it does not read.
    private func flood() throws(JSONRPCError) {
        do {
            for number in 1...UInt64(station.bus.mailboxLimit * 4) {
                try station.bus.publish(DrillLoadGenerated(number: number, filler: ""), from: SupervisionTree.drill)
            }
        } catch {
            throw .failedInside("\(error)")
        }
    }
}

/// The drill actor with a mailbox on the bus and a heartbeat, like a real one.
struct DrillSubscriber: SupervisedActor {
    let name: ActorName
    private let drill: DrillActor
    private let orders: DrillOrders
    private let events: Subscription<DrillLoadGenerated>

    /// - Throws: `DrillError` when a crash in its start was ordered, `BusError` when the bus does not know drills.
    init(_ context: ActorContext, orders: DrillOrders, bus: EventBus) throws {
        name = context.name
        self.orders = orders
        drill = try DrillActor(context, orders: orders)
        events = try bus.subscribe(to: DrillLoadGenerated.self, as: context.name)
    }

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            // Beside each other, as a drill may hang; whichever ends takes the other with it.
            group.addTask { try await drill.run() }
            group.addTask {
                // The sign of life comes from the drill's own loop: one that hangs does not give it.
                while !Task.isCancelled {
                    orders.order(.reportProgress)
                    try await ContinuousClock().sleep(for: Drills.progressInterval)
                }
            }
            defer { group.cancelAll() }
            do {
                try await group.next()
            } catch is CancellationError {
                return
            }
        }
    }
}
