import Actors
import Bus
import Credits
import Logging
import Telemetry

/// Gives back what calls have left held that never came to their end, gives subscribers the credits of the month, and looks
/// at what all accounts do together.
struct CreditKeeper: SupervisedActor {
    let name: ActorName
    private let context: ActorContext
    private let desk: CreditDesk
    private let watch: CreditWatch
    private let metrics: MetricsRegistry
    private let logger = Logger(label: "credits")

    /// A hold lasts ten minutes; nobody notices half a minute more.
    private static let interval: Duration = .seconds(30)

    init(_ context: ActorContext, desk: CreditDesk, watch: CreditWatch, metrics: MetricsRegistry) {
        name = context.name
        self.context = context
        self.desk = desk
        self.watch = watch
        self.metrics = metrics
    }

    func run() async throws {
        context.ready()
        while !Task.isCancelled {
            // The next round does what one could not; none of them keeps the others from being done.
            await attempt("holds cannot be looked at") { () throws(CreditError) in try await giveBack() }
            await attempt("subscribers cannot be given their month") { () throws(CreditError) in try await giveMonths()
            }
            await attempt("accounts cannot be looked at") { () throws(CreditError) in try await watch.look(at: desk) }
            do {
                try await ContinuousClock().sleep(for: CreditKeeper.interval)
            } catch {
                return
            }
        }
    }

    private func attempt(_ complaint: Logger.Message, _ body: () async throws(CreditError) -> Void) async {
        do throws(CreditError) {
            try await body()
        } catch {
            logger.warning(complaint, metadata: [LogKey.error: "\(error)"])
        }
    }

    private func giveBack() async throws(CreditError) {
        while !Task.isCancelled, case let count = try await desk.releaseExpired(), count > 0 {
            metrics.counter(.creditsExpiredHolds).increment(by: count)
            logger.notice("holds of unfinished calls given back", metadata: [LogKey.count: "\(count)"])
        }
    }

    private func giveMonths() async throws(CreditError) {
        var place: CreditDesk.MonthPlace?
        var count = 0
        repeat {
            let (given, next) = try await desk.giveMonths(from: place)
            metrics.counter(.creditsMonths).increment(by: given.count)
            count += given.count
            place = next
        } while !Task.isCancelled && place != nil
        guard count > 0 else { return }
        logger.info("subscribers have got the month's credits", metadata: [LogKey.count: "\(count)"])
    }
}
