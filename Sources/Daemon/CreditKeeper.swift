import Actors
import Bus
import Credits
import Logging
import Telemetry

/// Gives back what calls have left held that never came to their end.
struct CreditKeeper: SupervisedActor {
    let name: ActorName
    private let context: ActorContext
    private let desk: CreditDesk
    private let metrics: MetricsRegistry
    private let logger = Logger(label: "credits")

    /// A hold lasts ten minutes; nobody notices half a minute more.
    private static let interval: Duration = .seconds(30)

    init(_ context: ActorContext, desk: CreditDesk, metrics: MetricsRegistry) {
        name = context.name
        self.context = context
        self.desk = desk
        self.metrics = metrics
    }

    func run() async throws {
        context.ready()
        while !Task.isCancelled {
            do throws(CreditError) {
                while case let count = try await desk.releaseExpired(), count > 0 {
                    metrics.counter(.creditsExpiredHolds).increment(by: count)
                    logger.notice("holds of unfinished calls given back", metadata: [LogKey.count: "\(count)"])
                }
            } catch {
                // The next round does what this one could not.
                logger.warning("holds cannot be looked at", metadata: [LogKey.error: "\(error)"])
            }
            do {
                try await ContinuousClock().sleep(for: CreditKeeper.interval)
            } catch {
                return
            }
        }
    }
}
