/// What amounts of money are called.
struct Money: Sendable {
    let one: String
    let many: String
    /// The hundredth part, where it has a name of its own.
    let cent: String?
    let cents: String?

    private init(_ one: String, _ many: String, _ cent: String? = nil, _ cents: String? = nil) {
        (self.one, self.many, self.cent, self.cents) = (one, many, cent, cents)
    }

    /// By the sign before a number.
    static let bySign: [String: Money] = [
        "$": dollar, "US$": usDollar, "A$": Money("Australian dollar", "Australian dollars", "cent", "cents"),
        "C$": Money("Canadian dollar", "Canadian dollars", "cent", "cents"),
        "HK$": Money("Hong Kong dollar", "Hong Kong dollars", "cent", "cents"),
        "€": euro, "£": pound, "¥": yen, "₿": Money("bitcoin", "bitcoin"), "₹": Money("rupee", "rupees"),
        "₩": Money("won", "won"),
    ]

    /// By the word behind a number.
    static let byWord: [String: Money] = [
        "dollars": dollar, "dollar": dollar, "USD": usDollar, "euros": euro, "euro": euro, "EUR": euro, "GBP": pound,
        "pounds": pound, "JPY": yen, "yen": yen,
    ]

    private static let dollar = Money("dollar", "dollars", "cent", "cents")
    private static let usDollar = Money("U S dollar", "U S dollars", "cent", "cents")
    private static let euro = Money("euro", "euros", "cent", "cents")
    private static let pound = Money("pound", "pounds", "penny", "pence")
    private static let yen = Money("yen", "yen")

    /// An amount with its name.
    ///
    /// Up to two decimals are cents: `67,250.50` is "sixty-seven thousand two hundred fifty dollars and fifty cents", and
    /// `0.05` "five cents". More of them are said one by one: `0.000123` is "zero point zero zero zero one two three
    /// dollars".
    ///
    /// - Parameters:
    ///   - number: what is written.
    ///   - magnitude: such as "billion", behind the number.
    /// - Returns: the words.
    func words(_ number: WrittenNumber, magnitude: String?) -> [String] {
        if let magnitude { return number.words + [magnitude] + spoken(many) }
        guard let cent, let cents, let decimals = number.decimals, decimals.count <= 2, let whole = number.wholeValue,
            !number.hasLeadingZeros,
            let parts = UInt64(decimals.count == 1 ? decimals + "0" : decimals)
        else { return number.words + spoken(number.isOne ? one : many) }
        let small = NumberWords.cardinal(parts) + [parts == 1 ? cent : cents]
        if whole == 0, parts > 0 { return small }
        let large = NumberWords.cardinal(whole) + spoken(whole == 1 ? one : many)
        return parts == 0 ? large : large + ["and"] + small
    }

    private func spoken(_ name: String) -> [String] { name.split(separator: " ").map(String.init) }
}
