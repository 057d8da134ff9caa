import API
import Actors
import Domain
import Jobs
import Market
import Threading

/// How the quantities that alerts are about are measured here.
struct AlertGauges: Sendable {
    let station: Station
    let traffic: TrafficMeter
    /// The newest counts of jobs.
    let queues: @Sendable () -> [QueueCounts]
    let providers: @Sendable () -> [ProviderStanding]
    /// Providers of models whose key or money is gone.
    let shutProviders: @Sendable () -> [String]
    let costs: ModelCosts
    let credits: CreditWatch
    private let failing = FailingTime()
    private let answers = FreshAnswers()

    init(
        station: Station,
        traffic: TrafficMeter,
        queues: @escaping @Sendable () -> [QueueCounts],
        providers: @escaping @Sendable () -> [ProviderStanding],
        shutProviders: @escaping @Sendable () -> [String],
        costs: ModelCosts,
        credits: CreditWatch
    ) {
        self.station = station
        self.traffic = traffic
        self.queues = queues
        self.providers = providers
        self.shutProviders = shutProviders
        self.costs = costs
        self.credits = credits
    }

    var all: [AlertQuantity: AlertAgent.Gauge] {
        [
            .failingSeconds: { [station, failing] in
                let health = station.health
                let seconds = failing.seconds(isFailing: health.status == .failing)
                return .value(seconds, of: seconds > 0 ? health.reasons.first : nil)
            },
            .errorPercent: { [station, traffic] in
                let answersMin = station.settings.current.configuration.alerts.errorAnswersMin
                let sum = traffic.last(minutes: 5)
                return AlertGauges.errors(sum.serverErrors, of: sum.answers, answersMin: answersMin)
            },
            .queueDepth: { [queues] in AlertGauges.depth(queues()) },
            .providerSeconds: { [providers, answers] in AlertGauges.latency(answers.fresh(providers())) },
            .diskFreePercent: { [station] in
                let folder = station.settings.current.layout.stateDirectory
                // A file system in trouble may keep whoever asks waiting.
                return await offPool { AlertGauges.disk(folder) }
            },
            .shutProviders: { [shutProviders] in
                let names = shutProviders()
                return .value(Double(names.count), of: names.isEmpty ? nil : names.joined(separator: ", "))
            },
            .pausedAccounts: { [credits] in credits.pausedReading },
            .costRisePercent: { [station, costs] in
                costs.reading(callsMin: station.settings.current.configuration.alerts.costCallsMin)
            },
            .burnRisePercent: { [station, credits] in
                credits.burnReading(
                    floor: Int64(station.settings.current.configuration.alerts.burnCreditsMin)
                )
            },
            .signalSilenceMinutes: { .missing("this station makes no signals yet") },
            .offAirSeconds: { .missing("this station has no output yet") },
        ]
    }

    /// The share of errors; of a few answers only that there were none.
    static func errors(_ errors: Int, of answers: Int, answersMin: Int) -> AlertReading {
        if errors == 0 { return .value(0) }
        guard answers >= answersMin else {
            return .missing("fewer than \(answersMin) answers in the last five minutes")
        }
        return .value(100 * Double(errors) / Double(answers))
    }

    /// The deepest queue: what could run and waits, not what waits for its time.
    static func depth(_ counts: [QueueCounts]) -> AlertReading {
        let deepest = counts.max { $0.available + $0.retryable < $1.available + $1.retryable }
        guard let deepest else { return .value(0) }
        return .value(Double(deepest.available + deepest.retryable), of: "queue \(deepest.queue)")
    }

    static func latency(_ standings: [ProviderStanding]) -> AlertReading {
        let slowest = standings.compactMap { standing in standing.lastLatency.map { (standing.name, $0) } }
            .max { $0.1 < $1.1 }
        guard let slowest else { return .missing("no provider has answered lately") }
        return .value(slowest.1 / .seconds(1), of: "provider \(slowest.0)")
    }

    private static func disk(_ folder: String) -> AlertReading {
        do {
            return .value(100 * (try DiskSpace(of: folder).freeShare), of: folder)
        } catch {
            return .missing("\(error)")
        }
    }
}

/// For how long the station's health has been failing without a break.
private final class FailingTime: Sendable {
    private let since = Mutex<ContinuousClock.Instant?>(nil)

    func seconds(isFailing: Bool) -> Double {
        since.withLock { since in
            guard isFailing else {
                since = nil
                return 0
            }
            let start = since ?? .now
            since = start
            return start.duration(to: .now) / .seconds(1)
        }
    }
}

/// Which providers have answered within the last minutes: how long others took once says nothing of now.
private final class FreshAnswers: Sendable {
    private struct Seen {
        var answered: UInt64
        var at: ContinuousClock.Instant
    }

    private static let kept: Duration = .seconds(300)
    private let seen = Mutex<[String: Seen]>([:])

    func fresh(_ standings: [ProviderStanding]) -> [ProviderStanding] {
        let now = ContinuousClock.now
        return seen.withLock { seen in
            seen = seen.filter { name, _ in standings.contains { $0.name == name } }
            for standing in standings where standing.answered > 0 && seen[standing.name]?.answered != standing.answered
            {
                seen[standing.name] = Seen(answered: standing.answered, at: now)
            }
            return standings.filter { standing in
                seen[standing.name].map { $0.at.duration(to: now) < FreshAnswers.kept } ?? false
            }
        }
    }
}
