import API
import Actors
import Bus
import LLM
import Telemetry
import Threading
import Trends

/// What is known of X's talk, for everybody in the station who asks: it outlives the lives of the actor that searches.
final class TrendDesk: Sendable {
    let station: Station
    let models: ModelDesk
    let ledger: TrendLedger
    private let polls: Mutex<TrendPolls>
    private let stopwatch = Stopwatch(ContinuousClock())
    private let bell = Bell()

    init(_ station: Station, models: ModelDesk) {
        self.station = station
        self.models = models
        ledger = TrendLedger(store: station.store)
        polls = Mutex(TrendPolls(at: TrendPolls.Moment(elapsed: .zero, now: station.now())))
        bind(station.instruments.metrics)
    }

    var config: TrendsConfig { station.settings.current.configuration.trends }

    var moment: TrendPolls.Moment { TrendPolls.Moment(elapsed: stopwatch.elapsed, now: station.now()) }

    /// What holds at the moment.
    var settings: TrendPolls.Settings {
        let (config, order) = (config, station.settings.current.configuration.llm.orders.trends)
        var settings = TrendPolls.Settings()
        settings.every = .seconds(config.pollSeconds)
        settings.spreadsOverDay = config.spreadOverDay
        settings.dayMaxTicks = USDPrice(config.usdPerDayMax)?.ticks ?? 0
        settings.searchTicks = USDPrice(config.usdPerSearch)?.ticks ?? 0
        settings.unavailable =
            settings.dayMaxTicks == 0 ? "trends.usd_per_day_max is 0" : models.lackForTrends(order)
        settings.pause = station.mute.isOn ? "the emergency stop is on" : nil
        return settings
    }

    /// Decides something; `body` must not block.
    func decide<Result: Sendable>(
        _ body: (inout TrendPolls, TrendPolls.Settings, TrendPolls.Moment) -> Result
    ) -> Result {
        let (settings, moment) = (settings, moment)
        return polls.withLock { body(&$0, settings, moment) }
    }

    // MARK: Waiting

    /// How long a reload or the release of the emergency stop goes unnoticed at most.
    private static let silenceMax: Duration = .seconds(5)

    /// Waits until then, or until somebody wants a search; not long in any case.
    ///
    /// - Throws: `CancellationError`.
    func wait(until moment: Duration) async throws {
        try await bell.wait(until: min(moment, stopwatch.elapsed + TrendDesk.silenceMax), on: stopwatch)
    }

    // MARK: What people ask

    var answer: TrendsAnswer { decide { TrendsAnswer($0, $1, at: $2, self.config) } }

    /// Has X searched at once; returns at once.
    ///
    /// - Throws: `APIError` when nobody can be asked now.
    func refresh() throws(APIError) -> TrendsAnswer {
        switch decide({ $0.wish($1, at: $2) }) {
        case .granted: bell.ring()
        case .underWay: break
        case .refused(let reason, let until):
            var error = APIError(.unavailable, "X cannot be searched now: \(reason).")
            error.retryAfterSeconds = until.map { Int(station.now().duration(to: $0) / .seconds(1)) + 1 }
            throw error
        }
        return answer
    }

    // MARK: Metrics

    private func bind(_ metrics: MetricsRegistry) {
        metrics.read(.trendsSpentTicks) { [self] in
            decide { polls, _, moment in
                Double(polls.record.spent(at: moment.now))
            }
        }
        metrics.read(.trendsCapReached) { [self] in decide { $0.isCapped($1, at: $2.now) ? 1 : 0 } }
        metrics.beforeScrape { [self, metrics] in
            guard let age = decide({ polls, _, moment in polls.record.list?.age(at: moment.now) }) else {
                return metrics.remove(.trendsListAgeSeconds)
            }
            metrics.gauge(.trendsListAgeSeconds).set(age / .seconds(1))
        }
    }
}

extension TrendsAnswer {
    fileprivate init(
        _ polls: TrendPolls,
        _ settings: TrendPolls.Settings,
        at moment: TrendPolls.Moment,
        _ config: TrendsConfig
    ) {
        let (status, reason): (Status, String?) =
            switch polls.standing(settings, at: moment.now) {
            case .ready: (.ok, nil)
            case .failing(let reason, _): (.failing, reason)
            case .paused(let reason, _): (.paused, reason)
            case .unavailable(let reason): (.unavailable, reason)
            }
        self.init(
            status: status,
            reason: reason,
            nextSearchAt: polls.nextAt(settings, at: moment),
            isSearching: polls.isPolling,
            found: polls.record.list.map { list in
                Found(
                    entries: list.entries.map { trend in
                        Entry(
                            symbol: trend.symbol,
                            sentiment: trend.sentiment,
                            changePercent: trend.changePercent,
                            snippet: trend.snippet,
                            link: trend.link
                        )
                    },
                    source: list.source,
                    asOf: list.asOf,
                    age: list.age(at: moment.now),
                    dropped: list.dropped
                )
            },
            staleAfter: .seconds(config.staleAfterSeconds)
        )
    }
}
