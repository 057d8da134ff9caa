/// What an avatar says, in parts that a service takes.
///
/// Pure. The parts are slices of the text: joined they are the text again. They end where a sentence ends; a longer
/// sentence is parted at its last pause that fits, else between words, and a run without any space between characters.
package struct AvatarScript: Hashable, Sendable {
    /// Each has something to say, and is no longer than `Limits.partLengthMax`.
    package let parts: [String]

    /// How long a script may be; lengths are UTF-16 units, of which no service counts more.
    package struct Limits: Hashable, Sendable {
        /// Of a part; below what services are known to refuse, which has been 1500 and more.
        ///
        /// Less than the other limits need is raised to that.
        package var partLengthMax = 1400
        package var lengthMax = 20_000
        /// More blanks in a row are a mistake, and could fill a part.
        package var blanksMax = 64
        /// A character of more units is no writing, but marks heaped on a letter.
        package var characterLengthMax = 64

        package init() {}
    }

    /// The whole text, without blanks at its ends.
    package var text: String { parts.joined() }

    /// - Parameters:
    ///   - text: what is said.
    ///   - sentences: where the sentences lie, in bytes of UTF-8, as `SpokenText` tells it; without them, marks such as
    ///     points count as pauses.
    ///   - limits: how long it may be.
    /// - Throws: `AvatarError` with `.invalidOrder` and the field `script`.
    package init(
        _ text: String,
        sentences: [Range<Int>] = [],
        limits: Limits = Limits()
    ) throws(AvatarError) {
        let characters = Array(text)
        try AvatarScript.check(characters, text, limits)
        let ink = AvatarScript.inked(characters)
        guard !ink.isEmpty else { throw AvatarScript.mistake("there is nothing to say") }
        let offset = characters[..<ink.lowerBound].reduce(0) { $0 + $1.utf8.count }
        let ends = Set(sentences.map(\.upperBound))
        // Room for blanks and the character behind them, so that each part says something.
        let lengthMax = max(limits.partLengthMax, 2 * limits.blanksMax + limits.characterLengthMax)
        parts = ScriptCutter(Array(characters[ink]), offset: offset, sentenceEnds: ends).parts(lengthMax: lengthMax)
    }

    /// Some of the parts of a script.
    init(parts: [String]) { self.parts = parts }

    private static func check(_ characters: [Character], _ text: String, _ limits: Limits) throws(AvatarError) {
        let length = text.utf16.count
        guard length <= limits.lengthMax else {
            throw mistake("it has \(length) characters; at most \(limits.lengthMax) are allowed")
        }
        let allowed: Set<Unicode.Scalar> = ["\n", "\r", "\t"]
        guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control || allowed.contains($0) })
        else { throw mistake("it holds control characters") }
        guard characters.allSatisfy({ $0.utf16.count <= limits.characterLengthMax }) else {
            throw mistake("one of its characters has more than \(limits.characterLengthMax) parts")
        }
        var blanks = 0
        for character in characters {
            blanks = character.isWhitespace ? blanks + 1 : 0
            guard blanks <= limits.blanksMax else {
                throw mistake("it holds more than \(limits.blanksMax) blanks in a row")
            }
        }
    }

    private static func inked(_ characters: [Character]) -> Range<Int> {
        guard let first = characters.firstIndex(where: { !$0.isWhitespace }),
            let last = characters.lastIndex(where: { !$0.isWhitespace })
        else { return 0..<0 }
        return first..<last + 1
    }

    private static func mistake(_ text: String) -> AvatarError {
        AvatarError(.invalidOrder, "script: \(text)", field: "script")
    }
}
