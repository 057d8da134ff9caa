import Domain

/// The band of prices at the bottom.
package struct PriceTicker: Hashable, Sendable {
    package enum StalePolicy: String, Codable, Hashable, Sendable {
        case leftOut
        /// In another colour, with the age in place of the change.
        case shownWithAge
    }

    /// What the figures are, such as `Spot · 24 h`.
    package let title: ShownText
    /// One for each pair.
    package let rows: [PriceRow]
    package let whenStale: StalePolicy

    package static let rowsMax = 40

    /// - Parameters:
    ///   - title: what the figures are.
    ///   - rows: the first 40 pairs are kept, and of each pair the first row.
    ///   - whenStale: what becomes of a figure that is older than its limit.
    package init(title: ShownText = "", rows: [PriceRow] = [], whenStale: StalePolicy = .leftOut) {
        self.title = title
        var seen: Set<String> = []
        var kept: [PriceRow] = []
        for row in rows where kept.count < PriceTicker.rowsMax && seen.insert(row.pair.text).inserted {
            kept.append(row)
        }
        self.rows = kept
        self.whenStale = whenStale
    }
}

extension PriceTicker: Codable {
    private enum CodingKeys: CodingKey {
        case title
        case rows
        case whenStale
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            title: try container.decode(ShownText.self, forKey: .title),
            rows: try container.decode([PriceRow].self, forKey: .rows),
            whenStale: try container.decode(StalePolicy.self, forKey: .whenStale)
        )
    }
}
