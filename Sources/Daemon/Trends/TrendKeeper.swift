import Actors
import Bus
import Domain
import LLM
import Logging
import Store
import Telemetry
import Trends

/// Has X searched again and again, and tells what comes of it.
struct TrendKeeper: SupervisedActor {
    let name: ActorName
    private let context: ActorContext
    private let desk: TrendDesk
    private let publisher: Publisher
    private let metrics: MetricsRegistry
    private let logger = Logger(label: "trends")

    /// What a search may take longer than its time, until it is over.
    private static let margin: Duration = .seconds(15)

    init(_ context: ActorContext, desk: TrendDesk) {
        name = context.name
        self.context = context
        self.desk = desk
        publisher = Publisher(bus: desk.station.bus, incarnation: context.incarnation)
        metrics = desk.station.instruments.metrics
    }

    func run() async throws {
        try await restore()
        context.ready()
        while !Task.isCancelled {
            context.progress()
            if desk.decide({ $0.takeNewsOfCap($1, at: $2.now) }) {
                logger.warning("no more searches of X on this day: its money is spent")
            }
            switch desk.decide({ $0.next($1, at: $2) }) {
            case .search: try await search()
            case .wait(let until):
                do {
                    try await desk.wait(until: until)
                } catch {
                    return
                }
            }
        }
    }

    /// What an earlier life has written; hosts speak of it while it is young.
    private func restore() async throws {
        var stored: TrendRecord?
        do throws(StoreError) {
            stored = try await desk.ledger.read()
        } catch {
            guard error.code == .corrupt else { throw error }
            logger.error("the stored trends cannot be read", metadata: [LogKey.error: "\(error)"])
        }
        desk.decide { [stored] polls, settings, moment in polls.resume(stored, settings, at: moment) }
        let now = desk.moment.now
        guard let list = stored?.list, list.age(at: now) <= .seconds(desk.config.staleAfterSeconds) else { return }
        try publisher.publish(list.event)
    }

    // MARK: Searching

    private func search() async throws {
        let config = desk.config
        let patience = Duration.seconds(config.searchSeconds)
        guard let turn = await prepare(for: patience + TrendKeeper.margin) else { return }
        let request = TrendPrompt.request(
            at: desk.moment.now,
            accounts: XSearch.Accounts(config),
            daysBack: config.daysBack
        )
        let report = await desk.models.search(request, patience: patience)
        // What was set aside for it stays spent: nobody knows what it has cost.
        guard !Task.isCancelled else { return }
        let result = TrendPolls.Result(report)
        let wasFailing = desk.decide { polls, _, _ in polls.lastFailure != nil }
        let news = desk.decide { polls, settings, moment in
            let cost = TrendCost.ticks(of: report, assumed: settings.searchTicks)
            return polls.end(result, cost: cost, settings, at: moment)
        }
        if case .answered(let reading, _) = result {
            for (fault, count) in reading.dropped {
                metrics.counter(.trendsDroppedEntries, fault.rawValue).increment(by: count)
            }
        }
        await finish(turn)
        if let news { try tell(news, wasFailing: wasFailing) }
    }

    /// Sets the money for a search aside, and writes that down.
    ///
    /// - Returns: `nil` when there is none to be made now.
    private func prepare(for length: Duration) async -> TrendLedger.Turn? {
        do throws(StoreError) {
            guard let turn = try await desk.ledger.take(for: length) else {
                desk.decide { $0.postpone(nil, $1, at: $2) }
                return nil
            }
            let stored = try await desk.ledger.read()
            guard let record = desk.decide({ $0.begin(stored, $1, at: $2) }) else {
                try await desk.ledger.giveBack(turn)
                return nil
            }
            try await desk.ledger.write(record, by: context.incarnation)
            return turn
        } catch {
            // Money that cannot be accounted for is not spent.
            desk.decide { $0.postpone("the station's database does not answer", $1, at: $2) }
            logger.warning("X is not searched: the cost cannot be written down", metadata: [LogKey.error: "\(error)"])
            return nil
        }
    }

    /// Writes down what came of it; what cannot be written is written with the next search.
    private func finish(_ turn: TrendLedger.Turn) async {
        do throws(StoreError) {
            try await desk.ledger.write(desk.decide { polls, _, _ in polls.record }, by: context.incarnation)
            try await desk.ledger.giveBack(turn)
        } catch {
            logger.error("the trends cannot be written down yet", metadata: [LogKey.error: "\(error)"])
        }
    }

    /// That polls fail is told once, and that they do not any more.
    private func tell(_ news: TrendPolls.News, wasFailing: Bool) throws {
        switch news {
        case .updated(let list):
            metrics.counter(.trendsSearches, "good").increment()
            logger.log(
                level: wasFailing ? .notice : .debug,
                "a new list of trends",
                metadata: [LogKey.count: "\(list.entries.count)"]
            )
            try publisher.publish(list.event)
        case .failed(let failure, let attempt, let again):
            metrics.counter(.trendsSearches, "failed").increment()
            logger.log(
                level: again == nil && !wasFailing ? .warning : .info,
                again == nil ? "X could not be searched" : "a search of X has failed and is made again",
                metadata: [
                    LogKey.reason: "\(failure)", LogKey.error: "\(failure.detail)", "attempt": "\(attempt)",
                ]
            )
        }
    }
}
