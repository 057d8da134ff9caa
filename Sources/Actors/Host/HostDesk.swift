package import Bus
package import Domain

/// What the host says next, and when: every decision, as a value.
///
/// It chooses among the approved texts whose figures are there and fresh enough; the same seed and the same figures make
/// the same talk.
package struct HostDesk: Sendable {
    /// A segment to publish, and the event that gave it its first figure.
    package struct Segment: Sendable {
        package let event: HostSpoke
        package let cause: EnvelopeHeader?
    }

    /// What is true at the moment of the next decision.
    package var briefing = Briefing()
    private var random: SplitMix64
    private let templates: [HostTemplate]
    private let startedAt: Duration
    private var lastSpokeAt: Duration?
    private var lastHadFigures = false
    /// What was said last, newest last.
    private var spoken: [String] = []
    /// Ids of the texts said last, newest last.
    private var recent: [String] = []
    /// When each pair was talked about last, counted in segments.
    private var turns: [TradingPair: Int] = [:]
    private var segmentCount = 0
    private var figuresInRow = 0
    private var asides = AsideMemory()
    /// How often each recorded candle has been read.
    private var historyReadings: [Timestamp: Int] = [:]
    /// Texts that the validator refused; one that is not approved after all.
    package private(set) var refused: [String: [SpeechValidator.Violation]] = [:]

    /// How long the host waits for a first price before it speaks without one.
    package static let patience: Duration = .seconds(3)
    /// How soon prices are read that come after a time without any.
    package static let promptness: Duration = .seconds(2)
    /// After so many segments with figures comes one without.
    static let figuresInRowMax = 4
    /// How many of the last texts are not chosen again, where enough others are left.
    static let recentMax = 3
    static let historyReadingsMax = 2
    /// How many pairs a model's text may be about.
    static let orderEntriesMax = 2
    /// How many of the last texts a model is shown, so that it says something else.
    static let spokenMax = 8
    /// How many symbols of X's talk a model's text may be about.
    static let orderTalksMax = 2
    /// How many pieces of news a model's text may be about.
    static let orderHeadlinesMax = 2
    /// One of so many segments is about X's talk, the mood or the news, on the whole.
    static let talkEvery = 4
    /// How many pairs are remembered as talked about.
    static let turnsMax = 256

    /// - Parameters:
    ///   - seed: decides every choice.
    ///   - startedAt: the moment of the start, on the clock that the other moments are on.
    ///   - templates: the approved texts.
    package init(
        seed: UInt64,
        startedAt: Duration,
        templates: [HostTemplate] = HostTemplates.all
    ) {
        random = SplitMix64(state: seed)
        self.startedAt = startedAt
        self.templates = templates
    }

    /// Whether it has said anything yet.
    package var hasSpoken: Bool { lastSpokeAt != nil }

    /// When the next segment begins.
    package func dueAt(_ settings: HostSettings, now: Timestamp) -> Duration {
        let hasFigures = hasFigures(settings, now: now)
        guard let last = lastSpokeAt else { return hasFigures ? startedAt : startedAt + HostDesk.patience }
        let regular = last + settings.segmentEvery
        return hasFigures && !lastHadFigures ? min(regular, last + HostDesk.promptness) : regular
    }

    /// Makes the next segment.
    ///
    /// - Parameters:
    ///   - settings: who speaks, and how old prices may be.
    ///   - now: what time it is.
    ///   - elapsed: the same moment, on the clock of `dueAt`.
    /// - Returns: `nil` when no approved text is left that may be said now.
    package mutating func speak(_ settings: HostSettings, now: Timestamp, elapsed: Duration) -> Segment? {
        lastSpokeAt = elapsed
        lastHadFigures = hasFigures(settings, now: now)
        let energy = Energy(hour: settings.time.hour(of: now))
        let filler = TemplateFiller(settings: settings, now: now)
        for template in candidates(energy, settings, now: now) {
            let subject = subject(of: template.need, settings, now: now)
            guard let filled = filler.fill(template, with: subject) else { continue }
            let violations = SpeechValidator.violations(in: filled.text, symbols: filled.symbols)
            guard violations.isEmpty else {
                refused[template.id] = violations
                continue
            }
            remember(template, filled)
            asides.note(template.need, subject, at: now)
            let event = HostSpoke(
                host: settings.host,
                text: filled.text,
                kind: .fallback,
                energy: energy,
                template: template.id,
                symbols: filled.symbols,
                facts: filled.facts
            )
            return Segment(event: event, cause: filled.causes.first)
        }
        return nil
    }

    // MARK: Texts of models

    /// What a model may write about next.
    ///
    /// - Returns: `nil` while there is only recorded history, which the approved texts read with its date.
    package func order(_ settings: HostSettings, now: Timestamp) -> SpeechOrder? {
        let fresh = entries(for: .price, settings, now: now).prefix(HostDesk.orderEntriesMax)
        guard !fresh.isEmpty || readableHistory.isEmpty else { return nil }
        var (lines, figures) = ([String](), [Briefing.Figure]())
        for entry in fresh {
            let tick = entry.tick
            let price = SpeechText.price(tick.price, tick.pair, symbol: tick.symbol)
            var line = "\(SpeechText.asset(tick.pair)) is at \(price), says \(SpeechText.provider(tick.source))"
            line += ", at \(settings.time.clock(tick.asOf))"
            figures += [entry.figure(.price), entry.figure(.change24h)].compactMap(\.self)
            if let change = tick.change24hPercent { line += "; \(SpeechText.change(change)) over 24 hours" }
            lines.append(line)
        }
        var symbols = fresh.map(\.tick.pair)
        let talks = talks(settings, now: now).prefix(HostDesk.orderTalksMax)
        for talk in talks {
            lines.append(talk.line(settings.time))
            figures.append(talk.figure)
            if !symbols.contains(talk.pair) { symbols.append(talk.pair) }
        }
        let (index, mood) = (index(settings, now: now), newsMood(settings, now: now))
        for entry in [index, mood].compactMap(\.self) {
            lines.append(entry.line(settings.time))
            figures.append(entry.figure)
        }
        let headlines = headlines(settings, now: now).prefix(HostDesk.orderHeadlinesMax)
        lines += headlines.compactMap { $0.line(settings.time) }
        return SpeechOrder(
            host: settings.host,
            station: settings.station,
            topic: settings.topic,
            clock: settings.time.clock(now),
            energy: Energy(hour: settings.time.hour(of: now)),
            lines: lines,
            recent: spoken,
            symbols: symbols,
            figures: figures,
            moods: [index, mood].compactMap(\.self),
            headlines: Array(headlines),
            cause: fresh.first?.header ?? talks.first?.header
        )
    }

    /// Makes the next segment of a model's text.
    ///
    /// - Returns: `nil` when its figures are too old by now, or when there are figures by now and it has none.
    package mutating func speak(
        _ draft: SpeechDraft,
        _ settings: HostSettings,
        now: Timestamp,
        elapsed: Duration
    ) -> Segment? {
        let hasFigures = hasFigures(settings, now: now)
        guard draft.holds(at: now) else { return nil }
        if draft.hasNoPrice, hasFigures { return nil }
        lastSpokeAt = elapsed
        lastHadFigures = hasFigures
        segmentCount += 1
        figuresInRow = draft.order.figures.isEmpty ? 0 : figuresInRow + 1
        let symbols = draft.order.symbols.filter { SpeechValidator.names($0, in: draft.text) }
        noteTurns(symbols)
        asides.note(draft.order, at: now)
        remember(draft.text)
        let event = HostSpoke(
            host: settings.host,
            text: draft.text,
            kind: .live,
            energy: Energy(hour: settings.time.hour(of: now)),
            template: nil,
            symbols: symbols,
            facts: draft.order.figures.map(\.fact).filter { draft.tells($0, of: symbols) }
        )
        return Segment(event: event, cause: draft.order.cause)
    }

    private mutating func noteTurns(_ pairs: [TradingPair]) {
        for pair in pairs { turns[pair] = segmentCount }
        // X talks of ever new things.
        if turns.count > HostDesk.turnsMax, let oldest = turns.min(by: { $0.value < $1.value }) {
            turns[oldest.key] = nil
        }
    }

    private mutating func remember(_ text: String) {
        spoken.append(text)
        if spoken.count > HostDesk.spokenMax { spoken.removeFirst() }
    }

    // MARK: Choosing

    /// The texts that may be said, the one to try first in front.
    private mutating func candidates(
        _ energy: Energy,
        _ settings: HostSettings,
        now: Timestamp
    ) -> [HostTemplate] {
        let fitting = templates.filter { $0.energies.contains(energy) && $0.id != recent.last }
        let possible = fitting.filter { $0.need == .nothing || isMet($0.need, settings, now: now) }
        let withFigures = possible.filter { ![.nothing, .noPrices].contains($0.need) && !$0.need.isAside }
        let ofTalk = possible.filter(\.need.isAside)
        let honest = possible.filter { $0.need == .noPrices }
        let plain = possible.filter { $0.need == .nothing }
        let isPlainTurn = figuresInRow >= HostDesk.figuresInRowMax
        // Without prices the host says so now and then, and talks of other things meanwhile.
        let saysSo = !honest.isEmpty && (segmentCount == 0 || Int.random(in: 0..<3, using: &random) == 0)
        let isTalkTurn = !ofTalk.isEmpty && Int.random(in: 0..<HostDesk.talkEvery, using: &random) == 0
        let order =
            isPlainTurn
            ? [plain, withFigures] : [isTalkTurn ? ofTalk : [], withFigures, saysSo ? honest : [], plain, honest]
        return order.flatMap { arranged($0) }
    }

    /// In a random order, those said lately at the end.
    private mutating func arranged(_ templates: [HostTemplate]) -> [HostTemplate] {
        let shuffled = templates.shuffled(using: &random)
        let lately = Set(recent)
        return shuffled.filter { !lately.contains($0.id) } + shuffled.filter { lately.contains($0.id) }
    }

    private func isMet(_ need: HostTemplate.Need, _ settings: HostSettings, now: Timestamp) -> Bool {
        switch need {
        case .nothing: true
        case .noPrices: !hasFigures(settings, now: now)
        case .twoPrices: entries(for: need, settings, now: now).count >= 2
        case .trend: !talks(settings, now: now).isEmpty
        case .index: index(settings, now: now) != nil
        case .mood: newsMood(settings, now: now) != nil
        case .headline: !headlines(settings, now: now).isEmpty
        case .price, .change, .range, .history: !entries(for: need, settings, now: now).isEmpty
        }
    }

    private func subject(of need: HostTemplate.Need, _ settings: HostSettings, now: Timestamp) -> TemplateFiller.Subject
    {
        TemplateFiller.Subject(
            entries: entries(for: need, settings, now: now),
            talk: need == .trend ? talks(settings, now: now).first : nil,
            mood: need == .index
                ? index(settings, now: now) : need == .mood ? newsMood(settings, now: now) : nil,
            headline: need == .headline ? headlines(settings, now: now).first : nil
        )
    }

    /// What a text can be about, those first that have waited longest.
    private func entries(
        for need: HostTemplate.Need,
        _ settings: HostSettings,
        now: Timestamp
    ) -> [PriceEntry] {
        let all: [PriceEntry]
        switch need {
        case .nothing, .noPrices, .trend, .index, .mood, .headline: return []
        case .history: all = readableHistory
        case .price, .twoPrices: all = briefing.prices(at: now, settings.limits)
        case .change: all = briefing.prices(at: now, settings.limits).filter { $0.tick.change24hPercent != nil }
        case .range: all = briefing.prices(at: now, settings.limits).filter { $0.range != nil }
        }
        return all.sorted { turns[$0.tick.pair, default: 0] < turns[$1.tick.pair, default: 0] }
    }

    /// What people on X talk about, while that is fresh enough; those first that have waited longest.
    private func talks(_ settings: HostSettings, now: Timestamp) -> [TrendTalk] {
        briefing.talks(at: now, settings.limits).sorted { turns[$0.pair, default: 0] < turns[$1.pair, default: 0] }
    }

    /// The index, when it was not told a short while ago.
    private func index(_ settings: HostSettings, now: Timestamp) -> MoodEntry? {
        briefing.index(at: now, settings.limits).flatMap { asides.isNew($0.figure.fact, at: now) ? $0 : nil }
    }

    /// What the news come to, when it was not told a short while ago.
    private func newsMood(_ settings: HostSettings, now: Timestamp) -> MoodEntry? {
        briefing.newsMood(at: now, settings.limits).flatMap { asides.isNew($0.figure.fact, at: now) ? $0 : nil }
    }

    /// The news that nobody has heard yet and that may be said, the newest first.
    private func headlines(_ settings: HostSettings, now: Timestamp) -> [Headline] {
        briefing.headlines(at: now, settings.limits).filter { asides.isNew($0) && $0.spoken != nil }
    }

    /// Recorded candles that have not been read often enough already.
    ///
    /// Once the file has ended there is nothing new in them, so they are left alone.
    private var readableHistory: [PriceEntry] {
        guard briefing.hasSource else { return [] }
        return briefing.history.filter {
            $0.candle != nil && historyReadings[$0.tick.asOf, default: 0] < HostDesk.historyReadingsMax
        }
    }

    private func hasFigures(_ settings: HostSettings, now: Timestamp) -> Bool {
        !briefing.prices(at: now, settings.limits).isEmpty || !readableHistory.isEmpty
    }

    private mutating func remember(_ template: HostTemplate, _ filled: TemplateFiller.Filled) {
        segmentCount += 1
        remember(filled.text)
        recent.append(template.id)
        if recent.count > HostDesk.recentMax { recent.removeFirst() }
        figuresInRow = filled.facts.isEmpty ? 0 : figuresInRow + 1
        noteTurns(filled.symbols)
        guard template.need == .history else { return }
        for fact in filled.facts.prefix(1) { historyReadings[fact.asOf, default: 0] += 1 }
        // Only the newest candles are ever looked up.
        if historyReadings.count > 64, let oldest = historyReadings.keys.min() { historyReadings[oldest] = nil }
    }
}
