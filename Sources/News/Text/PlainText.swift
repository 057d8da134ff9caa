/// One line of plain text, made of what feeds hold.
struct PlainText: Hashable {
    let text: String
    /// Whether there was more of it.
    let isShortened: Bool

    /// What the source is meant to be.
    enum Kind: Hashable {
        case html
        /// Plain text, which many feeds fill with HTML all the same.
        case plain
    }

    /// Markup that was escaped so often is still found.
    private static let passesMax = 3

    /// - Parameters:
    ///   - source: UTF-8.
    ///   - kind: what it is meant to be.
    ///   - charactersMax: how much of it is kept.
    init(_ source: [UInt8], _ kind: Kind, charactersMax: Int) {
        var bytes = MarkupStripper.strip(source, kind == .html ? .all : .known)
        for _ in 1..<PlainText.passesMax {
            let next = MarkupStripper.strip(bytes, .known)
            if next == bytes { break }
            bytes = next
        }
        let folded = PlainText.folded(bytes)
        // Counting characters costs more than counting bytes, of which there are at least as many.
        isShortened = folded.utf8.count > charactersMax && folded.count > charactersMax
        text = isShortened ? String(folded.prefix(charactersMax)) : folded
    }

    /// Without what cannot be seen, and with one space where there were blanks.
    private static func folded(_ bytes: [UInt8]) -> String {
        var result = String.UnicodeScalarView()
        var hasBlank = false
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            switch fate(of: scalar) {
            case .blank: hasBlank = true
            case .dropped: break
            case .kept:
                if hasBlank, !result.isEmpty { result.append(" ") }
                hasBlank = false
                result.append(scalar)
            }
        }
        return String(result)
    }

    private enum Fate {
        case kept
        case blank
        case dropped
    }

    private static func fate(of scalar: Unicode.Scalar) -> Fate {
        switch scalar.value {
        case 0x21...0x7E: return .kept
        case 0...0x20: return .blank
        case 0x7F, 0xFFFC: return .dropped
        // They hold letters and pictures together that belong so.
        case 0x200C, 0x200D: return .kept
        default: break
        }
        if scalar.properties.isWhitespace { return .blank }
        return switch scalar.properties.generalCategory {
        case .control: .blank
        // Marks of direction could turn around what stands beside the text.
        case .format, .privateUse: .dropped
        default: .kept
        }
    }
}
