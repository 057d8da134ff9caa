import Bus
package import Domain

/// What a language model is asked to write for a host: who speaks, and what may be said.
package struct SpeechOrder: Sendable {
    package let host: String
    package let station: String
    package let topic: String
    /// The station's clock.
    package let clock: String
    package let energy: Energy
    /// What is known, one fact in each line, as it may be said.
    package let lines: [String]
    /// What was said lately, the newest last.
    package let recent: [String]
    /// What was wrong with the first try.
    package var complaints: [String] = []
    let symbols: [TradingPair]
    let figures: [Briefing.Figure]
    let moods: [MoodEntry]
    let headlines: [Headline]
    let cause: EnvelopeHeader?

    /// The rules, from the file `host.txt`.
    package var rules: String {
        let places = [
            "host": host, "station": station, "topic": topic, "now": clock, "energy": energy.rawValue,
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
        let named = symbols.filter { SpeechValidator.names($0, in: text) }
        var found = SpeechValidator.violations(in: text, symbols: []).map(\.description)
        // Who gets facts talks about them; otherwise the listeners would hear none.
        if !symbols.isEmpty, named.isEmpty { found.append("names none of what the facts are about") }
        found += Figures.strangers(in: text, given: lines + [clock, station, host, topic]).map {
            "the figure \($0) is in no fact"
        }
        if recent.contains(text) { found.append("was said lately") }
        return found
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

    /// Whether all of its figures are fresh enough to be said.
    func holds(at now: Timestamp) -> Bool { order.figures.allSatisfy { $0.holds(at: now) } }

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
