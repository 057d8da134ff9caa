package import Bus
import Domain

/// What a model is asked to write, and what becomes of it.
extension HostDesk {
    /// What a model may write about next.
    ///
    /// - Parameters:
    ///   - settings: who speaks, and how old figures may be.
    ///   - now: what time it is.
    ///   - time: when it is wanted, as far as that is known; that decides whose words they are, and in which part.
    /// - Returns: `nil` while there is only recorded history, which the approved texts read with its date.
    package func order(_ settings: HostSettings, now: Timestamp, wantedAt time: Timestamp? = nil) -> SpeechOrder? {
        let fresh = Array(entries(for: .price, settings, now: now).prefix(HostDesk.orderEntriesMax))
        guard !fresh.isEmpty || readableHistory.isEmpty else { return nil }
        let turn = settings.turn(at: time ?? now)
        let talks = Array(talks(settings, now: now).prefix(HostDesk.orderTalksMax))
        let moods = [index(settings, now: now), newsMood(settings, now: now)].compactMap(\.self)
        let headlines = Array(headlines(settings, now: now).prefix(HostDesk.orderHeadlinesMax))
        // What the part is about comes first.
        let facts: [[String]] = [
            fresh.map { HostDesk.line($0, settings.time) }, talks.map { $0.line(settings.time) },
            moods.map { $0.line(settings.time) }, headlines.compactMap { $0.line(settings.time) },
        ]
        let ranks: [Int] =
            switch turn.part.kind {
            case .market, .ident: [0, 1, 2, 3]
            case .headlines: [3, 2, 0, 1]
            case .talk: [1, 2, 0, 3]
            }
        var symbols = fresh.map(\.tick.pair)
        for talk in talks where !symbols.contains(talk.pair) { symbols.append(talk.pair) }
        return SpeechOrder(
            turn: turn,
            leaving: leaving ?? (lastTurn?.host != turn.host && lastTurn?.host == turn.other ? turn.other : nil),
            station: settings.station,
            topic: settings.topic,
            orderedAt: now,
            clock: settings.time.clock(now),
            energy: Energy(hour: settings.time.hour(of: now)),
            lines: ranks.flatMap { facts[$0] },
            recent: spoken,
            said: said,
            symbols: symbols,
            figures: fresh.flatMap { [$0.figure(.price), $0.figure(.change24h)].compactMap(\.self) }
                + talks.map(\.figure) + moods.map(\.figure),
            moods: moods,
            headlines: headlines,
            cause: fresh.first?.header ?? talks.first?.header
        )
    }

    /// A model is at work, or has come to no end: what it was given is left to it meanwhile.
    package mutating func note(ordered order: SpeechOrder?) { ordered = order?.headlines.map(\.id) ?? [] }

    private static func line(_ entry: PriceEntry, _ time: StationTime) -> String {
        let tick = entry.tick
        let price = SpeechText.price(tick.price, tick.pair, symbol: tick.symbol)
        let line =
            "\(SpeechText.asset(tick.pair)) is at \(price), says \(SpeechText.provider(tick.source))"
            + ", at \(time.clock(tick.asOf))"
        return tick.change24hPercent.map { "\(line); \(SpeechText.change($0)) over 24 hours" } ?? line
    }

    /// Makes the next segment of a model's text.
    ///
    /// - Returns: `nil` when its figures are too old by now, or when there are figures by now and it has none; when it is
    ///   another host's turn, or some of it was said meanwhile.
    package mutating func speak(
        _ draft: SpeechDraft,
        _ settings: HostSettings,
        now: Timestamp,
        elapsed: Duration
    ) -> Segment? {
        let hasFigures = hasFigures(settings, now: now)
        let turn = settings.turn(at: now)
        guard draft.holds(at: now), turn.host.name == draft.order.turn.host.name,
            !isHandingOver(settings, now: now), said.isNew(draft.text, at: now)
        else { return nil }
        if draft.hasNoPrice, hasFigures { return nil }
        lastSpokeAt = elapsed
        lastHadFigures = hasFigures
        segmentCount += 1
        figuresInRow = draft.order.figures.isEmpty ? 0 : figuresInRow + 1
        let symbols = draft.order.symbols.filter { SpeechValidator.names($0, in: draft.text) }
        noteTurns(symbols)
        asides.note(draft.order, at: now)
        remember(draft.text, at: now)
        (lastTurn, leaving, ordered) = (turn, nil, [])
        let event = HostSpoke(
            host: turn.host.name,
            text: draft.text,
            kind: .live,
            energy: Energy(hour: settings.time.hour(of: now)),
            template: nil,
            symbols: symbols,
            facts: draft.order.figures.map(\.fact).filter { draft.tells($0, of: symbols) },
            part: turn.part
        )
        return Segment(event: event, cause: draft.order.cause)
    }
}
