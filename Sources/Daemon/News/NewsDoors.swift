import API
import Bus
import Domain
import MarketHistory
import News
import Sentiment
import SentimentServices
import Store

/// What the HTTP interface and the pages say of news and mood.
struct NewsDoors: Sendable {
    let news: NewsDesk
    let sentiment: SentimentDesk

    var doors: NewsRoutes.Doors {
        NewsRoutes.Doors(
            news: { [self] (wish) async throws(APIError) in try await page(wish) },
            mood: { [self] () async throws(APIError) in try mood() },
            analyze: { [self] (text) async throws(APIError) in try await analyze(text) }
        )
    }

    // MARK: News

    private func page(_ wish: NewsRoutes.Wish) async throws(APIError) -> NewsAnswer {
        let found = try await find(wish)
        let readAt = news.feeds.compactMap(\.entry.poll.lastSuccess).max()
        let age = readAt.map { max(.zero, $0.duration(to: news.station.now())) }
        // Nothing there and nobody who tells anything is no empty list.
        if found.items.isEmpty, readAt == nil, wish.before == nil, let failure = everybodysReasons {
            throw APIError(unanswered: failure)
        }
        return NewsAnswer(
            items: found.items.map { NewsAnswer.Piece($0) },
            next: found.next?.id,
            readAt: readAt,
            age: age,
            isStale: age.map { $0 > .seconds(news.config.pollSeconds) * 2 } ?? true
        )
    }

    private func find(_ wish: NewsRoutes.Wish) async throws(APIError) -> NewsPage {
        var place: NewsPlace?
        let filter = NewsFilter(symbol: wish.symbol, source: wish.source)
        do throws(HistoryError) {
            if let before = wish.before { place = try await records.item(before)?.place }
            if place != nil || wish.before == nil {
                return try await records.page(filter, after: place, limit: wish.limit)
            }
        } catch {
            throw APIError(error)
        }
        throw APIError(faults: [InputFault(field: "before", message: "is no piece of news")])
    }

    private var records: NewsRepository { news.station.records.news }

    /// `nil` unless every feed has failed.
    private var everybodysReasons: [ProviderReason]? {
        let feeds = news.feeds
        let reasons = feeds.compactMap { name, entry in
            entry.poll.lastFailure.map { ProviderReason(provider: name, reason: $0.code.rawValue) }
        }
        return feeds.isEmpty || reasons.count < feeds.count ? nil : reasons
    }

    // MARK: Mood

    private func mood() throws(APIError) -> MoodAnswer {
        let answer = sentiment.decide { board, settings, now in
            MoodAnswer(board, settings, at: now)
        }
        guard answer.isEmpty else { return answer }
        let reason = answer.reason ?? "it was not asked for yet"
        throw APIError(.unavailable, "There is no mood to tell: no news, and no Fear & Greed index (\(reason)).")
    }

    // MARK: Texts

    private func analyze(_ text: String) async throws(APIError) -> Analysis {
        let told: SentimentChain.Answer
        do throws(SentimentError) {
            told = try await sentiment.classify([text])
        } catch {
            throw APIError(faults: [InputFault(field: "text", message: error.message)])
        }
        guard let answer = told.answers.first, let level = SentimentLevel(score: answer.score) else {
            throw APIError(.internalError, "The text could not be judged.")
        }
        return Analysis(
            score: answer.score,
            level: level,
            label: answer.label,
            scores: .init(
                bullish: answer.scores.bullish,
                bearish: answer.scores.bearish,
                neutral: answer.scores.neutral
            ),
            confidence: answer.confidence,
            method: answer.method,
            warning: answer.warning,
            passedOver: told.passedOver.map { ProviderReason(provider: $0.method, reason: $0.reason) }
        )
    }
}

extension APIError {
    fileprivate init(_ error: HistoryError) {
        switch error {
        case .store(let error): self.init(error)
        case .badInput(let field, let problem): self.init(faults: [InputFault(field: field, message: problem)])
        case .archive: self.init(.internalError, "The request's id helps to find out why.")
        }
    }
}

extension NewsAnswer.Piece {
    private static let summaryCharactersMax = 500

    fileprivate init(_ stored: StoredNews) {
        let mood = stored.sentiment.flatMap { sentiment in
            SentimentLevel(rawValue: sentiment.label).map { level in
                NewsAnswer.Mood(score: sentiment.score, level: level, method: sentiment.method)
            }
        }
        self.init(
            id: stored.id,
            url: stored.item.url,
            title: stored.item.title,
            summary: String(stored.item.content.prefix(Self.summaryCharactersMax)),
            source: stored.item.source,
            publishedAt: stored.item.publishedAt,
            symbols: stored.item.symbols,
            sentiment: mood
        )
    }
}

extension MoodAnswer {
    fileprivate init(_ board: MoodBoard, _ settings: MoodBoard.Settings, at now: Timestamp) {
        let index = board.current(settings, at: now).map { index in
            Fresh(
                Index(value: index.reading.value, label: index.reading.label),
                Freshness(
                    source: index.reading.source,
                    asOf: index.reading.asOf,
                    isCached: true,
                    age: max(.zero, index.toldAt.duration(to: now)),
                    isStale: board.isStale(index.toldAt, settings, at: now)
                )
            )
        }
        let news = board.news.flatMap { news in
            news.mood.map { mood in
                Fresh(
                    News(score: mood.score, level: mood.level, count: mood.count, hours: mood.hours),
                    Freshness(
                        source: "feeds",
                        asOf: news.at,
                        isCached: true,
                        age: max(.zero, news.at.duration(to: now)),
                        isStale: board.isStale(news.at, settings, at: now)
                    )
                )
            }
        }
        self.init(fearGreed: index, fearGreedReason: settings.unavailable ?? board.lastFailure, news: news)
    }
}
