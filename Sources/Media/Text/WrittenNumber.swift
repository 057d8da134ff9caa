/// A number as it stands in a text: with a sign, a currency, thousands, decimals, a magnitude or a unit.
///
/// A pure value; it knows what was written, not how it is said.
struct WrittenNumber: Hashable, Sendable {
    enum Sign: Hashable, Sendable {
        case plus, minus, plusOrMinus, about, above, below
    }

    var sign: Sign?
    /// What stood before the digits: `$`, `€`, `US$`.
    var currency: String?
    /// Without separators; never empty.
    var whole: String
    /// The digits behind the point; `nil` without a point.
    var decimals: String?
    /// What stands right behind the digits: `B`, `h`, `th`, `%`, or nothing.
    var suffix: String

    private static let currencies = ["US$", "A$", "C$", "HK$", "$", "€", "£", "¥", "₿", "₹", "₩"]
    private static let suffixMax = 5

    /// Reads a word that is one number and nothing else.
    ///
    /// - Returns: `nil` when it is anything else.
    init?(_ text: some StringProtocol) {
        var rest = Substring(text)
        var sign = Self.takeSign(&rest)
        currency = Self.currencies.first { rest.hasPrefix($0) }
        if let currency { rest.removeFirst(currency.count) }
        if sign == nil, currency != nil { sign = Self.takeSign(&rest) }
        self.sign = sign

        let digits = rest.prefix { $0.isASCIIDigit || $0 == "," }
        let isBarePoint = digits.isEmpty && rest.first == "."
        guard let whole = isBarePoint ? "0" : Self.withoutSeparators(digits) else { return nil }
        self.whole = whole
        rest = rest[digits.endIndex...]
        decimals = nil
        if rest.first == ".", let next = rest.dropFirst().first, next.isASCIIDigit {
            let found = rest.dropFirst().prefix(while: \.isASCIIDigit)
            decimals = String(found)
            rest = rest[found.endIndex...]
        } else if isBarePoint {
            return nil
        }
        guard rest.count <= Self.suffixMax, rest.allSatisfy({ $0.isLetter || $0 == "%" || $0 == "‰" || $0 == "°" })
        else {
            return nil
        }
        suffix = String(rest)
    }

    private static func takeSign(_ text: inout Substring) -> Sign? {
        guard let first = text.first else { return nil }
        let sign: Sign? =
            switch first {
            case "+": .plus
            case "-", "−", "–": .minus
            case "±": .plusOrMinus
            case "~", "≈": .about
            case ">": .above
            case "<": .below
            default: nil
            }
        if sign != nil { text.removeFirst() }
        return sign
    }

    /// `67,250` without its comma; `nil` where the commas do not part thousands.
    private static func withoutSeparators(_ text: Substring) -> String? {
        let groups = text.split(separator: ",", omittingEmptySubsequences: false)
        guard let first = groups.first, !first.isEmpty else { return nil }
        if groups.count > 1 {
            guard first.count <= 3, groups.dropFirst().allSatisfy({ $0.count == 3 }) else { return nil }
        }
        return groups.joined()
    }

    /// The whole part; `nil` when it is too large to be said as one number.
    var wholeValue: UInt64? { whole.count <= 18 ? UInt64(whole) : nil }

    var isZero: Bool { whole.allSatisfy { $0 == "0" } && (decimals ?? "").allSatisfy { $0 == "0" } }

    /// Whether it is written like the number of a thing: `007`.
    var hasLeadingZeros: Bool { whole.count > 1 && whole.first == "0" }

    // MARK: As words

    /// The number alone, without sign, currency and suffix.
    var words: [String] {
        let decimalWords = decimals.map { ["point"] + NumberWords.decimals($0) } ?? []
        guard let value = wholeValue, !hasLeadingZeros else { return NumberWords.digits(whole) + decimalWords }
        return NumberWords.cardinal(value) + decimalWords
    }

    var isOne: Bool { whole == "1" && decimals == nil }
}

extension Character {
    var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
