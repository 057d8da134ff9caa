/// What engines call the sounds of a language, in ARPAbet.
package enum PhoneAlphabet: Hashable, Sendable {
    /// ARPAbet in lower case, as flite has it.
    case flite
    /// The names of espeak-ng's English phones.
    case espeak

    package func isPause(_ name: String) -> Bool {
        switch self {
        case .flite: name == "pau" || name == "h#" || name == "ssil"
        case .espeak: name.isEmpty || name.allSatisfy { "_:!|".contains($0) }
        }
    }

    /// - Returns: none for what has no equal.
    package func arpabet(_ name: String) -> [String] {
        switch self {
        case .flite: return isPause(name) || name.isEmpty ? [] : [name.uppercased()]
        case .espeak: return Self.fromEspeak[name] ?? []
        }
    }

    private static let fromEspeak: [String: [String]] = [
        "p": ["P"], "b": ["B"], "t": ["T"], "d": ["D"], "k": ["K"], "g": ["G"], "tS": ["CH"], "dZ": ["JH"],
        "f": ["F"], "v": ["V"], "T": ["TH"], "D": ["DH"], "s": ["S"], "z": ["Z"], "S": ["SH"], "Z": ["ZH"],
        "h": ["HH"], "m": ["M"], "n": ["N"], "N": ["NG"], "l": ["L"], "r": ["R"], "r-": ["R"], "w": ["W"], "j": ["Y"],
        "t#": ["T"], "t2": ["T"], "d#": ["D"], "z#": ["Z"], "n-": ["N"], "m-": ["M"], "@L": ["AX", "L"], "l#": ["L"],
        "hw": ["W"], "x": ["K"],
        "i": ["IY"], "i:": ["IY"], "I": ["IH"], "I#": ["IH"], "I2": ["IH"], "E": ["EH"], "E#": ["EH"], "E2": ["EH"],
        "a": ["AE"], "a#": ["AX"], "aa": ["AE"], "A:": ["AA"], "A": ["AA"], "A#": ["AA"], "O:": ["AO"], "O": ["AO"],
        "O2": ["AO"], "0": ["AA"], "0#": ["AA"], "U": ["UH"], "u:": ["UW"], "u": ["UW"], "V": ["AH"], "@": ["AX"],
        "@2": ["AX"], "@5": ["AX"], "@-": ["AX"], "3": ["ER"], "3:": ["ER"], "@r": ["ER"],
        "eI": ["EY"], "aI": ["AY"], "OI": ["OY"], "oU": ["OW"], "aU": ["AW"],
        "A@": ["AA", "R"], "O@": ["AO", "R"], "o@": ["AO", "R"], "e@": ["EH", "R"], "i@3": ["IY", "R"],
        "i@": ["IY", "AX"], "U@": ["UH", "R"], "aI3": ["AY", "ER"], "aI@": ["AY", "AX"], "aU@": ["AW", "AX"],
    ]
}
