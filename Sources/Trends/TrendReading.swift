package import Domain
import JSON

/// What a model's answer says, as far as it can be believed: every field is looked at, and everything has a bound.
package struct TrendReading: Hashable, Sendable {
    /// Why an entry is left out.
    package enum Fault: String, Codable, Hashable, Sendable, CaseIterable {
        /// It is no object.
        case shape
        case symbol
        case sentiment
        case change
        case snippet
        case link
        /// Its symbol stands in the list already.
        case repeated
        /// There are enough without it.
        case surplus
    }

    package static let entriesMax = 10
    /// No answer has reason to be longer, in bytes.
    package static let bytesMax = 256 * 1024
    /// Percent that anybody may speak of: nothing falls by more than all of it.
    package static let changes = ExactDecimal(-100)...ExactDecimal(10_000)

    package private(set) var entries: [Trend] = []
    /// How many were left out, by the reason.
    package private(set) var dropped: [Fault: Int] = [:]

    package var droppedCount: Int { dropped.values.reduce(0, +) }

    /// - Parameter answer: one JSON object with a list `trends`, also with words or a fence around it; `nil` comes of
    ///   anything else.
    package init?(_ answer: String) {
        guard answer.utf8.count <= TrendReading.bytesMax, let body = TrendReading.object(in: answer),
            let list = body["trends"]?.array
        else { return nil }
        for value in list { take(value) }
    }

    /// From the first brace to the last.
    private static func object(in answer: String) -> JSONValue? {
        let bytes = Array(answer.utf8)
        guard let first = bytes.firstIndex(of: UInt8(ascii: "{")), let last = bytes.lastIndex(of: UInt8(ascii: "}")),
            first < last
        else { return nil }
        do throws(JSONSyntaxError) {
            return try JSONValue(parsing: bytes[first...last], depthMax: 8)
        } catch {
            return nil
        }
    }

    private mutating func take(_ value: JSONValue) {
        guard entries.count < TrendReading.entriesMax else { return drop(.surplus) }
        do throws(Rejection) {
            let entry = try TrendReading.entry(value)
            guard !entries.contains(where: { $0.symbol == entry.symbol }) else { return drop(.repeated) }
            entries.append(entry)
        } catch {
            drop(error.fault)
        }
    }

    private mutating func drop(_ fault: Fault) { dropped[fault, default: 0] += 1 }

    // MARK: One entry

    private struct Rejection: Error {
        let fault: Fault
    }

    private static func entry(_ value: JSONValue) throws(Rejection) -> Trend {
        guard value.object != nil else { throw Rejection(fault: .shape) }
        guard let symbol = symbol(value["symbol"]) else { throw Rejection(fault: .symbol) }
        guard let sentiment = value["sentiment"]?.string.flatMap(SentimentLabel.init) else {
            throw Rejection(fault: .sentiment)
        }
        guard let change = change(value["change_percent"]) else { throw Rejection(fault: .change) }
        guard let snippet = value["snippet"]?.string.flatMap(TrendText.snippet) else {
            throw Rejection(fault: .snippet)
        }
        guard let link = value["link"]?.string.flatMap(TrendText.link) else { throw Rejection(fault: .link) }
        return Trend(symbol: symbol, sentiment: sentiment, changePercent: change, snippet: snippet, link: link)
    }

    /// `$btc` is `BTC`.
    private static func symbol(_ value: JSONValue?) -> String? {
        guard let text = value?.string, text.utf8.count <= 32, text.allSatisfy(\.isASCII) else { return nil }
        let code = text.trimmingPrefix("$").uppercased()
        guard let pair = TradingPair(base: code, quote: "USD"), code.contains(where: \.isLetter) else { return nil }
        return pair.base
    }

    private static func change(_ value: JSONValue?) -> ExactDecimal? {
        let number: ExactDecimal?
        switch value {
        case .int(let whole): number = ExactDecimal(Int(whole))
        case .double(let double): number = ExactDecimal("\(double)")
        default: number = nil
        }
        guard let number, changes.contains(number) else { return nil }
        return number.rounded(toScale: 2)
    }
}
