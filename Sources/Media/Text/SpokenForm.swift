/// A sentence as words that a voice reads rightly, each with the place that it stands for.
///
/// English is put into words: numbers, prices, times, tickers. Text in other languages is handed on as it is, because
/// how they read a figure is the engine's knowledge and not ours.
package struct SpokenForm: Hashable, Sendable {
    package struct Word: Hashable, Sendable {
        /// Letters to say; never holds a space.
        package var text: String
        /// What it stands for, in bytes of the sentence's UTF-8; several words may share a place.
        package let source: Range<Int>
        /// A mark behind it: a comma, or what ends the sentence.
        package var mark: Character?

        package init(_ text: String, source: Range<Int>, mark: Character? = nil) {
            self.text = text
            self.source = source
            self.mark = mark
        }
    }

    package let words: [Word]
    /// The words as one line, for an engine.
    package let text: String
    /// Where each word stands in `text`, in characters.
    package let places: [Range<Int>]

    /// - Parameters:
    ///   - sentence: one sentence, as it was written.
    ///   - language: a tag such as `en` or `de-AT`.
    ///   - engine: who will say it; some words are spelled for some engines.
    ///   - pronunciations: how words of the field are said.
    package init(
        _ sentence: String,
        language: String = "en",
        engine: String,
        pronunciations: Pronunciations = .standard
    ) {
        if SpokenForm.isEnglish(language) {
            var reader = EnglishReader(sentence, engine: engine, pronunciations: pronunciations)
            self.init(words: reader.read())
        } else {
            self.init(
                words: WrittenWord.words(of: sentence).filter { $0.hasLetters }.map { word in
                    Word(word.core, source: word.range, mark: word.trailing.first)
                },
                text: sentence
            )
        }
    }

    /// - Parameters:
    ///   - words: what is said, in order.
    ///   - whole: the line for the engine; without it the words and their marks.
    private init(words: [Word], text whole: String? = nil) {
        self.words = words
        var places: [Range<Int>] = []
        if let whole {
            // Bytes of the sentence are not its characters.
            var (count, byte) = (0, 0)
            var index = whole.startIndex
            func advance(to target: Int) {
                while byte < target, index < whole.endIndex {
                    byte += whole[index].utf8.count
                    count += 1
                    index = whole.index(after: index)
                }
            }
            for word in words {
                advance(to: word.source.lowerBound)
                let start = count
                advance(to: word.source.upperBound)
                places.append(start..<count)
            }
            text = whole
        } else {
            var line = ""
            var count = 0
            for word in words {
                if count > 0 {
                    line += " "
                    count += 1
                }
                line += word.text
                places.append(count..<count + word.text.count)
                count += word.text.count
                if let mark = word.mark {
                    line.append(mark)
                    count += 1
                }
            }
            text = line
        }
        self.places = places
    }

    /// Whether a language tag means English.
    package static func isEnglish(_ language: String) -> Bool {
        language.split(whereSeparator: { $0 == "-" || $0 == "_" }).first?.lowercased() == "en"
    }
}
