/// Which sounds the letters of an English word stand for, by rule.
///
/// There is no dictionary in it: for mouths it is enough to know lips from tongue, and open from rounded, and most spellings
/// tell that. What is spelt against the rules is shown as it is spelt.
enum LetterSounds {
    /// Some letters and the sounds that they share; none where they are silent.
    struct Part: Hashable, Sendable {
        var letters: Range<Int>
        var sounds: [String]
    }

    /// - Parameter word: in lower case, from a to z.
    /// - Returns: parts in order that cover the whole word.
    static func parts(of word: [Character]) -> [Part] {
        var parts: [Part] = []
        var place = 0
        while place < word.count {
            let part = group(word, place) ?? single(word, place)
            parts.append(part)
            place = part.letters.upperBound
        }
        return parts
    }

    /// Several letters that stand for something together; the longest that fits.
    private static func group(_ word: [Character], _ place: Int) -> Part? {
        for count in stride(from: min(4, word.count - place), to: 1, by: -1) {
            let range = place..<place + count
            let letters = String(word[range])
            let atEnd = range.upperBound == word.count
            if place == 0, let sounds = atStart[letters] { return Part(letters: range, sounds: sounds) }
            if atEnd, let sounds = self.atEnd[letters] { return Part(letters: range, sounds: sounds) }
            if let sounds = anywhere[letters] { return Part(letters: range, sounds: sounds) }
        }
        // Doubled consonants are one.
        guard place + 1 < word.count, word[place] == word[place + 1], !isVowel(word[place]) else { return nil }
        var part = single(word, place)
        part.letters = place..<place + 2
        return part
    }

    private static func single(_ word: [Character], _ place: Int) -> Part {
        let letter = word[place]
        let next = place + 1 < word.count ? word[place + 1] : nil
        let sounds: [String]
        if isVowel(letter) {
            sounds = vowel(word, place)
        } else if letter == "y" {
            let hasOtherVowel = word.contains { isVowel($0) }
            sounds = place == 0 && next != nil ? ["Y"] : next == nil && !hasOtherVowel ? ["AY"] : ["IY"]
        } else if letter == "c" || letter == "g" {
            let isSoft = next.map { "eiy".contains($0) } ?? false
            sounds = letter == "c" ? [isSoft ? "S" : "K"] : [isSoft && place > 0 ? "JH" : "G"]
        } else {
            sounds = consonants[letter] ?? []
        }
        return Part(letters: place..<place + 1, sounds: sounds)
    }

    /// One vowel by itself: long before a silent e, or at the end of a word with no other; silent if it is that e.
    private static func vowel(_ word: [Character], _ place: Int) -> [String] {
        let letter = word[place]
        let isLast = place == word.count - 1
        let isOnly = word.allSatisfy { !isVowel($0) || $0 == letter } && word.count { isVowel($0) } == 1
        if letter == "e" {
            if isLast { return isOnly ? ["IY"] : [] }
            if place > 0, place == word.count - 2, word[place + 1] == "d", !isOnly, !"td".contains(word[place - 1]) {
                return []
            }
        }
        let isBeforeSilentE =
            place == word.count - 3 && word[place + 2] == "e" && !isVowel(word[place + 1])
            && !"xw".contains(word[place + 1])
        if isBeforeSilentE || (isLast && (isOnly || letter == "o")) { return long[letter] ?? [] }
        return short[letter] ?? []
    }

    private static func isVowel(_ letter: Character) -> Bool { "aeiou".contains(letter) }

    private static let long: [Character: [String]] = [
        "a": ["EY"], "e": ["IY"], "i": ["AY"], "o": ["OW"], "u": ["UW"],
    ]
    private static let short: [Character: [String]] = [
        "a": ["AE"], "e": ["EH"], "i": ["IH"], "o": ["AA"], "u": ["AH"],
    ]
    private static let consonants: [Character: [String]] = [
        "b": ["B"], "d": ["D"], "f": ["F"], "h": ["HH"], "j": ["JH"], "k": ["K"], "l": ["L"], "m": ["M"], "n": ["N"],
        "p": ["P"], "q": ["K"], "r": ["R"], "s": ["S"], "t": ["T"], "v": ["V"], "w": ["W"], "x": ["K", "S"], "z": ["Z"],
    ]
    private static let atStart: [String: [String]] = [
        "gh": ["G"], "gn": ["N"], "kn": ["N"], "pn": ["N"], "ps": ["S"], "wr": ["R"], "who": ["HH", "UW"],
    ]
    private static let atEnd: [String: [String]] = [
        "mb": ["M"], "mn": ["M"], "que": ["K"], "gue": ["G"], "ow": ["OW"], "oe": ["OW"], "ey": ["IY"], "ie": ["IY"],
        "all": ["AO", "L"], "le": ["AX", "L"],
    ]
    private static let anywhere: [String: [String]] = [
        "ough": ["AO"], "augh": ["AO"], "eigh": ["EY"], "tion": ["SH", "AX", "N"], "sion": ["ZH", "AX", "N"],
        "eau": ["OW"], "igh": ["AY"], "tch": ["CH"], "dge": ["JH"], "ear": ["IY", "R"], "air": ["EH", "R"],
        "our": ["AO", "R"], "oor": ["AO", "R"],
        "th": ["TH"], "sh": ["SH"], "ch": ["CH"], "ph": ["F"], "wh": ["W"], "gh": [], "ck": ["K"], "ng": ["NG"],
        "qu": ["K", "W"],
        "oo": ["UW"], "ee": ["IY"], "ea": ["IY"], "ou": ["AW"], "ow": ["AW"], "oi": ["OY"], "oy": ["OY"], "ai": ["EY"],
        "ay": ["EY"], "ei": ["EY"], "ey": ["EY"], "au": ["AO"], "aw": ["AO"], "oa": ["OW"], "ie": ["IY"], "ue": ["UW"],
        "ui": ["UW"], "ew": ["UW"], "er": ["ER"], "ir": ["ER"], "ur": ["ER"], "ar": ["AA", "R"], "or": ["AO", "R"],
    ]
}
