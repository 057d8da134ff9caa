package import Bus

/// A model and what it costs.
package struct PricedModel: Hashable, Sendable {
    /// Which model, whatever clients call it.
    package struct Key: Hashable, Sendable, Comparable {
        package let provider: String
        /// What the provider calls it.
        package let model: String

        package init(provider: String, model: String) {
            self.provider = provider
            self.model = model
        }

        package static func < (left: Key, right: Key) -> Bool {
            (left.provider, left.model) < (right.provider, right.model)
        }
    }

    package let key: Key
    /// What clients call it.
    package let name: String
    package let price: CreditPrice

    package init(_ key: Key, name: String, price: CreditPrice) {
        self.key = key
        self.name = name
        self.price = price
    }
}

/// A model costs something else from now on.
package struct PriceChange: Hashable, Sendable {
    package let model: PricedModel
    package let old: CreditPrice
    package let at: Timestamp

    /// Whether any part of the price has risen.
    package var isRise: Bool { model.price.least(with: old) != model.price }
}
