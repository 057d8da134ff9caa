/// What the rules find in one piece of text.
struct KeywordReading {
    /// What a finding is about; each is counted with its strength.
    enum Finding: Int, CaseIterable {
        case goodWord, badWord, goodThing, badThing
        /// A direction with what it applies to: `profit rises`, `losses widen`, `profit falls`, `losses narrow`.
        case goodRises, badRises, goodFalls, badFalls
        /// A direction on its own.
        case rises, falls
        /// Two figures that were compared.
        case goodFigures, badFigures
        case goodEnds, badEnds
    }

    private(set) var items: [KeywordItem] = []
    /// The sum of all values; above 0 the good outweighs the bad.
    private(set) var total: Double = 0
    private(set) var good: Double = 0
    private(set) var bad: Double = 0
    /// By the finding.
    ///
    /// No vector: one of sixteen has to lie at a multiple of 64 bytes, and what a task keeps for its functions does not.
    private(set) var strengths = KeywordReading.noStrengths
    private(set) var isQuestion = false
    private(set) var isAsking = false

    private let lexicon: Lexicon
    private static let noStrengths = InlineArray<16, Float>(repeating: 0)

    init(_ lexicon: Lexicon) { self.lexicon = lexicon }

    /// From -1 to 1.
    var score: Double { KeywordReading.squashed(total) }

    /// Brings a sum into -1...1, so that more of the same counts less and less.
    static func squashed(_ total: Double) -> Double { total / (total * total + 4).squareRoot() }

    /// Reads a piece; what was read before is forgotten.
    mutating func read(_ tokens: [Token]) {
        collect(tokens)
        total = 0
        good = 0
        bad = 0
        strengths = KeywordReading.noStrengths
        for index in items.indices where items[index].isPhrase(.end) { applyEnd(index, tokens) }
        for index in items.indices where items[index].direction != nil { applyDirection(index, tokens) }
        for index in items.indices where items[index].isPhrase(.comparison) { compare(index, tokens) }
        for index in items.indices { weigh(index, tokens) }
        applySigns(tokens)
        sum()
    }

    // MARK: Collecting

    private mutating func collect(_ tokens: [Token]) {
        items.removeAll(keepingCapacity: true)
        isQuestion = false
        isAsking = false
        var (clause, sentence, index) = (0, 0, 0)
        func item(_ kind: KeywordItem.Kind, weight: Double = 0, length: Int = 1) -> KeywordItem {
            KeywordItem(
                kind: kind,
                weight: weight,
                token: index,
                end: index + length,
                clause: clause,
                sentence: sentence
            )
        }
        while index < tokens.count {
            var length = 1
            switch tokens[index].kind {
            case .word, .emoji:
                if let entry = lexicon.entry(at: index, of: tokens) {
                    length = entry.length
                    if entry.kind == .asking, index == 0 { isAsking = true }
                    if entry.kind == .but || entry.kind == .despite { clause += 1 }
                    if entry.kind != .quiet {
                        items.append(item(.phrase(entry.kind), weight: entry.weight, length: length))
                    }
                }
            case .ticker: items.append(item(.phrase(.subject), weight: 1))
            case .figure: items.append(item(.figure))
            case .comma:
                items.append(item(.comma))
                clause += 1
            case .stop, .question:
                let isQuestion = tokens[index].kind == .question
                items.append(item(isQuestion ? .question : .stop))
                self.isQuestion = self.isQuestion || isQuestion
                clause += 1
                sentence += 1
            }
            index += length
        }
    }

    // MARK: Rules

    /// `lifts ban`, `lawsuit dismissed`: what ends turns into its opposite.
    private mutating func applyEnd(_ index: Int, _ tokens: [Token]) {
        let isThing = { (item: KeywordItem) in item.isPhrase(.thing) && !item.isSpent }
        // `recovers from hack`
        let behind = after(index, tokens, within: 4, passing: KeywordReading.from, isThing)
        guard let target = behind ?? before(index, within: 3, isThing) else {
            items[index].value = items[index].weight
            record(items[index].weight > 0 ? .goodWord : .badWord, items[index].weight)
            return
        }
        items[target].isSpent = true
        let value = items[target].weight < 0 ? 1.5 : -1.5
        items[index].value = value
        record(value > 0 ? .badEnds : .goodEnds, value)
    }

