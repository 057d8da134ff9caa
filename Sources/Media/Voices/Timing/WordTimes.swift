/// From the times of spoken words to those of the words as they were written.
enum WordTimes {
    /// - Parameters:
    ///   - form: what was said.
    ///   - sentence: what was written.
    ///   - spans: one for each spoken word; a missing one lies between its neighbours.
    ///   - end: of the sound.
    ///   - areEstimated: whether none of it was measured.
    /// - Returns: one for each written word, or group of words that is said as one, in order and without overlaps.
    static func written(
        _ form: SpokenForm,
        of sentence: String,
        spans: [Range<Double>?],
        end: Double,
        areEstimated: Bool
    ) -> [WordTime] {
        let bytes = Array(sentence.utf8)
        let filled = filled(spans, count: form.words.count, end: end)
        var times: [WordTime] = []
        var position = 0
        while position < form.words.count {
            let source = form.words[position].source
            var next = position
            var isEstimated = areEstimated
            while next < form.words.count, form.words[next].source == source {
                if spans[safe: next].flatMap({ $0 }) == nil { isEstimated = true }
                next += 1
            }
            let start = max(filled[position].lowerBound, times.last?.end ?? 0)
            times.append(
                WordTime(
                    text: String(decoding: bytes[source], as: UTF8.self),
                    range: source,
                    start: start,
                    end: max(start, filled[next - 1].upperBound),
                    isEstimated: isEstimated
                )
            )
            position = next
        }
        return times
    }

    private static func filled(_ spans: [Range<Double>?], count: Int, end: Double) -> [Range<Double>] {
        var filled: [Range<Double>] = []
        for index in 0..<count {
            if let span = spans[safe: index].flatMap({ $0 }) {
                filled.append(span)
                continue
            }
            let before = filled.last?.upperBound ?? 0
            let rest = spans.dropFirst(index)
            let gap = rest.prefix { $0 == nil }.count
            let after = max(before, rest.dropFirst(gap).first.flatMap { $0?.lowerBound } ?? end)
            filled.append(before..<before + (after - before) / Double(max(1, gap)))
        }
        return filled
    }

    /// A pause at a mark is about as long as so many letters.
    private static let lettersPerMark = 4.0

    /// Times in proportion to the letters of the words.
    static func estimated(_ form: SpokenForm, seconds: Double) -> [Range<Double>] {
        // A space's worth for each word: short ones are not that short.
        let weights = form.words.map { Double($0.text.count) + 1 }
        let pauses = form.words.enumerated().map { index, word in
            word.mark == nil || index == form.words.count - 1 ? 0 : lettersPerMark
        }
        let whole = weights.reduce(0, +) + pauses.reduce(0, +)
        guard whole > 0 else { return [] }
        var place = 0.0
        return zip(weights, pauses).map { weight, pause in
            let start = place
            place += weight + pause
            return start / whole * seconds..<(start + weight) / whole * seconds
        }
    }
}
