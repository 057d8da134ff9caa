import Bus
import BusZeroMQ
import Domain
import JSON
import Jobs
import Market
import MarketHistory
import Store

/// `market.history`, `market.gaps`, `market.backfill` and `market.backfills`: what is kept of the markets, for operators.
struct HistoryMethods {
    let candles: CandleRepository
    let queue: JobQueue
    /// Who may be asked for candles; `nil` while recorded candles are played.
    let providers: @Sendable () -> [String]?
    let now: @Sendable () -> Timestamp

    var all: [ControlMethod] {
        [
            .reading("market.history", role: .viewer) { call throws(JSONRPCError) in try await history(call.params) },
            .reading("market.gaps", role: .viewer) { call throws(JSONRPCError) in try await gaps(call.params) },
            .reading("market.backfills", role: .viewer) { call throws(JSONRPCError) in
                try await backfills(call.params)
            },
            .changing("market.backfill", role: .operator) { call throws(JSONRPCError) in
                try await backfill(call.params)
            },
        ]
    }

    // MARK: Looking

    private func history(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("pair", "interval", "from", "to", "source", "limit")
        let (pair, interval) = (try params.pair(), try params.interval(otherwise: .oneDay))
        let source = try params.optionalText("source", sizeBytesMax: 200)
        let limit = Int(try params.number("limit", in: 1...1000, otherwise: 100))
        let range = try params.range(now: now(), back: interval.duration * limit)
        let page = try await asking { () throws(HistoryError) in
            // Of more than are wanted, the newest.
            try await candles.candles(of: pair, interval, in: range, .newestFirst, only: source, limit: limit)
        }
        return [
            "pair": .string(pair.text), "interval": .string(interval.rawValue),
            "from": .string("\(range.lowerBound)"), "to": .string("\(range.upperBound)"),
            "more": .bool(page.rest != nil),
            "candles": .array(
                page.rows.reversed().map { row in
                    let candle = row.candle
                    return [
                        "openTime": .string("\(candle.openTime)"), "open": .string("\(candle.open)"),
                        "high": .string("\(candle.high)"), "low": .string("\(candle.low)"),
                        "close": .string("\(candle.close)"), "volume": .string("\(candle.volume)"),
                        "source": .string(row.source), "suspect": .bool(row.stored.isSuspect),
                    ]
                }
            ),
        ]
    }

    private func gaps(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("pair", "interval", "from", "to", "source", "limit")
        let (pair, interval) = (try params.pair(), try params.interval(otherwise: .oneMinute))
        let source = try params.optionalText("source", sizeBytesMax: 200)
        let limit = Int(try params.number("limit", in: 1...1000, otherwise: 100))
        let range = try params.range(now: now(), back: .seconds(7 * 86_400))
        let plan = BackfillPlan(range: range, interval: interval, now: now())
        let (found, asked) = try await asking { () throws(HistoryError) in
            (
                try await candles.holes(of: pair, interval, from: source, in: plan.range, limit: limit),
                try await candles.asked(of: pair, interval, from: source, in: plan.range)
            )
        }
        return [
            "pair": .string(pair.text), "interval": .string(interval.rawValue),
            "from": .string("\(plan.range.lowerBound)"), "to": .string("\(plan.range.upperBound)"),
            "expected": .int(Int64(plan.openingCount)), "asked": .int(Int64(plan.doneCount(of: asked))),
            "more": .bool(found.rest != nil),
            "gaps": .array(
                found.holes.map { hole in
                    [
                        "from": .string("\(hole.gap.from)"), "to": .string("\(hole.gap.to)"),
                        "missing": .int(Int64(hole.gap.missing)), "asked": .bool(hole.wasAsked),
                    ]
                }
            ),
        ]
    }

    // MARK: Backfills

    private func backfill(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("pair", "interval", "from", "to", "source")
        let (pair, interval) = (try params.pair(), try params.interval(otherwise: .oneMinute))
        let range = try params.range(now: now(), back: nil)
        guard let providers = providers() else {
            throw .refused("recorded candles are played, so no exchange is asked")
        }
        let source = try params.optionalText("source", sizeBytesMax: 200)
        if let source, !providers.contains(source) {
            throw .badParameters(
                "source",
                "there is no provider \"\(source)\"; there are \(providers.joined(separator: ", "))"
            )
        }
        let plan = BackfillPlan(range: range, interval: interval, now: now())
        guard plan.openingCount > 0 else { throw .badParameters("from", "no candle has ended in that time") }
        guard plan.openingCount <= CandleRepository.openingsMax else {
            throw .badParameters("from", "that is more than \(CandleRepository.openingsMax) candles")
        }
        let job = BackfillCandles(
            pair: pair,
            interval: interval,
            from: plan.range.lowerBound,
            to: plan.range.upperBound,
            source: source
        )
        let enqueued = try await answering { () throws(StoreError) in try await queue.enqueue(job) }
        return [
            "id": .string("\(enqueued.id)"), "isNew": .bool(enqueued.isNew),
            "from": .string("\(plan.range.lowerBound)"), "to": .string("\(plan.range.upperBound)"),
            "expected": .int(Int64(plan.openingCount)),
        ]
    }

