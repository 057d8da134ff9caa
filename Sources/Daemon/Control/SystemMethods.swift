import Actors
import Bus
import BusZeroMQ
import Domain
import JSON
import Store
import Telemetry

/// `system.*`: how the station is, and how it ends.
struct SystemMethods {
    let station: Station

    var all: [ControlMethod] {
        [
            .reading("system.hello") { call throws(JSONRPCError) in
                try call.params.only()
                return hello(call.caller)
            },
            .reading("system.status") { call throws(JSONRPCError) in
                try call.params.only()
                return await StatusReport(station).value
            },
            .reading("system.tree") { call throws(JSONRPCError) in
                try call.params.only()
                return TreeReport.value(of: station.tree.snapshot())
            },
            .reading("system.top") { call throws(JSONRPCError) in
                try call.params.only()
                return TopReport(station).value
            },
            .reading("system.metrics") { call throws(JSONRPCError) in
                try call.params.only()
                return [
                    "text": .string(String(decoding: station.instruments.metrics.renderPrometheus(), as: UTF8.self))
                ]
            },
            .changing("system.drain", role: .operator) { call throws(JSONRPCError) in
                try call.params.only("seconds")
                let seconds = try call.params.number("seconds", in: 0...600, otherwise: 20)
                return try await drain(within: .seconds(seconds))
            },
            .changing("system.shutdown", role: .admin) { call throws(JSONRPCError) in
                try call.params.only()
                station.requestStop("control call by \(call.caller.name)")
                return ["stopping": true]
            },
        ]
    }

    private func hello(_ caller: ControlCaller) -> JSONValue {
        [
            "protocol": 1,
            "version": .string(Version.current),
            "epoch": .string(station.bus.epoch.description),
            "role": .string(caller.role.rawValue),
            "features": .array(Station.features.map(JSONValue.string)),
            "events": .array(station.endpoints.filter { $0.kind == .events }.map { .string($0.address) }),
        ]
    }

    /// Stops intake, then waits until nothing is on its way to the log or out of the door.
    private func drain(within limit: Duration) async throws(JSONRPCError) -> JSONValue {
        station.beginDraining()
        let start = ContinuousClock.now
        while true {
            let waiting = station.store.statistics.queueDepth + (station.edge?.statistics.tapDepth ?? 0)
            if waiting == 0 {
                return ["drained": true, "seconds": .double(start.duration(to: .now) / .seconds(1))]
            }
            guard start.duration(to: .now) < limit else {
                throw .unavailable("\(waiting) events are still on their way")
            }
            do {
                // Queues tell nobody when they are empty; the limit above bounds it.
                try await ContinuousClock().sleep(for: .milliseconds(20))
            } catch {
                throw .unavailable("the station is stopping")
            }
        }
    }
}
