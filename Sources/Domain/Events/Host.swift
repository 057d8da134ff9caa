package import Bus

/// A host said something on the air.
///
/// The text is plain speech. Every figure in it stands in `facts`, with where it came from and when it held.
package struct HostSpoke: DataEvent, DocumentedEvent, Hashable {
    package static let topic: Topic = "segment.host.spoke"
    package static let summary = "A host said something on the air."
    package let host: String
    package let text: String
    package let kind: SegmentKind
    package let energy: Energy
    /// The approved template that the text was made from; absent for text of a model.
    package let template: String?
    /// What the segment talks about.
    package let symbols: [TradingPair]
    package let facts: [SpokenFact]
    /// The part of the hour that it belongs to; absent for what stands outside of it, such as an operator's words.
    package let part: ShowPart?

    package init(
        host: String,
        text: String,
        kind: SegmentKind,
        energy: Energy,
        template: String?,
        symbols: [TradingPair],
        facts: [SpokenFact],
        part: ShowPart? = nil
    ) {
        self.host = host
        self.text = text
        self.kind = kind
        self.energy = energy
        self.template = template
        self.symbols = symbols
        self.facts = facts
        self.part = part
    }
}

/// Where the words of a segment come from.
package enum SegmentKind: String, Codable, Hashable, Sendable, CaseIterable {
    /// A language model wrote them.
    case live
    /// An approved template, because no model answered.
    case fallback
    /// An operator said it through the station.
    case `operator`
}

/// How lively the host speaks; follows the station's hour.
package enum Energy: String, Codable, Hashable, Sendable, CaseIterable {
    case peak
    case afternoon
    case evening
    case night
    case normal

    /// The energy of an hour of the day, 0 to 23, in the station's own time zone.
    package init(hour: Int) {
        self =
            switch hour {
            case 6..<9: .peak
            case 14..<16: .afternoon
            case 20..<23: .evening
            case 23, 0..<6: .night
            default: .normal
            }
    }
}

/// One figure that was said on the air.
package struct SpokenFact: Codable, Hashable, Sendable {
    package enum Quantity: String, Codable, Hashable, Sendable, CaseIterable {
        case price
        /// Percent over the last 24 hours.
        case change24h = "change_24h"
        case high24h = "high_24h"
        case low24h = "low_24h"
        /// The last price of a candle.
        case close
        /// Percent from the opening to the last price of a candle.
        case candleChange = "candle_change"
        /// Percent that people on X speak of; said by them and measured by nobody.
        case trendChange = "trend_change"
        /// The index of fear and greed, 0 to 100.
        case fearGreed = "fear_greed"
        /// What the scores of the news come to, -1 to 1.
        case newsMood = "news_mood"
    }

    /// What it is about; absent for a figure of the whole market.
    package let pair: TradingPair?
    package let quantity: Quantity
    /// The exact value; the text may round it.
    package let value: ExactDecimal
    package let source: String
    package let asOf: Timestamp

    package init(pair: TradingPair?, quantity: Quantity, value: ExactDecimal, source: String, asOf: Timestamp) {
        self.pair = pair
        self.quantity = quantity
        self.value = value
        self.source = source
        self.asOf = asOf
    }
}
