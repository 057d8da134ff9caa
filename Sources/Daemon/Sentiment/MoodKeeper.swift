import Actors
import Bus
import Domain
import Logging
import Market
import MarketHistory
import SentimentServices
import Store
import Telemetry

/// Keeps the mood of the market: asks for the index, reckons what the news come to, and tells what has changed.
struct MoodKeeper: SupervisedActor {
    let name: ActorName
    private let context: ActorContext
    private let desk: SentimentDesk
    private let publisher: Publisher
    private let logger = Logger(label: "sentiment")

    private static let record = SettingKey<MoodBoard.Index>("sentiment.index")

    init(_ context: ActorContext, desk: SentimentDesk) {
        name = context.name
        self.context = context
        self.desk = desk
        publisher = Publisher(bus: desk.station.bus, incarnation: context.incarnation)
    }

    func run() async throws {
        try await restore()
        context.ready()
        while !Task.isCancelled {
            context.progress()
            if desk.decide({ $0.isIndexDue($1, at: $2) }) { await askForIndex() }
            if desk.takeWish() || desk.decide({ $0.isNewsDue($1, at: $2) }) { await reckon() }
            if let event = desk.decide({ $0.takeNews($1, at: $2) }) { try publisher.publish(event) }
            do {
                try await desk.wait()
            } catch {
                return
            }
        }
    }

    private func restore() async throws {
        var stored: MoodBoard.Index?
        do throws(StoreError) {
            stored = try await desk.station.store.setting(MoodKeeper.record)
        } catch {
            guard error.code == .corrupt else { throw error }
            logger.error("the stored index of the mood cannot be read", metadata: [LogKey.error: "\(error)"])
        }
        desk.decide { [stored] board, settings, now in board.resume(stored, settings, at: now) }
    }

    private func askForIndex() async {
        do {
            guard let told = try await desk.fearGreed() else { return }
            let reading = SentimentIndexChanged.FearGreed(
                value: told.reading.value,
                label: told.reading.classification,
                source: told.source,
                asOf: told.reading.asOf
            )
            let index = desk.decide { board, settings, now in
                board.answered(reading, settings, at: now)
                return board.index
            }
            if let index { await keep(index) }
        } catch {
            guard !Task.isCancelled else { return }
            let isNew = desk.decide { board, settings, now in board.failed("\(error)", settings, at: now) }
            logger.log(
                level: isNew ? .info : .debug,
                "nobody tells the index of the mood",
                metadata: [LogKey.error: "\(error)"]
            )
        }
    }

    /// What cannot be written is asked for again after a restart, and told all the same.
    private func keep(_ index: MoodBoard.Index) async {
        do throws(StoreError) {
            try await desk.station.store.set(MoodKeeper.record, to: index)
        } catch {
            logger.error("the index of the mood is not kept", metadata: [LogKey.error: "\(error)"])
        }
    }

    private func reckon() async {
        let (now, hours) = (desk.station.now(), desk.config.newsHours)
        do throws(HistoryError) {
            let shares = try await desk.station.records.news.mood(
                in: now.advanced(by: .seconds(-3600) * hours)...now.advanced(by: MoodKeeper.aheadMax)
            )
            let (count, sum) = (shares.reduce(0) { $0 + $1.count }, shares.reduce(0) { $0 + $1.sum })
            desk.decide { board, settings, now in
                board.reckoned(count: count, sum: sum, hours: hours, settings, at: now)
            }
        } catch {
            logger.warning("the mood of the news cannot be reckoned", metadata: [LogKey.error: "\(error)"])
        }
    }

    /// As far ahead of our clock a feed's time may be.
    private static let aheadMax: Duration = .seconds(3600)
}
