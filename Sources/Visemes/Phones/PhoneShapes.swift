/// Which shapes a sound of English may have.
enum PhoneShapes {
    /// The shape for something that is said, where it is not known what.
    static let unknown: [MouthShape] = [.teeth, .open]

    /// Sounds that are made with a closure, and are heard when it opens.
    static let plosives: Set<String> = ["P", "B", "T", "D", "K", "G", "CH", "JH"]

    /// One after the other, with their shares of the time in per cent.
    typealias Parts = [(shapes: [MouthShape], share: Int)]

    /// - Parameters:
    ///   - name: in ARPAbet, without its stress.
    ///   - length: in samples.
    /// - Returns: the parts of the sound, each with the shapes that would do, the best first.
    static func parts(_ name: String, length: Int) -> Parts {
        func isLong(_ milliseconds: Int) -> Bool { length >= MouthTime.milliseconds(milliseconds) }
        switch name {
        case "AH": return [([isLong(200) ? .wide : .open], 100)]
        case "ER", "AXR": return [(isLong(70) ? [.rounded] : unknown, 100)]
        case "L": return [(isLong(200) ? [.tongue] : [.teeth, .rounded, .puckered], 100)]
        case "EY": return diphthong(.open, .teeth)
        case "AY": return diphthong(isLong(200) ? .wide : .open, .teeth)
        case "OY": return diphthong(.rounded, .teeth)
        case "OW": return diphthong(.rounded, .puckered)
        case "AW": return diphthong(isLong(300) ? .wide : .open, .rounded)
        default: return [(table[name] ?? unknown, 100)]
        }
    }

    static func isVowel(_ name: String) -> Bool { name.first.map { "AEIOU".contains($0) } ?? false }

    private static func diphthong(_ first: MouthShape, _ second: MouthShape) -> Parts {
        [([first], 60), ([second], 40)]
    }

    private static let table: [String: [MouthShape]] = [
        "P": [.closed], "B": [.closed], "M": [.closed], "EM": [.closed],
        "F": [.lip], "V": [.lip],
        "TH": [.teeth, .puckered], "DH": [.teeth, .puckered],
        "T": [.teeth], "D": [.teeth], "DX": [.teeth], "N": [.teeth], "EN": [.teeth], "Y": [.teeth],
        "K": [.teeth, .open], "G": [.teeth, .open], "NG": [.teeth, .open],
        "S": [.teeth, .puckered], "Z": [.teeth, .puckered],
        "SH": [.teeth, .puckered], "ZH": [.teeth, .puckered], "CH": [.teeth, .puckered], "JH": [.teeth, .puckered],
        "R": [.teeth, .rounded], "EL": [.teeth, .rounded, .puckered], "W": [.puckered],
        "IY": [.teeth], "IH": [.teeth], "IX": [.teeth], "UH": [.puckered], "UW": [.puckered],
        "EH": [.open], "AE": [.open], "AA": [.wide], "AO": [.rounded], "AX": unknown,
    ]
}
