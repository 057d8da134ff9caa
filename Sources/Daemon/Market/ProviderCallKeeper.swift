import Actors
import Bus
import Logging
import MarketHistory
import Telemetry

/// Brings into the database how providers have answered, some seconds' worth at a time.
///
/// What has come since the last time is lost when the station ends: it is for looking at how providers do, and nothing
/// is reckoned by it.
struct ProviderCallKeeper: SupervisedActor {
    let name: ActorName
    private let context: ActorContext
    private let ledger: CallLedger
    private let calls: ProviderCallRepository
    private let metrics: MetricsRegistry
    private let logger = Logger(label: "market")

    private static let interval: Duration = .seconds(10)

    init(_ context: ActorContext, ledger: CallLedger, calls: ProviderCallRepository, metrics: MetricsRegistry) {
        name = context.name
        self.context = context
        self.ledger = ledger
        self.calls = calls
        self.metrics = metrics
    }

    func run() async throws {
        context.ready()
        var isFailing = false
        while !Task.isCancelled {
            do throws(HistoryError) {
                try await keep()
                if isFailing { logger.notice("calls of providers are stored again") }
                isFailing = false
            } catch {
                if !isFailing, !Task.isCancelled {
                    logger.warning("calls of providers cannot be stored", metadata: [LogKey.error: "\(error)"])
                }
                isFailing = true
            }
            do {
                try await ContinuousClock().sleep(for: ProviderCallKeeper.interval)
            } catch {
                return
            }
        }
    }

    private func keep() async throws(HistoryError) {
        while !Task.isCancelled {
            let batch = ledger.take(ProviderCallRepository.appendCountMax)
            guard !batch.isEmpty else { return }
            do throws(HistoryError) {
                try await calls.append(batch)
            } catch {
                // One that cannot be stored at all would stand in the way of all that follow.
                if case .store = error { ledger.putBack(batch) }
                throw error
            }
            metrics.counter(.marketCallsStored).increment(by: batch.count)
        }
    }
}