    private func backfills(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("id", "limit")
        let limit = Int(try params.number("limit", in: 1...100, otherwise: 20))
        let id = try params.optionalID("id")
        let jobs = try await answering { () throws(StoreError) in
            if let id { return try await queue.job(id).map { [$0] } ?? [] }
            return try await queue.jobs(kind: BackfillCandles.kind, limit: limit)
        }
        if id != nil, jobs.first?.kind != BackfillCandles.kind { throw .notFound("there is no such backfill") }
        var found: [JSONValue] = []
        for job in jobs { found.append(try await progress(of: job)) }
        return ["backfills": .array(found)]
    }

    private func progress(of job: JobRecord) async throws(JSONRPCError) -> JSONValue {
        let wanted: BackfillCandles
        do {
            wanted = try EventCodec.decode(BackfillCandles.self, from: job.payload.utf8)
        } catch {
            throw .failedInside("the payload of backfill \(job.id) does not decode")
        }
        let plan = BackfillPlan(range: wanted.order.range, interval: wanted.interval, now: now())
        let asked = try await asking { () throws(HistoryError) in
            try await candles.asked(of: wanted.pair, wanted.interval, from: wanted.source, in: plan.range)
        }
        return [
            "id": .string("\(job.id)"), "state": .string(job.state.rawValue), "pair": .string(wanted.pair.text),
            "interval": .string(wanted.interval.rawValue), "from": .string("\(wanted.from)"),
            "to": .string("\(wanted.to)"), "source": wanted.source.map { .string($0) } ?? .null,
            "expected": .int(Int64(plan.openingCount)), "done": .int(Int64(plan.doneCount(of: asked))),
            "runAt": .string("\(job.runAt)"), "error": job.errors.last.map { .string($0.message) } ?? .null,
        ]
    }

    private func asking<Value>(_ body: () async throws(HistoryError) -> Value) async throws(JSONRPCError) -> Value {
        do throws(HistoryError) {
            return try await body()
        } catch {
            switch error {
            case .badInput(let field, let problem): throw .badParameters(field, "\(field) \(problem)")
            case .store(let failure): throw JSONRPCError(failure)
            case .archive(let failure): throw .failedInside(failure)
            }
        }
    }
}

extension ControlParameters {
    fileprivate func pair() throws(JSONRPCError) -> TradingPair {
        guard let pair = TradingPair(try text("pair", sizeBytesMax: 31).uppercased()) else {
            throw .badParameters("pair", "pair must be two codes such as BTC-USD")
        }
        return pair
    }

    fileprivate func interval(otherwise standard: CandleInterval) throws(JSONRPCError) -> CandleInterval {
        guard let text = try optionalText("interval", sizeBytesMax: 8) else { return standard }
        guard let interval = CandleInterval(rawValue: text) else {
            let known = CandleInterval.allCases.map(\.rawValue).joined(separator: ", ")
            throw .badParameters("interval", "interval must be one of \(known)")
        }
        return interval
    }

    /// From `from` to `to`; to now when there is no `to`.
    ///
    /// - Parameters:
    ///   - now: what time it is.
    ///   - back: how far back from the end without a `from`; `nil` when there must be one.
    /// - Returns: the range, which is not empty.
    /// - Throws: `JSONRPCError` naming the parameter.
    fileprivate func range(now: Timestamp, back: Duration?) throws(JSONRPCError) -> Range<Timestamp> {
        let end = try time("to") ?? now
        guard let start = try time("from") ?? back.map({ end.advanced(by: .zero - $0) }) else {
            throw .badParameters("from", "from is missing")
        }
        guard start < end else { throw .badParameters("from", "from must be before to") }
        return start..<end
    }

    /// A day, or a moment.
    private func time(_ name: String) throws(JSONRPCError) -> Timestamp? {
        guard let text = try optionalText(name, sizeBytesMax: 40) else { return nil }
        let isDay = text.utf8.count == 10
        guard let time = Timestamp(isDay ? "\(text)T00:00:00Z" : text),
            (Timestamp(seconds: 0)...Timestamp(seconds: 7_258_118_400)).contains(time)
        else {
            throw .badParameters(
                name,
                "\(name) must be a day such as 2026-01-31, or a time such as 2026-01-31T12:00:00Z"
            )
        }
        return time
    }
}
