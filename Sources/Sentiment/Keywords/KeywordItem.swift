/// Something in a text that the rules know: a phrase of the lexicon, a figure or a mark.
struct KeywordItem: Hashable {
    enum Kind: Hashable {
        case phrase(Lexicon.Kind)
        case figure
        case comma
        case stop
        case question
    }

    let kind: Kind
    let weight: Double
    /// The first token.
    let token: Int
    /// Behind the last token.
    let end: Int
    /// Which clause of the text it stands in, from 0.
    let clause: Int
    let sentence: Int
    /// Whether a direction or an end has used it up.
    var isSpent = false
    /// What it adds to the score.
    var value: Double = 0

    /// 1 for what is good when it rises, -1 for what is bad; `nil` for what cannot rise.
    var polarity: Double? {
        switch kind {
        case .phrase(.subject), .phrase(.thing): weight < 0 ? -1 : 1
        default: nil
        }
    }

    /// 1 for what goes up, -1 for what goes down; `nil` for everything else.
    var direction: Double? {
        switch kind {
        case .phrase(.up): 1
        case .phrase(.down): -1
        default: nil
        }
    }

    func isPhrase(_ kind: Lexicon.Kind) -> Bool { self.kind == .phrase(kind) }
}
