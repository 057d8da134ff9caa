import Actors
import BusZeroMQ
import Domain
import Market
import PlayoutLink
import Store

/// What the health agent looks at besides the supervision tree.
struct StationProbes {
    let station: Station
    let board: MarketBoard
    let limits: LimitDesk

    var all: [HealthProbe] { [market, store, edge, air, sound, limits.probe] }

    var soundings: [HealthSounding] {
        [
            HealthSounding("database", isVital: true, failure: "the database does not answer") { [station] in
                _ = try await station.store.query("SELECT 1")
            }
        ]
    }

    private var market: HealthProbe {
        HealthProbe("market", isVital: false) { [station, board] in
            let limit = Duration.seconds(station.settings.current.configuration.market.staleAfterSeconds)
            return HealthFinding(board.status(at: station.now(), staleAfter: limit))
        }
    }

    private var store: HealthProbe {
        HealthProbe("store", isVital: true) { [station] in
            guard station.store.statistics.failuresInARow > 0 else { return .ok }
            return HealthFinding(.failing, "the event log cannot be written")
        }
    }

    private var edge: HealthProbe {
        HealthProbe("edge", isVital: true) { [station] in
            guard let edge = station.edge else { return HealthFinding(.starting, "the edge is starting") }
            guard !edge.statistics.isAuthenticatorDead else {
                return HealthFinding(.degraded, "encrypted endpoints are shut, because their authenticator died")
            }
            guard let age = edge.statistics.canaryAge else {
                return HealthFinding(.starting, "the edge has not passed its self-test yet")
            }
            return age < .seconds(5) ? .ok : HealthFinding(.failing, "the edge does not pass its self-test")
        }
    }

    /// Silence for three seconds is no health, whatever everything else says.
    private var sound: HealthProbe {
        HealthProbe("sound", isVital: false) { [station] in
            let view = station.booth.view
            guard let playout = view.playout else {
                return station.settings.current.configuration.onair.startPlayout
                    ? HealthFinding(.degraded, "the playout is away") : .ok
            }
            if case .off(let reason) = view.sound {
                return HealthFinding(.degraded, "the station has no voice: \(reason)")
            }
            guard !station.mute.isOn else { return .ok }
            if let trouble = playout.status.outputs?.trouble { return HealthFinding(.degraded, "\(trouble)") }
            guard let level = playout.status.level, level.silentForMilliseconds >= 3000 else { return .ok }
            return HealthFinding(.degraded, "the output is silent")
        }
    }

    private var air: HealthProbe {
        HealthProbe("air", isVital: false) { [station] in
            if station.mute.isOn { return HealthFinding(.degraded, "the station is muted") }
            return station.offAir.isOn ? HealthFinding(.degraded, "an operator took the station off the air") : .ok
        }
    }
}

extension HealthFinding {
    /// How the market data stands: a station without prices serves, but says so.
    init(_ status: MarketStatus) {
        if status.source == nil {
            self.init(.degraded, "no source serves prices")
        } else if status.stale {
            self.init(.degraded, "the prices are stale")
        } else {
            self = .ok
        }
    }
}