    /// `profit rises`, `losses narrow`, `cuts costs`.
    private mutating func applyDirection(_ index: Int, _ tokens: [Token]) {
        guard let direction = items[index].direction else { return }
        let strength = direction * items[index].weight
        let canMove = { (item: KeywordItem) in item.polarity != nil }
        let target =
            after(index, tokens, within: 3, canMove) ?? before(index, within: 10, canMove)
            ?? before(index, within: 20, isSameClause: false, canMove)
        guard let target, let polarity = items[target].polarity else {
            items[index].value = strength * 0.6
            record(strength > 0 ? .rises : .falls, strength)
            return
        }
        items[target].isSpent = true
        items[index].value = strength * polarity
        record(
            polarity > 0 ? strength > 0 ? .goodRises : .goodFalls : strength > 0 ? .badRises : .badFalls,
            strength
        )
    }

    /// `to 5 from 3`, `from 3 to 5`, `5, compared to 3 a year ago`: says something where no word of direction does.
    private mutating func compare(_ index: Int, _ tokens: [Token]) {
        guard let (now, then) = figures(around: index, tokens) else { return }
        let (new, old) = (tokens[items[now].token], tokens[items[then].token])
        let sentence = items[index].sentence
        let canMove = { (item: KeywordItem) in item.polarity != nil }
        let subject = before(min(now, index), within: 16, isSameClause: false, canMove)
        let polarity = subject.flatMap { items[$0].polarity } ?? 1
        var value = new.value > old.value ? polarity : new.value < old.value ? -polarity : 0
        let earlier = items.indices.first {
            $0 > index && $0 < then && items[$0].polarity != nil
        }
        if let earlier, let other = items[earlier].polarity, other != polarity, subject != nil {
            // A loss now where there was a profit, or the other way round.
            value = 1.5 * polarity
            items[earlier].isSpent = true
            if let subject { items[subject].isSpent = true }
        } else if items.contains(where: { $0.sentence == sentence && $0.direction != nil }) {
            // The words say it, and say it better.
            return
        } else if let subject {
            items[subject].isSpent = true
        }
        guard value != 0 else { return }
        items[index].value = 1.2 * value
        record(value > 0 ? .goodFigures : .badFigures, value)
    }

    /// The figure of now and the figure of before, as indices of items.
    private func figures(around index: Int, _ tokens: [Token]) -> (now: Int, then: Int)? {
        let cue = items[index]
        guard
            let first = items.indices.first(where: {
                $0 > index && items[$0].sentence == cue.sentence && items[$0].token - cue.end <= 8
                    && isAmount($0, tokens)
            })
        else { return nil }
        // `from 3 to 5`
        if cue.end - cue.token == 1, items[first].token - cue.end <= 2,
            let second = items.indices.first(where: {
                $0 > first && items[$0].sentence == cue.sentence && items[$0].token - items[first].token <= 4
                    && isAmount($0, tokens)
            }),
            (items[first].end..<items[second].token).contains(where: { tokens[$0].hash == KeywordReading.to }),
            isComparable(tokens[items[second].token], tokens[items[first].token])
        {
            return (second, first)
        }
        let nearest = items.indices.last {
            $0 < index && items[$0].sentence == cue.sentence && cue.token - items[$0].end <= 8 && isAmount($0, tokens)
        }
        guard let nearest, isComparable(tokens[items[nearest].token], tokens[items[first].token]) else { return nil }
        return (nearest, first)
    }

    private func isAmount(_ index: Int, _ tokens: [Token]) -> Bool {
        items[index].kind == .figure && tokens[items[index].token].isAmount
    }

    private func isComparable(_ new: Token, _ old: Token) -> Bool {
        guard new.isPercent == old.isPercent else { return false }
        if new.isPercent { return true }
        guard new.isScaled == old.isScaled else { return false }
        // Two small whole numbers may be anything, days for instance.
        return new.isScaled || new.isMoney && old.isMoney || new.isPrecise && old.isPrecise
    }

