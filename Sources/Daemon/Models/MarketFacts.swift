import Actors
import Bus
import Chat
import Domain
import Logging
import MarketHistory
import Telemetry

/// What the briefing says of the markets, as facts that an answer may use: each with its source and its time.
struct MarketFacts {
    private let briefing: Briefing
    private let limits: Briefing.Limits
    private let time: StationTime
    private let now: Timestamp

    /// How many pieces of news an answer is given.
    static let headlinesMax = 5

    init(_ station: Station) {
        let configuration = station.settings.current.configuration
        self.init(
            station.briefing.briefing,
            Briefing.Limits(configuration),
            StationTime(zone: configuration.station.timeZone),
            at: station.now()
        )
    }

    init(_ briefing: Briefing, _ limits: Briefing.Limits, _ time: StationTime, at now: Timestamp) {
        self.briefing = briefing
        self.limits = limits
        self.time = time
        self.now = now
    }

    /// - Parameter symbols: such as `BTC-USD` or `btc`; everything when `nil`.
    /// - Returns: what is known, and of which of the symbols there is no price.
    func facts(of symbols: [String]?) -> [ChatFact] {
        let wanted = symbols.map { Set($0.map { $0.uppercased() }) }
        func isWanted(_ pair: TradingPair) -> Bool {
            guard let wanted else { return true }
            return wanted.contains(pair.text) || wanted.contains(pair.base)
        }
        let prices = briefing.prices(at: now, limits)
        let history = briefing.history
        let known = (prices + history).map(\.tick.pair)
        var lines = prices.filter { isWanted($0.tick.pair) }.map(line)
        lines += history.filter { isWanted($0.tick.pair) }.map(recordedLine)
        let missing = (wanted ?? []).subtracting(known.flatMap { [$0.text, $0.base] }).sorted()
        if !missing.isEmpty { lines.append("The station has no price of \(missing.joined(separator: ", ")).") }
        if known.isEmpty {
            let reason = briefing.sourceIsAway ?? "nobody has told any that is fresh enough"
            lines.append("The station has no prices now: \(reason).")
        }
        lines += [briefing.index(at: now, limits), briefing.newsMood(at: now, limits)].compactMap { $0?.line(time) }
        lines += headlines(wanted).compactMap { $0.line(time) }
        return lines.map(ChatFact.init)
    }

    private func line(_ entry: PriceEntry) -> String {
        let tick = entry.tick
        let age = max(.zero, tick.asOf.duration(to: now))
        var line = "\(tick.pair.text) is \(tick.price) (from \(tick.source), market \(tick.symbol), "
        line += "\(age.components.seconds) s old"
        if let change = tick.change24hPercent { line += ", \(SpeechText.change(change)) over 24 hours" }
        return line + ")"
    }

    private func recordedLine(_ entry: PriceEntry) -> String {
        "\(entry.tick.pair.text) was \(entry.tick.price) on \(StationTime.date(entry.tick.asOf)) "
            + "(from \(entry.tick.source), recorded history and no price of today)"
    }

    /// The newest, those first that speak of what is asked for.
    private func headlines(_ wanted: Set<String>?) -> ArraySlice<Headline> {
        let all = briefing.headlines(at: now, limits)
        guard let wanted else { return all.prefix(MarketFacts.headlinesMax) }
        let codes = Set(wanted.map { String($0.prefix { $0 != "-" }) })
        let (about, others) = (
            all.filter { !codes.isDisjoint(with: $0.symbols) }, all.filter { codes.isDisjoint(with: $0.symbols) }
        )
        return (about + others).prefix(MarketFacts.headlinesMax)
    }
}

extension Station {
    /// The newest pieces of news that are stored.
    ///
    /// None when the store does not answer: those that come from now on are told in any case.
    func recentHeadlines() async -> [Headline] {
        do throws(HistoryError) {
            return try await records.news.page(NewsFilter(), after: nil, limit: Briefing.headlinesMax).items.map {
                stored in
                Headline(
                    id: stored.id,
                    header: nil,
                    title: stored.item.title,
                    source: stored.item.source,
                    publishedAt: stored.item.publishedAt,
                    symbols: stored.item.symbols
                )
            }
        } catch {
            Logger(label: "briefing").warning("the stored news cannot be read", metadata: [LogKey.error: "\(error)"])
            return []
        }
    }
}
