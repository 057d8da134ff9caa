/// From which side a text is read.
enum TextDirection: Hashable {
    case leftToRight
    case rightToLeft
    /// Letters of both.
    case mixed
    /// Figures and signs only.
    case none

    /// The direction of the first letter that has one, which is what a paragraph is aligned by.
    init(of text: String) {
        self = text.unicodeScalars.lazy.compactMap(TextDirection.strong).first ?? .none
    }

    /// The direction of all letters together.
    init(ofAll text: String) {
        let found = Set(text.unicodeScalars.lazy.compactMap(TextDirection.strong))
        self = found.count > 1 ? .mixed : found.first ?? .none
    }

    private static func strong(_ scalar: UnicodeScalar) -> TextDirection? {
        guard scalar.properties.isAlphabetic else { return nil }
        return rightToLeftRanges.contains { $0.contains(scalar.value) } ? .rightToLeft : .leftToRight
    }

    /// The blocks that Unicode sets aside for scripts from the right: Hebrew to Arabic Extended, their presentation
    /// forms, and two regions of the supplementary plane.
    private static let rightToLeftRanges: [ClosedRange<UInt32>] = [
        0x0590...0x08FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFF, 0x10800...0x10FFF, 0x1E800...0x1EFFF,
    ]
}
