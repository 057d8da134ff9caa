/// A score in words, as people are told it.
package enum SentimentLevel: String, Codable, Hashable, Sendable, CaseIterable, SchemaChoice {
    case veryNegative = "very_negative"
    case negative
    case neutral
    case positive
    case veryPositive = "very_positive"

    /// Names a score: very negative below -0.6, negative below -0.2, neutral below 0.2, positive below 0.6, very positive
    /// from there on.
    ///
    /// Both ends of the range have a name; what lies beyond it, or is not a number, has none.
    /// - Parameter score: -1 to 1.
    package init?(score: Double) {
        switch score {
        case -1 ..< -0.6: self = .veryNegative
        case -0.6 ..< -0.2: self = .negative
        case -0.2..<0.2: self = .neutral
        case 0.2..<0.6: self = .positive
        case 0.6...1: self = .veryPositive
        default: return nil
        }
    }
}
