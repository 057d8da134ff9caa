import Actors
import Bus
import BusZeroMQ
import Domain
import JSON
import Market
import Store

/// The answer of `system.status`: the station on one page.
struct StatusReport {
    let value: JSONValue

    init(_ station: Station) async {
        let health = station.health
        let counts = station.tree.snapshot().counts
        let bus = station.bus.statistics
        let position = station.store.position
        var members: [String: JSONValue] = [
            "name": .string(station.settings.current.configuration.station.name),
            "version": .string(Version.current),
            "epoch": .string(station.bus.epoch.description),
            "pid": .int(Int64(station.processID)),
            "uptimeSeconds": .double(station.uptimeSeconds),
            "state": .string(station.stateText),
            "production": .bool(station.settings.current.configuration.station.production),
            "reasons": .array(health.reasons.map(JSONValue.string)),
            "actors": ["up": .int(Int64(counts.active)), "total": .int(Int64(counts.specs))],
            "bus": [
                "published": .int(Int64(clamping: bus.published.values.reduce(0, +))),
                "dropped": .int(Int64(clamping: bus.mailboxes.reduce(0) { $0 + $1.dropped })),
            ],
            "log": [
                "offset": .int(Int64(clamping: position.head)),
                "oldestOffset": .int(Int64(clamping: position.oldest)),
            ],
            "market": StatusReport.market(station),
            "muted": .bool(station.mute.isOn),
            "offAir": .bool(station.offAir.isOn),
            "voice": .string(station.voice),
        ]
        if let reload = station.settings.lastReload {
            members["lastReload"] = [
                "time": .string(reload.time.description), "applied": .bool(reload.isApplied),
            ]
        }
        value = .object(members)
    }

    /// Who serves prices, and how old the oldest of them is.
    ///
    /// A missing price has no age; it is never zero.
    private static func market(_ station: Station) -> JSONValue {
        let limit = Duration.seconds(station.settings.current.configuration.market.staleAfterSeconds)
        let status = station.board.status(at: station.now(), staleAfter: limit)
        return [
            "source": status.source.map(JSONValue.string) ?? .null,
            "reason": .string(status.reason),
            "ageSeconds": status.ageSeconds.map(JSONValue.double) ?? .null,
            "stale": .bool(status.stale),
            "replayed": .bool(status.replayed),
        ]
    }
}
