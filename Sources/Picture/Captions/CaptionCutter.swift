/// Cuts what is said into captions.
///
/// Of all ways to cut, the one is taken that costs least: ends of sentences and pauses are cheap places, captions that
/// flash by are dear. Words keep their order and none is lost.
package struct CaptionCutter: Sendable {
    private let rules: CaptionRules

    /// More are cut as if they were several texts.
    private static let wordsMax = 2000

    package init(_ rules: CaptionRules = CaptionRules()) { self.rules = rules }

    /// - Parameter words: in order; those that overlap are moved apart, and those without text are left out.
    /// - Returns: captions in order, which do not overlap.
    package func cut(_ words: [TimedWord]) -> [TimedCaption] {
        let clean = CaptionWords.clean(words, lengthMax: rules.lineLengthMax)
        var groups: [Range<Int>] = []
        var start = 0
        while start < clean.count {
            let end = min(clean.count, start + CaptionCutter.wordsMax)
            groups += split(clean[start..<end])
            start = end
        }
        let breaker = CaptionLineBreaker(rules: rules)
        return groups.enumerated().map { index, range in
            let next = index + 1 < groups.count ? clean[groups[index + 1].lowerBound].start : nil
            return TimedCaption(
                lines: breaker.lines(clean[range]) ?? [Array(clean[range])],
                start: clean[range.lowerBound].start,
                end: end(of: clean[range], next: next)
            )
        }
    }

    /// The cheapest division, found from the back.
    private func split(_ words: ArraySlice<TimedWord>) -> [Range<Int>] {
        var costs = [Double](repeating: .infinity, count: words.count + 1)
        var ends = [Int](repeating: 0, count: words.count)
        costs[words.count] = 0
        for first in stride(from: words.count - 1, through: 0, by: -1) {
            var end = first + 1
            while end <= words.count {
                let (from, to) = (words.startIndex + first, words.startIndex + end)
                guard let cost = cost(of: words[from..<to], next: to < words.endIndex ? words[to] : nil) else { break }
                if cost + costs[end] < costs[first] { (costs[first], ends[first]) = (cost + costs[end], end) }
                end += 1
            }
        }
        var ranges: [Range<Int>] = []
        var first = 0
        while first < words.count {
            ranges.append(words.startIndex + first..<words.startIndex + ends[first])
            first = ends[first]
        }
        return ranges
    }

    /// - Returns: `nil` when it does not fit; a single word always does.
    private func cost(of words: ArraySlice<TimedWord>, next: TimedWord?) -> Double? {
        guard let first = words.first, let last = words.last else { return nil }
        if words.count > 1 {
            guard CaptionLineBreaker(rules: rules).fits(words), last.end - first.start <= rules.longest else {
                return nil
            }
        }
        let shownFor = end(of: words, next: next?.start) - first.start
        let characters = words.reduce(words.count - 1) { $0 + CaptionWidth.of($1.text) }
        var cost = 1.0
        if shownFor < rules.shortest { cost += 4 }
        let readable = Int64(characters) * 1000 / Int64(max(1, rules.charactersPerSecondMax))
        if shownFor < readable { cost += 2 * min(2, Double(readable - shownFor) / Double(max(1, shownFor))) }
        cost += breakCost(after: last, next: next)
        for (word, following) in zip(words, words.dropFirst()) where following.start - word.end >= rules.pauseMin {
            cost += 0.8
        }
        return cost
    }

    private func breakCost(after word: TimedWord, next: TimedWord?) -> Double {
        guard let next else { return 0 }
        if CaptionWords.endsSentence(word.text) { return 0 }
        if next.start - word.end >= rules.pauseMin { return 0.1 }
        return CaptionWords.endsClause(word.text) ? 0.4 : 1.1
    }

    /// Long enough to be read, as far as the next caption leaves room.
    private func end(of words: ArraySlice<TimedWord>, next: Int64?) -> Int64 {
        guard let first = words.first, let last = words.last else { return 0 }
        let characters = words.reduce(words.count - 1) { $0 + CaptionWidth.of($1.text) }
        let readable = Int64(characters) * 1000 / Int64(max(1, rules.charactersPerSecondMax))
        var end = max(last.end, first.start + max(rules.shortest, readable))
        if let next {
            let latest = next - rules.gap
            // A short darkness between two captions is seen as a flicker.
            if latest - end < rules.pauseMin { end = latest }
        }
        return max(first.start + 1, min(end, first.start + rules.longest))
    }
}
