import Bus
import Domain

/// Which of the approved texts may be said, and what about.
extension HostDesk {
    /// The texts that may be said, the one to try first in front.
    ///
    /// Those that the part is about come first, as long as they are true; then whatever is.
    mutating func candidates(
        _ energy: Energy,
        _ part: PartKind,
        _ settings: HostSettings,
        now: Timestamp
    ) -> [HostTemplate] {
        let fitting = templates.filter {
            $0.energies.contains(energy) && $0.id != recent.last && ![.handover, .takeover].contains($0.need)
        }
        let possible = fitting.filter { $0.need == .nothing || isMet($0.need, settings, now: now) }
        let withFigures = possible.filter { ![.nothing, .noPrices].contains($0.need) && !$0.need.isAside }
        let ofTalk = possible.filter(\.need.isAside)
        let honest = possible.filter { $0.need == .noPrices }
        let plain = possible.filter { $0.need == .nothing }
        let isPlainTurn = figuresInRow >= HostDesk.figuresInRowMax
        // Without prices the host says so now and then, and talks of other things meanwhile.
        let saysSo = !honest.isEmpty && (segmentCount == 0 || Int.random(in: 0..<3, using: &random) == 0)
        let isTalkTurn = !ofTalk.isEmpty && Int.random(in: 0..<HostDesk.talkEvery, using: &random) == 0
        let preferred = possible.filter(part.prefers)
        let order =
            isPlainTurn
            ? [plain, withFigures, ofTalk, honest]
            : [
                // That there are no prices is told now and then, and first where they are due.
                saysSo && segmentCount == 0 ? honest : [], preferred, isTalkTurn ? ofTalk : [], withFigures,
                saysSo ? honest : [], plain, honest, ofTalk,
            ]
        var seen: Set<String> = []
        return order.flatMap { arranged($0) }.filter { seen.insert($0.id).inserted }
    }

    /// In a random order, those said lately at the end.
    mutating func arranged(_ templates: [HostTemplate]) -> [HostTemplate] {
        let shuffled = templates.shuffled(using: &random)
        let lately = Set(recent)
        return shuffled.filter { !lately.contains($0.id) } + shuffled.filter { lately.contains($0.id) }
    }

    func isMet(_ need: HostTemplate.Need, _ settings: HostSettings, now: Timestamp) -> Bool {
        switch need {
        case .nothing, .handover, .takeover: true
        case .noPrices: !hasFigures(settings, now: now)
        case .twoPrices: entries(for: need, settings, now: now).count >= 2
        case .trend: !talks(settings, now: now).isEmpty
        case .index: index(settings, now: now) != nil
        case .mood: newsMood(settings, now: now) != nil
        case .headline: untold(settings, now: now) != nil
        case .price, .change, .range, .history: !entries(for: need, settings, now: now).isEmpty
        }
    }

    func subject(of need: HostTemplate.Need, _ settings: HostSettings, now: Timestamp) -> TemplateFiller.Subject {
        TemplateFiller.Subject(
            entries: entries(for: need, settings, now: now),
            talk: need == .trend ? talks(settings, now: now).first : nil,
            mood: need == .index
                ? index(settings, now: now) : need == .mood ? newsMood(settings, now: now) : nil,
            headline: need == .headline ? untold(settings, now: now) : nil
        )
    }

    /// What a text can be about, those first that have waited longest.
    func entries(
        for need: HostTemplate.Need,
        _ settings: HostSettings,
        now: Timestamp
    ) -> [PriceEntry] {
        let all: [PriceEntry]
        switch need {
        case .nothing, .noPrices, .trend, .index, .mood, .headline, .handover, .takeover: return []
        case .history: all = readableHistory
        case .price, .twoPrices: all = briefing.prices(at: now, settings.limits)
        case .change: all = briefing.prices(at: now, settings.limits).filter { $0.tick.change24hPercent != nil }
        case .range: all = briefing.prices(at: now, settings.limits).filter { $0.range != nil }
        }
        return all.sorted { turns[$0.tick.pair, default: 0] < turns[$1.tick.pair, default: 0] }
    }

    /// What people on X talk about, while that is fresh enough; those first that have waited longest.
    func talks(_ settings: HostSettings, now: Timestamp) -> [TrendTalk] {
        briefing.talks(at: now, settings.limits).sorted { turns[$0.pair, default: 0] < turns[$1.pair, default: 0] }
    }

    /// The index, when it was not told a short while ago.
    func index(_ settings: HostSettings, now: Timestamp) -> MoodEntry? {
        briefing.index(at: now, settings.limits).flatMap { asides.isNew($0.figure.fact, at: now) ? $0 : nil }
    }

    /// What the news come to, when it was not told a short while ago.
    func newsMood(_ settings: HostSettings, now: Timestamp) -> MoodEntry? {
        briefing.newsMood(at: now, settings.limits).flatMap { asides.isNew($0.figure.fact, at: now) ? $0 : nil }
    }

    /// The news that nobody has heard yet and that may be said, the newest first.
    func headlines(_ settings: HostSettings, now: Timestamp) -> [Headline] {
        briefing.headlines(at: now, settings.limits).filter { asides.isNew($0) && $0.spoken != nil }
    }

    /// The newest of them that no model is writing about, and whose words nobody else has told.
    private func untold(_ settings: HostSettings, now: Timestamp) -> Headline? {
        briefing.headlines(at: now, settings.limits).first { headline in
            asides.isNew(headline) && !ordered.contains(headline.id)
                && headline.spoken.map { said.isNew($0, at: now) } ?? false
        }
    }

    /// Recorded candles that have not been read often enough already.
    ///
    /// Once the file has ended there is nothing new in them, so they are left alone.
    var readableHistory: [PriceEntry] {
        guard briefing.hasSource else { return [] }
        return briefing.history.filter {
            $0.candle != nil && historyReadings[$0.tick.asOf, default: 0] < HostDesk.historyReadingsMax
        }
    }

    func hasFigures(_ settings: HostSettings, now: Timestamp) -> Bool {
        !briefing.prices(at: now, settings.limits).isEmpty || !readableHistory.isEmpty
    }

    mutating func remember(_ template: HostTemplate, _ filled: TemplateFiller.Filled, at now: Timestamp) {
        segmentCount += 1
        remember(filled.text, at: now)
        recent.append(template.id)
        if recent.count > HostDesk.recentMax { recent.removeFirst() }
        figuresInRow = filled.facts.isEmpty ? 0 : figuresInRow + 1
        noteTurns(filled.symbols)
        guard template.need == .history else { return }
        for fact in filled.facts.prefix(1) { historyReadings[fact.asOf, default: 0] += 1 }
        // Only the newest candles are ever looked up.
        if historyReadings.count > 64, let oldest = historyReadings.keys.min() { historyReadings[oldest] = nil }
    }

    mutating func noteTurns(_ pairs: [TradingPair]) {
        for pair in pairs { turns[pair] = segmentCount }
        // X talks of ever new things.
        if turns.count > HostDesk.turnsMax, let oldest = turns.min(by: { $0.value < $1.value }) {
            turns[oldest.key] = nil
        }
    }

    mutating func remember(_ text: String, at now: Timestamp) {
        said.note(text, at: now)
        spoken.append(text)
        if spoken.count > HostDesk.spokenMax { spoken.removeFirst() }
    }
}
