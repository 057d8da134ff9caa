package import Bus
package import Domain

/// What a DeFi protocol holds on a chain, as a source told it at one moment.
package struct DefiProtocol: Hashable, Sendable {
    /// The source's short name of it, such as `aave-v3`; 1 to 200 bytes.
    package let slug: String
    /// Its name for people; 1 to 200 bytes.
    package let name: String
    /// Such as `Ethereum`, or whatever the source says where there are several; 1 to 200 bytes.
    package let chain: String
    /// Total value locked, in US dollars; `nil` where the source does not know.
    package let tvl: ExactDecimal?

    package init(slug: String, name: String, chain: String, tvl: ExactDecimal?) {
        self.slug = slug
        self.name = name
        self.chain = chain
        self.tvl = tvl
    }
}

/// All protocols that one answer of a source was about.
package struct DefiSnapshot: Hashable, Sendable {
    package let asOf: Timestamp
    /// In the order of their short names, where it was read.
    package let protocols: [DefiProtocol]

    package init(asOf: Timestamp, protocols: [DefiProtocol]) {
        self.asOf = asOf
        self.protocols = protocols
    }
}

/// What a protocol held on one chain at one moment.
package struct DefiPoint: Hashable, Sendable {
    package let asOf: Timestamp
    package let value: DefiProtocol
}

/// What all protocols held together at the end of a day in UTC.
package struct DefiDay: Hashable, Sendable {
    package struct Sum: Hashable, Sendable {
        /// Total value locked, in US dollars.
        package let tvl: ExactDecimal
        /// When that was: the last snapshot of the day.
        package let asOf: Timestamp
        /// How many figures were added up.
        package let count: Int
        /// Protocols of that snapshot whose figure nobody knew.
        package let unknownCount: Int
        /// What the source itself reckoned for all there are, also those that are not kept; `nil` when it did not say.
        package internal(set) var total: ExactDecimal?
    }

    /// The day's first moment.
    package let start: Timestamp
    /// `nil` for a day of which nothing is known.
    package let sum: Sum?
}

extension DefiDay.Sum {
    /// `nil` when no figure is known, or when their sum has too many digits.
    ///
    /// - Parameters:
    ///   - figures: those of one snapshot.
    ///   - asOf: when that was.
    ///   - total: what the source reckoned for all protocols.
    init?(_ figures: [ExactDecimal?], asOf: Timestamp, total: ExactDecimal? = nil) {
        let known = figures.compactMap { $0 }
        guard let first = known.first else { return nil }
        var sum = first
        for figure in known.dropFirst() {
            guard let next = sum.adding(figure) else { return nil }
            sum = next
        }
        self.init(
            tvl: sum,
            asOf: asOf,
            count: known.count,
            unknownCount: figures.count - known.count,
            total: total
        )
    }
}
