package import Bus
package import Domain

/// Puts measured figures into an approved text.
package struct TemplateFiller {
    private let settings: HostSettings
    private let now: Timestamp
    private let turn: ShowTurn
    private let next: ShowTurn?

    /// - Parameters:
    ///   - settings: the station.
    ///   - now: what time it is.
    ///   - turn: whose turn it is; what the plan of the hour says when not given.
    ///   - next: whose comes, for who hands over.
    package init(settings: HostSettings, now: Timestamp, turn: ShowTurn? = nil, next: ShowTurn? = nil) {
        self.settings = settings
        self.now = now
        self.turn = turn ?? settings.turn(at: now)
        self.next = next
    }

    /// A text ready for the air, with everything that it says in figures.
    package struct Filled {
        package fileprivate(set) var text: String
        package fileprivate(set) var symbols: [TradingPair] = []
        package fileprivate(set) var facts: [SpokenFact] = []
        package fileprivate(set) var causes: [EnvelopeHeader] = []
    }

    /// What a text is about.
    package struct Subject {
        /// First things first; as many as the template needs.
        package var entries: [PriceEntry] = []
        /// What people on X say.
        package var talk: TrendTalk?
        /// The index, or what the news come to.
        package var mood: MoodEntry?
        package var headline: Headline?

        package init(
            entries: [PriceEntry] = [],
            talk: TrendTalk? = nil,
            mood: MoodEntry? = nil,
            headline: Headline? = nil
        ) {
            self.entries = entries
            self.talk = talk
            self.mood = mood
            self.headline = headline
        }
    }

    /// - Parameters:
    ///   - template: what to say.
    ///   - subject: what it is about.
    /// - Returns: `nil` when something that the text needs is missing.
    package func fill(_ template: HostTemplate, with subject: Subject) -> Filled? {
        let entries = subject.entries
        var places = [
            "host": turn.host.name, "station": settings.station, "topic": settings.topic,
            "now": settings.time.clock(now), "part": (next ?? turn).part.kind.spoken,
        ]
        places["other"] = turn.other?.name
        var filled = Filled(text: "")
        switch template.need {
        case .nothing, .noPrices, .handover, .takeover: break
        case .price, .change, .range:
            guard let entry = entries.first, describe(entry, for: template.need, &places, &filled) else { return nil }
        case .twoPrices:
            guard entries.count >= 2, entries[0].tick.source == entries[1].tick.source,
                describe(entries[0], for: .price, &places, &filled)
            else { return nil }
            var others: [String: String] = [:]
            guard describe(entries[1], for: .price, &others, &filled) else { return nil }
            places["asset2"] = others["asset"]
            places["price2"] = others["price"]
            // The time that holds for both is the older one's.
            places["time"] = settings.time.clock(min(entries[0].tick.asOf, entries[1].tick.asOf))
        case .trend:
            guard let talk = subject.talk else { return nil }
            describe(talk, &places, &filled)
        case .index:
            guard let mood = subject.mood, mood.news == nil else { return nil }
            places["index"] = mood.figure.fact.value.description
            places["date"] = StationTime.day(mood.figure.fact.asOf)
            describe(mood, &places, &filled)
        case .mood:
            guard let mood = subject.mood, let news = mood.news else { return nil }
            places["count"] = "\(news.count)"
            places["hours"] = "\(news.hours)"
            places["time"] = settings.time.clock(mood.figure.fact.asOf)
            describe(mood, &places, &filled)
        case .headline:
            guard let headline = subject.headline, let title = headline.spoken else { return nil }
            // The text goes on behind it with a stop of its own.
            places["title"] = String(title.reversed().drop { ".!? ".contains($0) }.reversed())
            places["source"] = SpeechText.provider(headline.source)
            places["time"] = settings.time.clock(headline.publishedAt)
            filled.causes += [headline.header].compactMap(\.self)
        case .history:
            guard let entry = entries.first, describeHistory(entry, &places, &filled) else { return nil }
            if template.text.contains("{candlechange}"), let change = entry.figure(.candleChange) {
                filled.facts.append(change.fact)
            }
        }
        guard let text = TemplateFiller.replace(template.text, places) else { return nil }
        filled.text = text
        return filled
    }

    private func describe(
        _ entry: PriceEntry,
        for need: HostTemplate.Need,
        _ places: inout [String: String],
        _ filled: inout Filled
    ) -> Bool {
        let tick = entry.tick
        func tell(_ quantities: SpokenFact.Quantity...) {
            filled.facts += quantities.compactMap { entry.figure($0)?.fact }
        }
        places["asset"] = SpeechText.asset(tick.pair)
        places["price"] = SpeechText.price(tick.price, tick.pair, symbol: tick.symbol)
        places["source"] = SpeechText.provider(tick.source)
        places["time"] = settings.time.clock(tick.asOf)
        filled.symbols.append(tick.pair)
        filled.causes.append(entry.header)
        tell(.price)
        switch need {
        case .change:
            guard let change = tick.change24hPercent else { return false }
            places["change"] = SpeechText.change(change)
            tell(.change24h)
        case .range:
            guard let (low, high) = entry.range else { return false }
            places["low"] = SpeechText.price(low, tick.pair, symbol: tick.symbol)
            places["high"] = SpeechText.price(high, tick.pair, symbol: tick.symbol)
            tell(.low24h, .high24h)
        case .nothing, .noPrices, .price, .twoPrices, .trend, .index, .mood, .headline, .history, .handover,
            .takeover:
            break
        }
        return true
    }

    private func describe(_ mood: MoodEntry, _ places: inout [String: String], _ filled: inout Filled) {
        places["mood"] = mood.word
        places["source"] = SpeechText.provider(mood.figure.fact.source)
        filled.causes.append(mood.header)
        filled.facts.append(mood.figure.fact)
    }

    private func describe(_ talk: TrendTalk, _ places: inout [String: String], _ filled: inout Filled) {
        places["asset"] = talk.asset
        places["mood"] = talk.mood
        places["change"] = talk.change
        places["time"] = settings.time.clock(talk.asOf)
        filled.symbols.append(talk.pair)
        filled.causes.append(talk.header)
        filled.facts.append(talk.figure.fact)
    }

    private func describeHistory(
        _ entry: PriceEntry,
        _ places: inout [String: String],
        _ filled: inout Filled
    ) -> Bool {
        guard let candle = entry.candle, let close = entry.figure(.close) else { return false }
        let tick = entry.tick
        places["asset"] = SpeechText.asset(tick.pair)
        places["price"] = SpeechText.price(candle.close, tick.pair, symbol: tick.symbol)
        places["date"] = StationTime.date(candle.closeTime)
        filled.symbols.append(tick.pair)
        filled.causes.append(entry.header)
        filled.facts.append(close.fact)
        if let change = entry.figure(.candleChange) {
            places["candlechange"] = SpeechText.change(change.fact.value)
        }
        return true
    }

    /// Puts texts in the places in braces; `nil` when one of them is not known.
    static func replace(_ text: String, _ places: [String: String]) -> String? {
        var result = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            result += rest[..<open]
            guard let close = rest[open...].firstIndex(of: "}"),
                let value = places[String(rest[rest.index(after: open)..<close])]
            else { return nil }
            result += value
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }
}
