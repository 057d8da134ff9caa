import Bus
import Domain
import Jobs
import Market
import MarketHistory

/// The job that brings old candles.
///
/// What was asked for stands in the database beside the candles, so that after any interruption it goes on where it was.
/// Two backfills take turns, as they ask the same providers.
struct BackfillCandles: Job {
    static let kind = "backfill-candles"
    static let queue = MarketJobs.queue
    /// Behind what is due now.
    static let priority = 7
    /// A restart of the station in the middle counts as one.
    static let attemptMax = 100

    let pair: TradingPair
    let interval: CandleInterval
    let from: Timestamp
    let to: Timestamp
    let source: String?

    var uniqueBy: String? { "\(pair)/\(interval.rawValue)/\(from)/\(to)/\(source ?? "")" }
    var limit: JobLimit? { JobLimit(key: Self.kind, runningMax: 1) }

    var order: CandleBackfill.Order {
        CandleBackfill.Order(pair: pair, interval: interval, range: from..<max(from, to), source: source)
    }
}

extension MarketJobs {
    /// How long one takes its turn before another one may.
    private static let turn: Duration = .seconds(60)

    var backfillHandler: JobHandler {
        JobHandler(kind: BackfillCandles.kind, queue: BackfillCandles.queue, timeout: .seconds(600)) { payload, _ in
            let job: BackfillCandles
            do {
                job = try EventCodec.decode(BackfillCandles.self, from: payload.utf8)
            } catch {
                throw JobError(.permanent, "the payload of \(BackfillCandles.kind) does not decode: \(error)")
            }
            return try await work(on: job.order)
        }
    }

    private func work(on order: CandleBackfill.Order) async throws -> JobOutcome {
        guard let source = feed.liveSource else {
            throw JobError(.permanent, "recorded candles are played, so no exchange is asked")
        }
        do {
            let isDone = try await backfill(source).work(on: order, for: Self.turn)
            return isDone ? .completed(result: nil) : .snoozed(until: station.now())
        } catch let error as FetchError {
            try Task.checkCancellation()
            throw JobError(error)
        }
    }
}

extension JobError {
    /// What follows when old candles cannot be brought now.
    init(_ error: FetchError) {
        switch error {
        case .nobodyReaches: self.init(.permanent, "\(error)")
        case .notKept: self.init(.transient, "\(error)")
        case .unanswered(let failure) where failure.wasCancelled:
            // A reload has put other providers in place.
            self.init(.throttled(retryAfter: .seconds(1)), "\(error)")
        case .unanswered(let failure) where failure.saysUnknown: self.init(.permanent, "\(error)")
        case .unanswered(let failure):
            let wait = min(max(failure.retryAfter ?? .seconds(30), .seconds(1)), .seconds(300))
            self.init(.throttled(retryAfter: wait), "\(error)")
        }
    }
}
