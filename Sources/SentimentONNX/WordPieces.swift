import Foundation

/// Cuts text into the pieces that a model of BERT's family was trained with, and numbers them.
///
/// As its authors do it: words end at spaces and at punctuation, which are words of their own, as is each Chinese
/// character; of each word the longest known beginning is taken, then the longest known continuation, written with `##`.
struct WordPieces: Sendable {
    let vocabulary: Vocabulary
    /// Whether the model knows small letters without accents only.
    let isUncased: Bool

    /// Longer words are unknown as a whole.
    private static let wordLengthMax = 100

    func numbers(of text: String) -> [Int64] {
        // Small letters before accents go, as taking them apart may make marks of its own.
        let plain = isUncased ? text.lowercased().decomposedStringWithCanonicalMapping : text
        var numbers: [Int64] = []
        var word: [Unicode.Scalar] = []
        func endWord() {
            if !word.isEmpty { append(word, to: &numbers) }
            word.removeAll(keepingCapacity: true)
        }
        for scalar in plain.unicodeScalars {
            switch WordPieces.kind(of: scalar) {
            case .nothing: break
            case .mark: if !isUncased { word.append(scalar) }
            case .space: endWord()
            case .wordOfItsOwn:
                endWord()
                append([scalar], to: &numbers)
            case .letter: word.append(scalar)
            }
        }
        endWord()
        return numbers
    }

    private enum Kind {
        case nothing
        case space
        case mark
        case wordOfItsOwn
        case letter
    }

    private static func kind(of scalar: Unicode.Scalar) -> Kind {
        switch scalar.value {
        case 0, 0xFFFD: return .nothing
        case 0x09, 0x0A, 0x0D, 0x20: return .space
        // Whatever is no letter and no digit of ASCII counts as punctuation, also `$` and `^`.
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: return .wordOfItsOwn
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
            0x2B820...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
            return .wordOfItsOwn
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .unassigned, .privateUse, .surrogate: return .nothing
        case .spaceSeparator, .lineSeparator, .paragraphSeparator: return .space
        case .nonspacingMark: return .mark
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            return .wordOfItsOwn
        default: return .letter
        }
    }

    private func append(_ word: [Unicode.Scalar], to numbers: inout [Int64]) {
        guard word.count <= WordPieces.wordLengthMax else { return numbers.append(vocabulary.unknown) }
        let mark = numbers.count
        var start = 0
        while start < word.count {
            var end = min(word.count, start + Vocabulary.pieceLengthMax)
            var found: Int64?
            while end > start, found == nil {
                var piece = String.UnicodeScalarView()
                piece.append(contentsOf: word[start..<end])
                found = vocabulary[(start == 0 ? "" : "##") + String(piece)]
                if found == nil { end -= 1 }
            }
            guard let found else {
                // One piece that is not known makes the word unknown.
                numbers.removeSubrange(mark...)
                return numbers.append(vocabulary.unknown)
            }
            numbers.append(found)
            start = end
        }
    }
}