    /// Words and things by themselves, and what stands beside all of it: negation, degrees, doubt, `but`.
    private mutating func weigh(_ index: Int, _ tokens: [Token]) {
        if items[index].isPhrase(.word) || items[index].isPhrase(.thing) && !items[index].isSpent {
            items[index].value = items[index].weight
            let isThing = items[index].isPhrase(.thing)
            let isGood = items[index].weight > 0
            record(isThing ? isGood ? .goodThing : .badThing : isGood ? .goodWord : .badWord, items[index].weight)
        }
        guard items[index].value != 0 else { return }
        items[index].value *= factor(index)
    }

    private func factor(_ index: Int) -> Double {
        let item = items[index]
        var factor = 1.0
        var other = index - 1
        while other >= 0, items[other].clause == item.clause {
            let distance = item.token - items[other].end
            if items[other].isPhrase(.negation), distance <= 2 { factor *= -0.7 }
            if items[other].isPhrase(.degree), distance == 0 { factor *= items[other].weight }
            if items[other].isPhrase(.doubt), distance <= 4 { factor *= 0.7 }
            if items[other].isPhrase(.despite) { factor *= 0.2 }
            other -= 1
        }
        if index + 1 < items.count, items[index + 1].isPhrase(.degree), items[index + 1].token == item.end {
            factor *= items[index + 1].weight
        }
        if let but = items.firstIndex(where: { $0.isPhrase(.but) && $0.sentence == item.sentence }) {
            // A sentence that begins with it answers the one before.
            factor *= index > but ? 1.2 : 0.5
        }
        return factor
    }

    /// `BTC -5%`, where no word says which way it went.
    private mutating func applySigns(_ tokens: [Token]) {
        for index in items.indices where items[index].kind == .figure {
            let token = tokens[items[index].token]
            let clause = items[index].clause
            // Behind another figure it is the end of a range: `20 % -40 %`.
            guard token.isPercent, token.sign != 0,
                items[index].token == 0 || tokens[items[index].token - 1].kind != .figure,
                !items.contains(where: { $0.clause == clause && $0.direction != nil })
            else { continue }
            items[index].value = Double(token.sign)
            record(token.sign > 0 ? .rises : .falls, 1)
        }
    }

    private mutating func sum() {
        for item in items {
            total += item.value
            if item.value > 0 { good += item.value } else { bad -= item.value }
        }
        if isQuestion { total *= 0.5 }
        if isAsking { total *= 0.6 }
    }

    private mutating func record(_ finding: Finding, _ strength: Double) {
        strengths[finding.rawValue] += Float(strength.magnitude)
    }

    // MARK: Neighbours

    /// The nearest item of a kind behind another, in the same clause and with nothing in between that parts them.
    private func after(
        _ index: Int,
        _ tokens: [Token],
        within distance: Int,
        passing passed: UInt64? = nil,
        _ isWanted: (KeywordItem) -> Bool
    ) -> Int? {
        let item = items[index]
        var other = index + 1
        while other < items.count, items[other].clause == item.clause, items[other].token - item.end < distance {
            if isWanted(items[other]) {
                let between = item.end..<items[other].token
                let isParted = between.contains { place in
                    tokens[place].hash != passed && KeywordReading.parting.contains(tokens[place].hash)
                }
                return isParted ? nil : other
            }
            let isSmall = items[other].isPhrase(.degree) || items[other].isPhrase(.doubt)
            guard isSmall || passed != nil && items[other].isPhrase(.comparison) else { return nil }
            other += 1
        }
        return nil
    }

    /// The nearest item of a kind before another, in the same clause or at least in the same sentence.
    private func before(
        _ index: Int,
        within distance: Int,
        isSameClause: Bool = true,
        _ isWanted: (KeywordItem) -> Bool
    ) -> Int? {
        let item = items[index]
        var other = index - 1
        while other >= 0, items[other].sentence == item.sentence, item.token - items[other].end < distance {
            if isSameClause, items[other].clause != item.clause { return nil }
            if isWanted(items[other]) { return other }
            other -= 1
        }
        return nil
    }

    private static let to = WordHash.of("to")
    private static let from = WordHash.of("from")

    /// Words behind which something else begins: `shares fall after loss` says nothing of a loss that falls.
    private static let parting = Set(
        [
            "on", "after", "as", "amid", "by", "to", "from", "with", "following", "over", "due", "at", "against",
            "before", "when", "while", "for", "than", "and", "since", "because", "or", "but", "that", "who", "which",
        ].map { WordHash.of($0) }
    )
}
