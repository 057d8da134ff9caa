package import Bus
import Media

/// The sentences of the last hours, so that none is heard twice.
///
/// Sentences are the same when their words and figures are, whatever stands between them.
package struct SaidSentences: Sendable {
    private var times: [String: Timestamp] = [:]
    /// Whole texts as they were written: most of what was said is found again by these, without being parted.
    private var texts: [String: Timestamp] = [:]

    /// How long a sentence is not said again: six hours, and as much as words may be heard after they were written.
    package static let window: Duration = .seconds(6 * 3600 + 300)
    /// More than a host can say in that time; beyond it the oldest go.
    package static let countMax = 20_000

    package init() {}

    /// How many are remembered.
    package var count: Int { times.count }

    /// The sentences of a text that were said in the last hours, or stand in it twice.
    ///
    /// - Parameters:
    ///   - text: what is to be said.
    ///   - now: what time it is.
    /// - Returns: nothing when all of it is new.
    package func repeats(in text: String, at now: Timestamp) -> [String] {
        var found: [String] = []
        var own: Set<String> = []
        for sentence in SaidSentences.sentences(of: text) {
            let words = SaidSentences.words(of: sentence)
            if isFresh(times[words], at: now) || !own.insert(words).inserted { found.append(sentence) }
        }
        return found
    }

    /// Whether all of a text is new.
    package func isNew(_ text: String, at now: Timestamp) -> Bool {
        !isFresh(texts[text], at: now) && repeats(in: text, at: now).isEmpty
    }

    /// Everything of it is said.
    package mutating func note(_ text: String, at now: Timestamp) {
        texts[text] = now
        for sentence in SaidSentences.sentences(of: text) { times[SaidSentences.words(of: sentence)] = now }
        texts = bounded(texts, at: now)
        times = bounded(times, at: now)
    }

    private func bounded(_ said: [String: Timestamp], at now: Timestamp) -> [String: Timestamp] {
        guard said.count > SaidSentences.countMax else { return said }
        let fresh = said.filter { isFresh($0.value, at: now) }
        guard fresh.count > SaidSentences.countMax else { return fresh }
        // A tenth at a time, so that not every sentence sorts them all.
        let newest = fresh.sorted { $0.value > $1.value }.prefix(SaidSentences.countMax * 9 / 10)
        return Dictionary(uniqueKeysWithValues: newest.map { ($0.key, $0.value) })
    }

    private func isFresh(_ said: Timestamp?, at now: Timestamp) -> Bool {
        // A clock that was set back makes nothing lately said.
        said.map { $0 <= now && $0.duration(to: now) < SaidSentences.window } ?? false
    }

    /// As they are spoken.
    static func sentences(of text: String) -> [String] {
        do throws(SpeechError) {
            return try SpokenText.sentences(of: text).map(\.text)
        } catch {
            // What no voice can say is kept off the air elsewhere; here it counts as one sentence.
            return [text]
        }
    }

    /// Words and figures alone, in small letters.
    static func words(of sentence: String) -> String {
        var words = ""
        var gap = ""
        for character in sentence.lowercased() {
            guard character.isLetter || character.isNumber else {
                gap.append(character)
                continue
            }
            // Points and colons count inside of figures.
            let isInside = [".", ",", ":"].contains(gap) && words.last?.isNumber == true && character.isNumber
            if !words.isEmpty, !gap.isEmpty { words += isInside ? gap : " " }
            words.append(character)
            gap = ""
        }
        return words
    }
}
