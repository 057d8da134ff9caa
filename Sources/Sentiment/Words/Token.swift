/// A word, a figure or a mark of a text.
struct Token: Hashable {
    enum Kind: UInt8 {
        case word
        /// A word behind `$`, such as `$BTC`.
        case ticker
        case figure
        case emoji
        /// Ends a sentence.
        case stop
        case question
        /// Parts two clauses: a comma, a colon, a dash, a parenthesis.
        case comma
    }

    var kind: Kind
    /// Of the lower-case bytes; 0 for figures and marks.
    var hash: UInt64 = 0
    /// Of the first letters of a long word, which its other forms share.
    var stem: UInt64 = 0
    /// Of a figure, with `million` and the like multiplied in.
    var value: Double = 0
    var isPercent = false
    var isMoney = false
    /// Whether a unit of size such as `million` stands with it.
    var isScaled = false
    /// 1 or -1 for a figure that is written with a sign, otherwise 0.
    var sign: Int8 = 0
    /// Whether there are digits behind a point, or groups of thousands.
    var isPrecise = false

    init(_ kind: Kind) { self.kind = kind }

    /// Whether it is rather the name of a year than an amount.
    var isYear: Bool {
        kind == .figure && !isPercent && !isMoney && !isScaled && !isPrecise && value >= 1900 && value < 2100
    }

    /// Whether two such figures can be compared: percent with percent, amounts with amounts.
    var isAmount: Bool { kind == .figure && !isYear }
}
