import Actors
import Bus
import Domain
import Logging
import MarketHistory
import News
import Sentiment
import Store
import Telemetry

/// Reads the feeds again and again; stores what is new with its mood, and tells it.
struct NewsKeeper: SupervisedActor {
    let name: ActorName
    private let context: ActorContext
    private let desk: NewsDesk
    private let publisher: Publisher
    private let finder = MentionFinder()
    private let logger = Logger(label: "news")

    init(_ context: ActorContext, desk: NewsDesk) {
        name = context.name
        self.context = context
        self.desk = desk
        publisher = Publisher(bus: desk.station.bus, incarnation: context.incarnation)
    }

    private var station: Station { desk.station }
    private var metrics: MetricsRegistry { desk.station.instruments.metrics }

    func run() async throws {
        var memory = try await remember()
        let stored = try await readBook()
        follow()
        if let stored { desk.decide { book, _, _ in book.merge(stored) } }
        context.ready()
        while !Task.isCancelled {
            context.progress()
            follow()
            do {
                if desk.decide({ $0.questions($1, at: $2).isEmpty }) {
                    let next = desk.decide { $0.nextAt($1, at: $2) }
                    try await desk.wait(for: next.map { station.now().duration(to: $0) } ?? .seconds(60))
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

    /// So far back news are remembered, one page after the other.
    private static let remembered = (span: Duration.seconds(4 * 86_400), page: 100, pagesMax: 50)

    /// What is stored, so that another page with the same title is no news.
    private func remember() async throws -> NewsDeduplicator {
        var memory = NewsDeduplicator()
        let oldest = station.now().advanced(by: NewsKeeper.remembered.span * -1)
        var place: NewsPlace?
        for _ in 0..<NewsKeeper.remembered.pagesMax {
            let page = try await station.records.news.page(after: place, limit: NewsKeeper.remembered.page)
            for stored in page.items {
                let item = FeedItem(title: stored.item.title, link: stored.item.url)
                memory.admit(
                    NewsKey(item, feed: ""),
                    title: TitleKey.key(item.title),
                    time: stored.item.publishedAt
                )
            }
            guard let next = page.next, next.publishedAt >= oldest else { break }
            place = next
        }
        return memory
    }

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

    /// What a feed may take, and what comes after the last of them.
    private static let patience = (feed: Duration.seconds(30), rest: Duration.seconds(60))
    /// How long is waited while another daemon of the station reads the feeds.
    private static let othersTurn: Duration = .seconds(5)

    /// Asks all feeds that are due.
    ///
    /// - Throws: what the store throws; what was not stored is told by its feed again then.
    private func round(_ memory: inout NewsDeduplicator) async throws {
        let atOnce = desk.config.atOnceMax
        let count = desk.decide { $0.questions($1, at: $2).count }
        let length = NewsKeeper.patience.feed * ((count + atOnce - 1) / atOnce) + NewsKeeper.patience.rest
        guard let turn = try await desk.ledger.take(for: length) else {
            return try await desk.wait(for: NewsKeeper.othersTurn)
        }
        if let stored = try await readBook() { desk.decide { book, _, _ in book.merge(stored) } }
        let questions = desk.decide { book, policy, now in
            let questions = book.questions(policy, at: now)
            book.begin(questions, policy, at: now)
            return questions
        }
        try await keepBook()
        let client = FeedClient(transport: desk.sentiment.transport, settings: desk.config.client)
        let new = try await ask(questions, client, atOnce, &memory)
        try await keepBook()
        try await desk.ledger.giveBack(turn)
        if new > 0 { desk.sentiment.newsCame() }
    }

    private func keepBook() async throws(StoreError) {
        try await desk.ledger.write(desk.decide { book, _, _ in book }, by: context.incarnation)
    }

    private typealias Answered = (question: FeedBook.Question, result: Result<FeedAnswer, NewsError>)

    /// - Returns: how many pieces were new.
    private func ask(
        _ questions: [FeedBook.Question],
        _ client: FeedClient,
        _ atOnce: Int,
        _ memory: inout NewsDeduplicator
    ) async throws -> Int {
        try await withThrowingTaskGroup(of: Answered.self) { group in
            var left = questions[...]
            func askNext() {
                guard let question = left.popFirst() else { return }
                let now = station.now()
                // Side by side, as a slow one must not hold up the others.
                group.addTask {
                    do throws(NewsError) {
                        let answer = try await client.fetch(
                            question.feed.url,
                            validators: question.validators,
                            at: now
                        )
                        return (question, .success(answer))
                    } catch {
                        return (question, .failure(error))
                    }
                }
            }
            for _ in 0..<atOnce { askNext() }
            var new = 0
            while let answered = try await group.next() {
                askNext()
                context.progress()
                new += try await take(answered, &memory)
            }
            return new
        }
    }

    /// - Returns: how many pieces were new.
    private func take(_ answered: Answered, _ memory: inout NewsDeduplicator) async throws -> Int {
        try Task.checkCancellation()
        var harvest: FeedBook.Harvest?
        if case .success(.feed(let reading, _)) = answered.result {
            harvest = try await store(reading.items, of: answered.question.feed, &memory)
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

    // MARK: Pieces

    /// So many are judged at once.
    private static let judgedAtOnce = 8

    private func store(
        _ items: [FeedItem],
        of feed: FeedBook.Feed,
        _ memory: inout NewsDeduplicator
    ) async throws -> FeedBook.Harvest {
        let now = station.now()
        var pieces: [NewsItem] = []
        var left = 0
        // The oldest first, as they are told.
        for item in items.reversed() {
            guard let piece = NewsItem(item, source: feed.name, finder: finder, at: now) else {
                left += 1
                continue
            }
            if memory.admit(item, feed: feed.url, at: now) == .new { pieces.append(piece) }
        }
        var new = 0
        var rest = pieces[...]
        while !rest.isEmpty {
            let some = Array(rest.prefix(NewsKeeper.judgedAtOnce))
            rest = rest.dropFirst(some.count)
            let answers = try await desk.sentiment.classifyOwn(some.map(\.judgedText))
            for (piece, answer) in zip(some, answers) {
                try Task.checkCancellation()
                switch try await keep(piece, answer) {
                case .new: new += 1
                case .known: break
                case .refused: left += 1
                }
            }
        }
        metrics.counter(.newsItems, "stored").increment(by: new)
        metrics.counter(.newsItems, "left_out").increment(by: left)
        metrics.counter(.newsItems, "known").increment(by: items.count - new - left)
        return FeedBook.Harvest(items: items.count, new: new, left: left)
    }

    private enum Kept { case new, known, refused }

    /// Stores a piece, and tells it when it is there.
    private func keep(_ piece: NewsItem, _ answer: SentimentAnswer) async throws -> Kept {
        guard let level = SentimentLevel(score: answer.score) else { return .refused }
        let sentiment = NewsSentiment(score: answer.score, label: level.rawValue, method: answer.method)
        let id: UUIDv7?
        do throws(HistoryError) {
            id = try await station.records.news.insert(piece, sentiment: sentiment)
        } catch {
            guard case .badInput(let field, let problem) = error else { throw error }
            logger.debug(
                "a piece of news cannot be kept",
                metadata: [LogKey.provider: "\(piece.source)", LogKey.reason: "\(field): \(problem)"]
            )
            return .refused
        }
        // Another feed, or another daemon, was first.
        guard let id else { return .known }
        try publisher.publish(
            NewsItemPublished(
                id: id,
                url: piece.url,
                title: piece.title,
                source: piece.source,
                publishedAt: piece.publishedAt,
                symbols: piece.symbols,
                score: answer.score,
                level: level,
                method: answer.method
            )
        )
        return .new
    }
}
