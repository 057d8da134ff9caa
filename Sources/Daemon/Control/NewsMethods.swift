import Bus
import BusZeroMQ
import Domain
import JSON
import MarketHistory
import News
import Store

/// `news.*`: what came in, and how it is with the feeds.
struct NewsMethods {
    let desk: NewsDesk

    var all: [ControlMethod] {
        [
            .reading("news.list") { call throws(JSONRPCError) in try await list(call.params) },
            .reading("news.feeds") { call throws(JSONRPCError) in try feeds(call.params) },
        ]
    }

    private func list(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("symbol", "source", "limit")
        let limit = Int(try params.number("limit", in: 1...200, otherwise: 20))
        let filter = NewsFilter(
            symbol: try params.optionalText("symbol", sizeBytesMax: 12)?.uppercased(),
            source: try params.optionalText("source", sizeBytesMax: 200)
        )
        let page: NewsPage
        do throws(HistoryError) {
            page = try await desk.station.records.news.page(filter, limit: limit)
        } catch {
            throw JSONRPCError(error)
        }
        return ["news": .array(page.items.map(NewsMethods.value))]
    }

    private static func value(_ stored: StoredNews) -> JSONValue {
        [
            "id": .string(stored.id.description), "publishedAt": .string(stored.item.publishedAt.description),
            "storedAt": .string(stored.storedAt.description), "source": .string(stored.item.source),
            "title": .string(stored.item.title), "url": .string(stored.item.url),
            "symbols": .array(stored.item.symbols.map(JSONValue.string)),
            "score": stored.sentiment.map { .double($0.score) } ?? .null,
            "level": stored.sentiment.map { .string($0.label) } ?? .null,
            "method": stored.sentiment.map { .string($0.method) } ?? .null,
        ]
    }

    private func feeds(_ params: ControlParameters) throws(JSONRPCError) -> JSONValue {
        try params.only()
        return [
            "feeds": .array(
                desk.feeds.map { name, entry in
                    [
                        "name": .string(name), "url": .string(entry.url),
                        "dueAt": .string(entry.poll.dueAt.description),
                        "lastSuccess": entry.poll.lastSuccess.map { .string($0.description) } ?? .null,
                        "failures": .int(Int64(entry.poll.failures)),
                        "lastFailure": entry.poll.lastFailure.map { .string($0.code.rawValue) } ?? .null,
                        "lastFailureAt": entry.poll.lastFailure.map { .string($0.at.description) } ?? .null,
                        "items": entry.harvest.map { .int(Int64($0.items)) } ?? .null,
                        "new": entry.harvest.map { .int(Int64($0.new)) } ?? .null,
                        "leftOut": entry.harvest.map { .int(Int64($0.left)) } ?? .null,
                    ]
                }
            )
        ]
    }
}

extension JSONRPCError {
    fileprivate init(_ error: HistoryError) {
        switch error {
        case .store(let error): self.init(error)
        case .badInput(let field, let problem): self = .badParameters(field, "\(field): \(problem)")
        case .archive(let failure): self = .failedInside(failure)
        }
    }
}
