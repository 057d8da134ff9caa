package import Domain

/// How figures are said: the words that take the place of symbols and digits that a voice would stumble over.
package enum SpeechText {
    /// The name of what is traded; its code where no name is known.
    static func asset(_ pair: TradingPair) -> String {
        switch pair.base {
        case "BTC": "Bitcoin"
        case "ETH": "Ether"
        case "SOL": "Solana"
        default: pair.base
        }
    }

    /// A price with its currency, rounded to what can be heard.
    ///
    /// - Parameters:
    ///   - price: the amount.
    ///   - pair: tells the currency.
    ///   - symbol: the provider's own name of the market. One that ends in Tether's code is not a price in dollars, and
    ///     is not said as one.
    /// - Returns: such as `64,250.12 dollars`.
    package static func price(_ price: Price, _ pair: TradingPair, symbol: String) -> String {
        let isSmall = price.amount.magnitude < ExactDecimal(1)
        return "\(number(price.amount.rounded(toScale: isSmall ? 6 : 2))) \(currency(pair, symbol: symbol))"
    }

    private static func currency(_ pair: TradingPair, symbol: String) -> String {
        switch pair.quote {
        case "USD" where symbol.hasSuffix("USDT"): "Tether dollars"
        case "USD": "dollars"
        case "EUR": "euros"
        case "GBP": "pounds"
        default: pair.quote
        }
    }

    /// Digits in groups of three, cents in full.
    static func number(_ value: ExactDecimal) -> String {
        let parts = value.magnitude.description.split(separator: ".")
        var whole = ""
        let digits = parts.first.map(String.init) ?? "0"
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { whole.append(",") }
            whole.append(digit)
        }
        var text = value.isNegative ? "minus \(whole)" : whole
        if parts.count == 2 { text += ".\(parts[1].count == 1 ? parts[1] + "0" : parts[1])" }
        return text
    }

    /// `up 1.25 percent`, `down 0.4 percent` or `unchanged`.
    package static func change(_ percent: ExactDecimal) -> String {
        let rounded = percent.rounded(toScale: 2)
        if rounded.isZero { return "unchanged" }
        return "\(rounded.isNegative ? "down" : "up") \(rounded.magnitude) percent"
    }

    /// The name of whoever told something.
    static func provider(_ source: String) -> String {
        // Another address of an exchange, such as `binance-2`, is still the exchange; and a number would be no fact.
        let number = source.reversed().prefix { $0.isASCII && $0.isNumber }.count
        let isNumbered = number > 0 && source.dropLast(number).hasSuffix("-")
        let name = isNumbered ? String(source.dropLast(number + 1)) : source
        return switch name {
        case "binance": "Binance"
        case "kraken": "Kraken"
        case "coinbase": "Coinbase"
        case "alternative": "Alternative.me"
        case "coindesk": "CoinDesk"
        case "cointelegraph": "Cointelegraph"
        case "decrypt": "Decrypt"
        case "theblock": "The Block"
        case "bitcoinmagazine": "Bitcoin Magazine"
        default: name
        }
    }

    /// Somebody else's words with the signs spoken that titles are full of: amounts in dollars, and "and".
    ///
    /// Other signs stay, and keep the text off the air.
    static func plain(_ text: String) -> String {
        let words = text.replacing("\u{2019}", with: "'").replacing("&", with: " and ").split(separator: " ")
        return words.map { dollars(in: $0) }.joined(separator: " ")
    }

    /// Such as `1.2 billion dollars` of `$1.2B,`.
    private static func dollars(in word: Substring) -> String {
        guard word.hasPrefix("$") else { return String(word) }
        let digits = word.dropFirst().prefix { $0.isASCII && $0.isNumber || ".,".contains($0) }
        // What ends a sentence is no part of the amount.
        let amount = digits.reversed().drop { ".,".contains($0) }.reversed()
        guard amount.first?.isNumber == true else { return String(word) }
        let rest = word.dropFirst(1 + amount.count)
        let scale = rest.prefix { $0.isLetter }
        let name: String
        switch scale.uppercased() {
        case "": name = ""
        case "K": name = " thousand"
        case "M", "MN": name = " million"
        case "B", "BN": name = " billion"
        case "T": name = " trillion"
        default: return String(word)
        }
        return "\(String(amount))\(name) dollars\(rest.dropFirst(scale.count))"
    }
}
