/// A mouth's track from the times of the characters of a text, as some voice services tell them.
///
/// Latin letters are read by the rules of English; other languages that are written in them come out roughly right, since
/// p, b, m, f and v are written alike in most. Letters of other scripts only make the mouth open and close in their rhythm,
/// so there is no closed mouth for an m there: with the sound at hand, `SoundVisemes` shows more. Digits have that rhythm too.
package enum CharacterVisemes {
    /// The share of what is spoken that is written in Latin letters, from 0 to 1; 0 where nothing is spoken.
    package static func latinShare(_ characters: [TimedCharacter]) -> Double {
        let spoken = characters.filter(\.isSpoken)
        return spoken.isEmpty ? 0 : Double(spoken.count { $0.latin != nil }) / Double(spoken.count)
    }

    /// - Parameter characters: of the text, in order; what is no letter and no digit is a pause of its length.
    /// - Returns: the track, at rest when the last character has ended.
    /// - Throws: `VisemeError.badInput` for times that are out of order, or too many characters.
    package static func track(_ characters: [TimedCharacter]) throws(VisemeError) -> VisemeTrack {
        try PhoneVisemes.track(phones(characters), timing: .closureWithin)
    }

    /// The sounds that the text is taken to be, for those who measure.
    ///
    /// - Parameter characters: of the text, in order.
    /// - Returns: phones with the times of their letters.
    /// - Throws: `VisemeError.badInput` for times that are out of order, or too many characters.
    package static func phones(_ characters: [TimedCharacter]) throws(VisemeError) -> [TimedPhone] {
        try check(characters)
        var phones: [TimedPhone] = []
        var place = 0
        while place < characters.count {
            let begin = place
            while place < characters.count, characters[place].isSpoken || characters[place].isApostrophe { place += 1 }
            if place > begin {
                phones += word(characters[begin..<place].filter { !$0.isApostrophe })
            } else {
                phones.append(pause(characters[place]))
                place += 1
            }
        }
        return phones
    }

    private static func check(_ characters: [TimedCharacter]) throws(VisemeError) {
        let max = VisemeTrack.keyframesMax / 8
        guard characters.count <= max else {
            throw .badInput("there are \(characters.count) characters, and \(max) are the most")
        }
        var last = 0
        for (place, character) in characters.enumerated() {
            guard character.start >= last, character.end >= character.start, character.end <= MouthTime.max else {
                throw .badInput("character \(place) is out of order, or too late")
            }
            last = character.start
        }
    }

    private static func pause(_ character: TimedCharacter) -> TimedPhone {
        TimedPhone(arpabet: [], start: character.start, end: character.end, isPause: true)
    }

    private static func word(_ characters: [TimedCharacter]) -> [TimedPhone] {
        let letters = characters.compactMap(\.latin)
        guard letters.count == characters.count else { return rhythm(characters) }
        var phones: [TimedPhone] = []
        for part in LetterSounds.parts(of: letters) {
            let (first, last) = (characters[part.letters.lowerBound], characters[part.letters.upperBound - 1])
            if part.sounds.isEmpty, let before = phones.popLast() {
                // What is silent lengthens the sound before.
                phones.append(TimedPhone(arpabet: before.arpabet, start: before.start, end: max(before.end, last.end)))
            } else {
                phones.append(TimedPhone(arpabet: part.sounds, start: first.start, end: max(first.start, last.end)))
            }
        }
        return phones
    }

    /// Open and nearly closed by turns: signs of syllables do both, letters one of them.
    private static func rhythm(_ characters: [TimedCharacter]) -> [TimedPhone] {
        characters.enumerated().map { place, character in
            let isSyllable = character.isSyllable
            let sounds = isSyllable ? ["EY"] : place.isMultiple(of: 2) ? ["T"] : ["EH"]
            return TimedPhone(arpabet: sounds, start: character.start, end: character.end)
        }
    }
}

extension TimedCharacter {
    /// Whether it is a digit, or of a script whose signs are syllables: Chinese, Japanese, Korean.
    fileprivate var isSyllable: Bool {
        guard let scalar = text.unicodeScalars.first else { return false }
        let isEastern = (0x3040...0x30FF).contains(scalar.value) || (0xAC00...0xD7A3).contains(scalar.value)
        return scalar.properties.isIdeographic || isEastern || scalar.properties.numericType != nil
    }
}
