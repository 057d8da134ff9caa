/// How words of the field are said, from the file `pronunciations.txt`.
package struct Pronunciations: Sendable {
    private struct Entry {
        let spelling: [String]?
        let byEngine: [String: [String]]
    }

    /// Capitals alone, matched as they stand.
    private var exact: [String: Entry] = [:]
    /// Anything else, by its lower case.
    private var folded: [String: Entry] = [:]

    package var count: Int { exact.count + folded.count }

    /// The list that is part of the program.
    package static let standard: Pronunciations = {
        do throws(SpeechError) {
            return try Pronunciations(parsing: String(decoding: PackageResources.pronunciations_txt, as: UTF8.self))
        } catch {
            // Part of the program, and read by its tests.
            preconditionFailure(error.message)
        }
    }()

    /// Parses lines such as `ETH = ethereum | flite: uh thearium`.
    ///
    /// - Parameter text: lines; what begins with `#` is for people. Of two lines for one word the second is a mistake.
    /// - Throws: `SpeechError` with the number of the line.
    package init(parsing text: String) throws(SpeechError) {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            func fault(_ what: String) -> SpeechError {
                SpeechError(.badSetting, "pronunciations line \(index + 1): \(what)")
            }
            let sides = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let key = Pronunciations.words(sides[0])
            guard sides.count == 2, key.count == 1, let word = key.first else {
                throw fault("it is no word with a spelling")
            }
            let parts = sides[1].split(separator: "|", omittingEmptySubsequences: false)
            let spelling = Pronunciations.words(parts[0])
            var byEngine: [String: [String]] = [:]
            for part in parts.dropFirst() {
                let pair = part.split(separator: ":", maxSplits: 1)
                guard pair.count == 2, let engine = Pronunciations.words(pair[0]).first,
                    byEngine.updateValue(Pronunciations.words(pair[1]), forKey: engine) == nil
                else { throw fault("\(part) is no engine with a spelling, or stands there twice") }
            }
            let entry = Entry(spelling: spelling.isEmpty ? nil : spelling, byEngine: byEngine)
            let isNew =
                Pronunciations.isExact(word)
                ? exact.updateValue(entry, forKey: word) == nil
                : folded.updateValue(entry, forKey: word.lowercased()) == nil
            guard isNew else { throw fault("\(word) stands there twice") }
        }
    }

    /// How a word is said.
    ///
    /// - Parameters:
    ///   - word: as it is written.
    ///   - engine: who will say it.
    /// - Returns: words to say; `nil` when the word is not known. A known word may be said as it is written.
    package func spelling(of word: some StringProtocol, for engine: String) -> [String]? {
        let entry = exact[String(word)] ?? folded[word.lowercased()]
        return entry.map { $0.byEngine[engine] ?? $0.spelling ?? [String(word)] }
    }

    private static func isExact(_ word: String) -> Bool { word.allSatisfy { $0.isUppercase || $0.isNumber } }

    private static func words(_ text: Substring) -> [String] {
        text.split(whereSeparator: \.isWhitespace).map(String.init)
    }
}
