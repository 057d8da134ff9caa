import Actors
import Bus
import Logging
import News
import Store
import Telemetry

/// Reads the feeds again and again.
struct NewsKeeper: SupervisedActor {
    let name: ActorName
    private let context: ActorContext
    private let desk: NewsDesk
    private let intake: NewsIntake
    private let logger = Logger(label: "news")

    init(_ context: ActorContext, desk: NewsDesk) {
        name = context.name
        self.context = context
        self.desk = desk
        intake = NewsIntake(desk: desk, publisher: Publisher(bus: desk.station.bus, incarnation: context.incarnation))
    }

    private var station: Station { desk.station }
    private var metrics: MetricsRegistry { desk.station.instruments.metrics }

    func run() async throws {
        var memory = try await intake.remember()
        if let stored = try await readBook() {
            desk.decide { book, _, _ in
                // Whatever an earlier life of this process knows is as good; a new process knows nothing.
                if book.entries.isEmpty { book = stored } else { book.merge(stored) }
            }
        }
        context.ready()
        while !Task.isCancelled {
            context.progress()
            follow()
            do {
                if desk.decide({ $0.questions($1, at: $2).isEmpty }) {
                    let next = desk.decide { $0.nextAt($1, at: $2) }
                    try await desk.wait(for: next.map { station.now().duration(to: $0) } ?? .seconds(60))
                    // What another daemon was asking at the start has its answer by now.
                    if desk.decide({ book, _, _ in book.isAsking }), let stored = try await readBook() {
                        desk.decide { book, _, _ in book.merge(stored) }
                    }
                } else {
                    try await round(&memory)
                }
            } catch is CancellationError {
                return
            }
        }
    }

    private func follow() {
        let feeds = desk.config.followed
        desk.decide { book, _, now in
            var random = SystemRandomNumberGenerator()
            book.follow(feeds, at: now, using: &random)
        }
    }

    // MARK: What an earlier life has left

    private func readBook() async throws -> FeedBook? {
        do throws(StoreError) {
            return try await desk.ledger.read()
        } catch {
            guard error.code == .corrupt else { throw error }
            logger.error("what was known of the feeds cannot be read", metadata: [LogKey.error: "\(error)"])
            return nil
        }
    }

    // MARK: A round

    /// What a feed may take, what comes after the last of them, and how long a round takes in feeds that become due
    /// while it lasts.
    private static let patience = (
        feed: Duration.seconds(30), rest: Duration.seconds(60), round: Duration.seconds(60)
    )
    /// How long is waited while another daemon of the station reads the feeds.
    private static let othersTurn: Duration = .seconds(5)

    /// Asks all feeds that are due, and those that become so meanwhile.
    ///
    /// - Throws: what the store throws; what was not stored is told by its feed again then.
    private func round(_ memory: inout NewsDeduplicator) async throws {
        let (atOnce, count) = (desk.config.atOnceMax, desk.feeds.count)
        let waits = NewsKeeper.patience.feed * ((count + atOnce - 1) / atOnce)
        let length = waits + NewsKeeper.patience.rest + NewsKeeper.patience.round
        guard let turn = try await desk.ledger.take(for: length) else {
            return try await desk.wait(for: NewsKeeper.othersTurn)
        }
        if let stored = try await readBook() { desk.decide { book, _, _ in book.merge(stored) } }
        let client = FeedClient(transport: desk.sentiment.transport, settings: desk.config.client)
        let new = try await ask(client, atOnce, &memory)
        try await keepBook()
        try await desk.ledger.giveBack(turn)
        if new > 0 { desk.sentiment.newsCame() }
    }

    private func keepBook() async throws(StoreError) {
        try await desk.ledger.write(desk.decide { book, _, _ in book }, by: context.incarnation)
    }

    /// What is due and not under way, which from now on counts as asked.
    private func begin(besides underWay: Set<String>) async throws(StoreError) -> [FeedBook.Question] {
        let questions = desk.decide { book, policy, now in
            let questions = book.questions(policy, at: now).filter { !underWay.contains($0.feed.name) }
            book.begin(questions, policy, at: now)
            return questions
        }
        if !questions.isEmpty { try await keepBook() }
        return questions
    }

    private typealias Answered = (question: FeedBook.Question, result: Result<FeedAnswer, NewsError>)

    private enum Step: Sendable {
        case answered(Answered)
        /// It is time to look for feeds that have become due.
        case look
    }

    /// - Returns: how many pieces were new.
    private func ask(
        _ client: FeedClient,
        _ atOnce: Int,
        _ memory: inout NewsDeduplicator
    ) async throws -> Int {
        let end = station.now().advanced(by: NewsKeeper.patience.round)
        return try await withThrowingTaskGroup(of: Step.self) { group in
            var underWay: Set<String> = []
            var waiting = try await begin(besides: underWay)[...]
            var new = 0
            // A slow feed must not hold up those that become due meanwhile.
            group.addTask { try await NewsKeeper.pause() }
            while true {
                while underWay.count < atOnce, let question = waiting.popFirst() {
                    underWay.insert(question.feed.name)
                    let now = station.now()
                    // Side by side, as each may take long.
                    group.addTask { .answered((question, await NewsKeeper.fetch(question, client, at: now))) }
                }
                guard !underWay.isEmpty, let step = try await group.next() else { break }
                context.progress()
                switch step {
                case .answered(let answered):
                    new += try await take(answered, &memory)
                    underWay.remove(answered.question.feed.name)
                case .look where station.now() < end:
                    let known = underWay.union(waiting.map(\.feed.name))
                    waiting += try await begin(besides: known)
                    // As above.
                    group.addTask { try await NewsKeeper.pause() }
                case .look: break
                }
            }
            group.cancelAll()
            return new
        }
    }

    private static func pause() async throws -> Step {
        try await ContinuousClock().sleep(for: .seconds(1))
        return .look
    }

    private static func fetch(
        _ question: FeedBook.Question,
        _ client: FeedClient,
        at now: Timestamp
    ) async -> Result<FeedAnswer, NewsError> {
        do throws(NewsError) {
            return .success(try await client.fetch(question.feed.url, validators: question.validators, at: now))
        } catch {
            return .failure(error)
        }
    }

    /// - Returns: how many pieces were new.
    private func take(_ answered: Answered, _ memory: inout NewsDeduplicator) async throws -> Int {
        try Task.checkCancellation()
        var harvest: FeedBook.Harvest?
        if case .success(.feed(let reading, _)) = answered.result {
            harvest = try await intake.store(reading.items, of: answered.question.feed, &memory)
        }
        let outcome =
            switch answered.result {
            case .success(.feed): "new"
            case .success(.notModified): "unchanged"
            case .failure: "failed"
            }
        metrics.counter(.newsPolls, outcome).increment()
        let actions = desk.decide { [harvest] book, policy, now in
            var random = SystemRandomNumberGenerator()
            return book.end(answered.question, answered.result, harvest: harvest, policy, at: now, using: &random)
        }
        tell(actions, of: answered.question.feed.name)
        return harvest?.new ?? 0
    }

    /// That a feed fails is told once, and that it does not any more.
    private func tell(_ actions: [FeedPoll.Action], of feed: String) {
        for action in actions {
            switch action {
            case .report(let error, let failures):
                logger.log(
                    level: failures == 1 ? .info : .debug,
                    "a feed cannot be read",
                    metadata: [LogKey.provider: "\(feed)", LogKey.error: "\(error)"]
                )
            case .recovered:
                logger.info("a feed can be read again", metadata: [LogKey.provider: "\(feed)"])
            case .wait, .fetch, .deliver: break
            }
        }
    }
}
