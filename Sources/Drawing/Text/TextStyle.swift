/// How a text is set.
package struct TextStyle: Hashable, Sendable {
    package enum Weight: Int32, Hashable, Sendable, Codable {
        case regular = 400
        case medium = 500
        case bold = 700
    }

    package enum Alignment: Hashable, Sendable {
        /// As the text's own direction has it: left for Latin, right for Arabic.
        case natural
        case center
        case opposite
    }

    /// Families, the preferred first; whatever they lack comes from any font that has it.
    package var families: [String]
    /// Pixels from line to line without spacing, about.
    package var size: Double
    package var weight = Weight.regular
    package var color: Color
    package var alignment = Alignment.natural
    /// In multiples of the font's own.
    package var lineSpacing = 1.0
    /// Figures of one width, so that prices do not jump.
    package var hasEvenFigures = false

    package init(families: [String] = ["Noto Sans", "DejaVu Sans"], size: Double, color: Color) {
        self.families = families
        self.size = size
        self.color = color
    }
}
