import Bus
import Domain
import Store

extension CreditDesk {
    /// How long prices are remembered that are over: as long as any notice may be, and a day.
    private static let pricesKeptFor: Duration = .seconds(366 * 86_400)
    /// Prices that are read: many more than there are changes in a year.
    private static let pricesMax = 10_000

    /// Writes down what the models cost from now on, and announces what has changed since the last time.
    ///
    /// A model that was never seen before is not announced.
    /// - Parameters:
    ///   - models: each once.
    ///   - notice: how long before subscribers are told of a rise, for the announcement.
    /// - Returns: what each of them has cost since when, and what has changed.
    /// - Throws: `CreditError.store`.
    package func keepPrices(
        _ models: [PricedModel],
        notice: Duration
    ) async throws(CreditError) -> (histories: [PricedModel.Key: PriceHistory], changes: [PriceChange]) {
        let models = models.sorted { $0.key < $1.key }
        return try await commit { transaction in
            let now = transaction.now
            let old = now.advanced(by: .zero - CreditDesk.pricesKeptFor)
            try transaction.execute(CreditSQL.forgetPrices, [SQLValue(old)])
            var known = CreditDesk.histories(
                try transaction.rows(CreditSQL.prices, [SQLValue(CreditDesk.pricesMax)], limit: CreditDesk.pricesMax)
            )
            var histories: [PricedModel.Key: PriceHistory] = [:]
            var changes: [PriceChange] = []
            for model in models {
                var history = known.removeValue(forKey: model.key)
                if let last = history?.current.price, last != model.price {
                    let since = history?.change(to: model.price, at: now) ?? now
                    let change = PriceChange(model: model, old: last, at: since)
                    try CreditDesk.save(model, since: since, &transaction)
                    try transaction.append(CreditPriceChanged(change, notice: notice))
                    changes.append(change)
                } else if history == nil {
                    try CreditDesk.save(model, since: now, &transaction)
                }
                histories[model.key] = history ?? PriceHistory(model.price, since: now)
            }
            return (histories, changes)
        }
    }

    private static func save(
        _ model: PricedModel,
        since: Timestamp,
        _ transaction: inout Transaction
    ) throws(StoreError) {
        try transaction.execute(
            CreditSQL.savePrice,
            [
                .text(model.key.provider), .text(model.key.model), SQLValue(since),
                .integer(model.price.perInputMilli), .integer(model.price.perOutputMilli),
                .integer(model.price.minimum),
            ]
        )
    }

    private static func histories(_ rows: [SQLRow]) -> [PricedModel.Key: PriceHistory] {
        var steps: [PricedModel.Key: [PriceHistory.Step]] = [:]
        for row in rows {
            guard let provider = row[0].text, let model = row[1].text, let step = PriceHistory.Step(row) else {
                continue
            }
            steps[PricedModel.Key(provider: provider, model: model), default: []].append(step)
        }
        return steps.compactMapValues { PriceHistory($0) }
    }
}

extension CreditPriceChanged {
    fileprivate init(_ change: PriceChange, notice: Duration) {
        self.init(
            name: change.model.name,
            provider: change.model.key.provider,
            model: change.model.key.model,
            old: Price(change.old),
            new: Price(change.model.price),
            appliesAt: change.at,
            subscribersAt: change.isRise ? change.at.advanced(by: notice) : change.at
        )
    }
}

extension CreditPriceChanged.Price {
    fileprivate init(_ price: CreditPrice) {
        self.init(input: price.perInput, output: price.perOutput, call: price.minimum)
    }
}
