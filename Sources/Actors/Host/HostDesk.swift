package import Bus
package import Domain

/// What the host says next, and when: every decision, as a value.
///
/// It chooses among the approved texts whose figures are there and fresh enough and whose sentences were not said in the
/// last hours, those first that the part of the hour is about; the same seed and the same figures make the same talk.
package struct HostDesk: Sendable {
    /// A segment to publish, and the event that gave it its first figure.
    package struct Segment: Sendable {
        package let event: HostSpoke
        package let cause: EnvelopeHeader?
    }

    /// What is true at the moment of the next decision.
    package var briefing = Briefing()
    /// What was said in the last hours.
    package internal(set) var said = SaidSentences()
    var random: SplitMix64
    let templates: [HostTemplate]
    private let startedAt: Duration
    var lastSpokeAt: Duration?
    var lastHadFigures = false
    /// Whose words were the last.
    var lastTurn: ShowTurn?
    /// Who has handed over, until the next has taken over.
    var leaving: HostPersona?
    /// What was said last, newest last.
    var spoken: [String] = []
    /// Ids of the texts said last, newest last.
    var recent: [String] = []
    /// When each pair was talked about last, counted in segments.
    var turns: [TradingPair: Int] = [:]
    var segmentCount = 0
    var figuresInRow = 0
    var asides = AsideMemory()
    /// The news that a model was given and nobody has heard yet.
    var ordered: [UUIDv7] = []
    /// How often each recorded candle has been read.
    var historyReadings: [Timestamp: Int] = [:]
    /// Texts that the validator refused; one that is not approved after all.
    package internal(set) var refused: [String: [SpeechValidator.Violation]] = [:]

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
    /// When nothing has been said for so long, it says what it has kept for that; A1 allows thirty seconds.
    static let pauseMax: Duration = .seconds(20)
    /// After so long a silence nobody has left, and nobody hands over.
    static let handoverMax: Duration = .seconds(300)
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

    /// What was said before it was there.
    ///
    /// - Parameters:
    ///   - text: of one segment.
    ///   - time: when it was written.
    package mutating func recall(_ text: String, at time: Timestamp) { said.note(text, at: time) }

    /// Makes the next segment.
    ///
    /// - Parameters:
    ///   - settings: who speaks, and how old prices may be.
    ///   - now: what time it is.
    ///   - elapsed: the same moment, on the clock of `dueAt`.
    /// - Returns: `nil` when nothing is left that may be said now; it may be asked again at any time.
    package mutating func speak(_ settings: HostSettings, now: Timestamp, elapsed: Duration) -> Segment? {
        let turn = settings.turn(at: now)
        if let leaving = leavingTurn(for: turn, now: now) {
            let segment = speak([.handover], as: leaving, next: turn, settings, now: now, elapsed: elapsed)
            // Where no such text is left, the next begins without.
            self.leaving = leaving.host
            lastTurn = turn
            if let segment { return segment }
        }
        defer { lastTurn = turn }
        if let segment = takeOver(turn, settings, now: now, elapsed: elapsed) { return segment }
        return speak(nil, as: turn, settings, now: now, elapsed: elapsed)
    }

    /// Whether the host of the part before has to hand over, before anything else is said.
    package func isHandingOver(_ settings: HostSettings, now: Timestamp) -> Bool {
        leavingTurn(for: settings.turn(at: now), now: now) != nil
    }

    /// The turn that is over, where another host's has begun a short while ago.
    private func leavingTurn(for turn: ShowTurn, now: Timestamp) -> ShowTurn? {
        guard let lastTurn, lastTurn.host.name != turn.host.name, turn.other?.name == lastTurn.host.name,
            lastTurn.part.endsAt <= now, lastTurn.part.endsAt.duration(to: now) <= HostDesk.handoverMax
        else { return nil }
        return lastTurn
    }

    private mutating func takeOver(
        _ turn: ShowTurn,
        _ settings: HostSettings,
        now: Timestamp,
        elapsed: Duration
    ) -> Segment? {
        guard let leaving else { return nil }
        self.leaving = nil
        guard turn.other == leaving else { return nil }
        return speak([.takeover], as: turn, settings, now: now, elapsed: elapsed)
    }

    /// Says the first that may be said.
    ///
    /// - Parameters:
    ///   - needs: the only ones that are looked at; `nil` for those that fit the part.
    ///   - turn: who says it, and in which part.
    ///   - next: whose part comes, for who hands over.
    ///   - settings: the station.
    ///   - now: what time it is.
    ///   - elapsed: the same moment.
    /// - Returns: `nil` when there is none.
    private mutating func speak(
        _ needs: Set<HostTemplate.Need>?,
        as turn: ShowTurn,
        next: ShowTurn? = nil,
        _ settings: HostSettings,
        now: Timestamp,
        elapsed: Duration
    ) -> Segment? {
        let energy = Energy(hour: settings.time.hour(of: now))
        let filler = TemplateFiller(settings: settings, now: now, turn: turn, next: next)
        let candidates =
            needs.map { needs in arranged(templates.filter { needs.contains($0.need) }) }
            ?? candidates(energy, turn.part.kind, settings, now: now)
        // Reckoned once, and only where it matters.
        var keepsBack: Bool?
        for template in candidates {
            if template.isTimed {
                let isKept = keepsBack ?? isKeptBack(energy, filler, settings, now: now, elapsed: elapsed)
                keepsBack = isKept
                if isKept { continue }
            }
            let subject = subject(of: template.need, settings, now: now)
            guard let filled = sayable(template, filler, subject, now: now) else { continue }
            remember(template, filled, at: now)
            asides.note(template.need, subject, at: now)
            lastSpokeAt = elapsed
            lastHadFigures = hasFigures(settings, now: now)
            let event = HostSpoke(
                host: turn.host.name,
                text: filled.text,
                kind: .fallback,
                energy: energy,
                template: template.id,
                symbols: filled.symbols,
                facts: filled.facts,
                part: turn.part
            )
            return Segment(event: event, cause: filled.causes.first)
        }
        return nil
    }

    /// A text as it may be said now; `nil` when it may not.
    private mutating func sayable(
        _ template: HostTemplate,
        _ filler: TemplateFiller,
        _ subject: TemplateFiller.Subject,
        now: Timestamp
    ) -> TemplateFiller.Filled? {
        guard let filled = filler.fill(template, with: subject) else { return nil }
        guard said.isNew(filled.text, at: now) else { return nil }
        let violations = SpeechValidator.violations(in: filled.text, symbols: filled.symbols)
        guard violations.isEmpty else {
            refused[template.id] = violations
            return nil
        }
        return filled
    }

    /// Whether texts that need nothing but the time have to last until the next minute.
    ///
    /// Each can be said once in a minute: as many stay as it takes to say one whenever a pause becomes too long.
    private mutating func isKeptBack(
        _ energy: Energy,
        _ filler: TemplateFiller,
        _ settings: HostSettings,
        now: Timestamp,
        elapsed: Duration
    ) -> Bool {
        guard let lastSpokeAt, elapsed - lastSpokeAt < HostDesk.pauseMax else { return false }
        let secondsLeft = 60 - Int(now.milliseconds / 1000 % 60)
        let pause = Int(HostDesk.pauseMax.components.seconds)
        let needed = (secondsLeft + pause - 1) / pause
        var left = 0
        for template in templates where template.isTimed && template.energies.contains(energy) {
            guard isMet(template.need, settings, now: now) else { continue }
            if sayable(template, filler, TemplateFiller.Subject(), now: now) != nil { left += 1 }
            if left > needed { return false }
        }
        return true
    }
}
