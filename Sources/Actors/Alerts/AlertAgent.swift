package import Bus
import Domain
package import Jobs
package import Logging
package import Store

/// Measures what alerts are about, and sees to it that somebody hears of them.
///
/// What is to be told is written down together with the state that it follows from, as events and as jobs that send
/// it, so that a crash neither loses it nor makes it twice. While the database does not take it, it is kept here and
/// sent straight away without it.
package struct AlertAgent: SupervisedActor {
    /// A way to measure one quantity.
    package typealias Gauge = @Sendable () async -> AlertReading

    /// What the actor works with.
    package struct Parts: Sendable {
        package var store: any Storage
        package var board: AlertBoard
        package var gauges: [AlertQuantity: Gauge]
        package var rules: @Sendable () -> [AlertRule]
        package var settings: @Sendable () -> AlertBook.Settings
        /// The jobs that tell a piece of news to whom it concerns; none when that is nobody.
        package var notices: @Sendable (AlertNews) -> [JobRequest]
        /// Tells it without the database, at once and once.
        package var tellAtOnce: @Sendable (AlertNews) async -> Void
        /// Told of every piece of news.
        package var onNews: @Sendable (AlertNews) -> Void
        package var host: String
        /// Under which the state is kept: one name for each daemon of a database.
        package var stateName: String
        package var every: Duration
        package var clock: any Clock<Duration>
        package var now: @Sendable () -> Timestamp
        package var logger: Logger

        package init(
            store: any Storage,
            board: AlertBoard,
            gauges: [AlertQuantity: Gauge],
            rules: @escaping @Sendable () -> [AlertRule],
            settings: @escaping @Sendable () -> AlertBook.Settings,
            notices: @escaping @Sendable (AlertNews) -> [JobRequest],
            tellAtOnce: @escaping @Sendable (AlertNews) async -> Void,
            onNews: @escaping @Sendable (AlertNews) -> Void = { _ in },
            host: String,
            stateName: String,
            every: Duration = .seconds(5),
            clock: any Clock<Duration> = ContinuousClock(),
            now: @escaping @Sendable () -> Timestamp = { .now },
            logger: Logger
        ) {
            self.store = store
            self.board = board
            self.gauges = gauges
            self.rules = rules
            self.settings = settings
            self.notices = notices
            self.tellAtOnce = tellAtOnce
            self.onNews = onNews
            self.host = host
            self.stateName = stateName
            self.every = every
            self.clock = clock
            self.now = now
            self.logger = logger
        }
    }

    package let name: ActorName
    private let context: ActorContext
    private let parts: Parts

    package init(_ context: ActorContext, parts: Parts) {
        name = context.name
        self.context = context
        self.parts = parts
    }

    /// News that wait for the database; the oldest go when there are more.
    private static let pendingMax = 200

    package func run() async throws {
        var book = try await restore()
        var pending: [AlertNews] = []
        var ids = UUIDv7Generator()
        parts.board.change { $0.book = book }
        context.ready()
        while true {
            let readings = await measure()
            let (rules, now) = (parts.rules(), parts.now())
            let before = book
            let news = book.note(readings, under: rules, settings: parts.settings(), at: now) { ids.next(at: now) }
            for piece in news { tell(piece) }
            pending = (pending + news).suffix(Self.pendingMax)
            // Without news the state is written down too when alerts have come closer to their end.
            if !pending.isEmpty || book.open.map(\.clearSince) != before.open.map(\.clearSince) {
                let isKept = try await keep(book, pending, isFirstTry: pending.count == news.count)
                if isKept { pending = [] } else { for piece in news { await parts.tellAtOnce(piece) } }
            }
            parts.board.change { [book, count = pending.count] state in
                state.book = book
                state.rules = rules
                state.readings = readings
                state.pendingCount = count
            }
            context.progress()
            guard (try? await parts.clock.sleep(for: parts.every)) != nil else { return }
        }
    }

    // MARK: Measuring

    private func measure() async -> [AlertQuantity: AlertReading] {
        var readings: [AlertQuantity: AlertReading] = [:]
        for (quantity, gauge) in parts.gauges { readings[quantity] = await gauge() }
        return readings
    }

    // MARK: Keeping

    private var key: SettingKey<AlertBook> { SettingKey(parts.stateName) }

    /// What was open when the last life ended.
    private func restore() async throws -> AlertBook {
        let stored: AlertBook?
        do {
            stored = try await parts.store.setting(key)
        } catch {
            guard error.code == .corrupt else { throw error }
            // Better to tell of something twice than never.
            parts.logger.error("stored alerts cannot be read", metadata: ["error": "\(error)"])
            stored = nil
        }
        return stored ?? AlertBook()
    }

    /// Writes the state and its news down, all of it or nothing.
    ///
    /// - Parameters:
    ///   - book: the state.
    ///   - news: what follows from it and is not written yet.
    ///   - isFirstTry: whether a failure is news.
    /// - Returns: whether it is written.
    /// - Throws: when this life is over.
    private func keep(_ book: AlertBook, _ news: [AlertNews], isFirstTry: Bool) async throws -> Bool {
        let requests = news.flatMap(parts.notices)
        do {
            _ = try await parts.store.commit(by: context.incarnation) { [key, parts] transaction in
                for piece in news {
                    switch piece.what {
                    case .raised: try transaction.append(AlertRaised(piece.alert, host: parts.host))
                    case .resolved: try transaction.append(AlertResolved(piece.alert, host: parts.host))
                    case .reminded: break
                    }
                }
                for request in requests { try transaction.enqueue(request) }
                try transaction.set(key, to: book)
            }
            let queue = JobQueue(store: parts.store)
            for request in requests { queue.announce(request) }
            return true
        } catch let error as StoreError where error.disposition == .stop {
            throw error
        } catch {
            if isFirstTry {
                parts.logger.error("alerts cannot be written down yet", metadata: ["error": "\(error)"])
            }
            return false
        }
    }

    private func tell(_ piece: AlertNews) {
        let level: Logger.Level =
            switch (piece.what, piece.alert.severity) {
            case (.resolved, _): .notice
            case (_, .critical): .error
            case (_, .warning): .warning
            }
        parts.logger.log(
            level: level,
            "alert \(piece.what.rawValue)",
            metadata: [
                "reason": "\(piece.alert.rule)", "value": "\(piece.alert.latest)",
                "threshold": "\(piece.alert.threshold)", "detail": "\(piece.alert.detail ?? "")",
            ]
        )
        parts.onNews(piece)
    }
}

extension AlertRaised {
    fileprivate init(_ alert: Alert, host: String) {
        self.init(
            alert: alert.id,
            rule: alert.rule,
            severity: alert.severity,
            summary: alert.summary,
            value: alert.value,
            threshold: alert.threshold,
            detail: alert.detail,
            host: host
        )
    }
}

extension AlertResolved {
    fileprivate init(_ alert: Alert, host: String) {
        self.init(
            alert: alert.id,
            rule: alert.rule,
            severity: alert.severity,
            raisedAt: alert.raisedAt,
            value: alert.latest,
            host: host
        )
    }
}
