import Bus
package import Domain

/// What a language model is asked to write for a host: who speaks, and what may be said.
package struct SpeechOrder: Sendable {
    /// Who speaks, and in which part of the hour.
    package let turn: ShowTurn
    /// Who has handed over to the host just before; `nil` in the middle of a part.
    package let leaving: HostPersona?
    package let station: String
    package let topic: String
    let orderedAt: Timestamp
    /// The station's clock at that time.
    package let clock: String
    package let energy: Energy
    /// What is known, one fact in each line, as it may be said.
    package let lines: [String]
    /// What was said lately, the newest last.
    package let recent: [String]
    /// What was wrong with the first try.
    package var complaints: [String] = []
    /// What was said in the last hours.
    let said: SaidSentences
    let symbols: [TradingPair]
    let figures: [Briefing.Figure]
    let moods: [MoodEntry]
    let headlines: [Headline]
    let cause: EnvelopeHeader?

    /// The rules, from the file `host.txt`.
    package var rules: String {
        let places = [
            "host": turn.host.name, "station": station, "topic": topic, "now": clock, "energy": energy.rawValue,
            "manner": turn.host.manner.isEmpty ? "" : " Your manner: \(turn.host.manner).",
            "other": turn.other.map { " The other host is \($0.name)." } ?? "",
            "part": "\(turn.part.kind.spoken): \(turn.part.kind.task)",
            "handover": leaving.map { " \($0.name) has just handed over to you: take over in a few words." } ?? "",
        ]
        let text = String(decoding: PackageResources.host_txt, as: UTF8.self)
        // The names of the places are ours, so that none is missing.
        return TemplateFiller.replace(text, places) ?? text
    }

    /// The facts, what was said, and what is to be done better.
    package var material: String {
        var text = lines.isEmpty ? "There are no facts: say nothing with figures." : "Facts:"
        for line in lines { text += "\n- \(line)" }
        if !recent.isEmpty { text += "\n\nSaid lately:" }
        for line in recent { text += "\n- \(line)" }
        if !complaints.isEmpty {
            text += "\n\nYour last try cannot be said (\(complaints.joined(separator: "; "))). Write another."
        }
        return text
    }

    /// What keeps a text off the air.
    ///
    /// - Parameter text: what a model has written.
    /// - Returns: nothing when it may be said.
    package func faults(in text: String) -> [String] {
        var found = SpeechValidator.violations(in: text, symbols: []).map(\.description)
        // Who gets facts talks about them; otherwise the listeners would hear none.
        if !symbols.isEmpty, !isAboutFacts(text) { found.append("names none of what the facts are about") }
        let names = [turn.host.name, turn.other?.name, leaving?.name].compactMap(\.self)
        found += Figures.strangers(in: text, given: lines + names + [clock, station, topic]).map {
            "the figure \($0) is in no fact"
        }
        found += said.repeats(in: text, at: orderedAt).map { "was said in the last six hours: \($0)" }
        return found
    }

    /// Whether it names what a price or talk is about, whose a headline is, or what the part is for.
    private func isAboutFacts(_ text: String) -> Bool {
        if symbols.contains(where: { SpeechValidator.names($0, in: text) }) { return true }
        switch turn.part.kind {
        case .headlines, .talk:
            return headlines.contains { text.contains(SpeechText.provider($0.source)) }
                || moods.contains { text.lowercased().contains($0.word.lowercased()) }
        case .ident: return text.contains(station)
        case .market: return false
        }
    }
}

/// Numbers in what is said.
package enum Figures {
    /// Those of a text that stand in none of the given ones, and numbers written as words.
    package static func strangers(in text: String, given: [String]) -> [String] {
        let known = Set(given.flatMap(numbers))
        let words = text.lowercased().split { !$0.isLetter }.map(String.init).filter(spelled.contains)
        return numbers(in: text).filter { !known.contains($0) } + words
    }

    /// Such as `64250.12` of `64,250.12`, and `14:05`.
    static func numbers(in text: String) -> [String] {
        var found: [String] = []
        var current = ""
        func end() {
            // What ends a sentence is no part of a number.
            while let last = current.last, !last.isNumber { current.removeLast() }
            if !current.isEmpty { found.append(plain(current)) }
            current = ""
        }
        for character in text {
            if character.isNumber || !current.isEmpty && ".,:".contains(character) {
                current.append(character)
            } else {
                end()
            }
        }
        end()
        return found
    }

    /// Without what separates thousands, and without zeros at the end of a fraction.
    private static func plain(_ number: String) -> String {
        var text = number.filter { $0 != "," }
        guard text.contains("."), !text.contains(":") else { return text }
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }

    /// "One" is left out, because it counts nothing most of the time.
    private static let spelled: Set<String> = [
        "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
        "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty", "forty", "fifty",
        "sixty", "seventy", "eighty", "ninety", "hundred", "thousand", "million", "billion", "trillion", "dozen",
        "half", "third", "quarter", "double", "doubled", "twice", "triple", "tripled",
    ]
}

/// A text that a model has written and that may be said, as long as its facts are fresh.
package struct SpeechDraft: Sendable {
    package let order: SpeechOrder
    package let text: String

    package init(order: SpeechOrder, text: String) {
        self.order = order
        self.text = text
    }

    /// A time that it tells as that of now is true for so long.
    static let clockAgeMax: Duration = .seconds(60)

    /// Whether all that it says is fresh enough to be said: its figures, and the time where it tells that.
    ///
    /// What it was told and does not say may be old by now.
    func holds(at now: Timestamp) -> Bool {
        let named = order.symbols.filter { SpeechValidator.names($0, in: text) }
        guard order.figures.allSatisfy({ $0.holds(at: now) || !tells($0.fact, of: named) }) else { return false }
        let isTimed = !Set(Figures.numbers(in: order.clock)).isDisjoint(with: Figures.numbers(in: text))
        return !isTimed || order.orderedAt.duration(to: now) <= SpeechDraft.clockAgeMax
    }

    /// Whether it was written without a price.
    var hasNoPrice: Bool {
        order.figures.allSatisfy { [.trendChange, .fearGreed, .newsMood].contains($0.fact.quantity) }
    }

    /// Whether it tells a fact: what that is about is named, or its figure of the whole market is said.
    func tells(_ fact: SpokenFact, of named: [TradingPair]) -> Bool {
        guard let pair = fact.pair else { return Figures.numbers(in: text).contains(fact.value.description) }
        return named.contains(pair)
    }
}
