package import Bus
package import Credits
package import LLM

/// What calls cost those who make them, by model.
package struct ChatPrices: Hashable, Sendable {
    package struct Price: Hashable, Sendable {
        package let credits: CreditPrice
        /// Under which name the ledger keeps it.
        package let source: CreditSource
        /// What it has been since when; `nil` where that is not known, and everybody pays the same.
        package let history: PriceHistory?

        package init(_ credits: CreditPrice, source: CreditSource, history: PriceHistory? = nil) {
            self.credits = credits
            self.source = source
            self.history = history
        }
    }

    private let prices: [ModelTarget: Price]

    package init(_ prices: [ModelTarget: Price]) { self.prices = prices }

    package subscript(target: ModelTarget) -> Price? { prices[target] }

    /// What they are for a subscriber, who is told of a rise some time before it applies.
    ///
    /// - Parameters:
    ///   - joined: since when they are here.
    ///   - notice: how long before.
    ///   - now: when they pay.
    /// - Returns: prices of the same models, none of them higher.
    package func forSubscriber(since joined: Timestamp, notice: Duration, at now: Timestamp) -> ChatPrices {
        guard prices.values.contains(where: { $0.history?.earlier.isEmpty == false }) else { return self }
        return ChatPrices(
            prices.mapValues { price in
                guard let history = price.history else { return price }
                let credits = history.price(notice: notice, joined: joined, at: now)
                return Price(credits, source: price.source, history: history)
            }
        )
    }

    /// The most that a call can cost, whoever of these answers.
    ///
    /// - Parameters:
    ///   - models: those that may be asked.
    ///   - input: tokens of the request.
    ///   - output: the most tokens of the answer.
    /// - Returns: credits; `nil` when one of them has no price.
    func most(of models: [ModelCatalogue.Model], input: Int, output: Int) -> Int64? {
        var most: Int64 = 0
        for model in models {
            guard let price = prices[model.target] else { return nil }
            most = max(most, price.credits.charge(input: input, output: min(output, model.outputTokensMax)))
        }
        return most
    }

    /// What an answer costs that was given before: the least of a call.
    func charge(forCached report: CallReport) -> ChatCharge? {
        guard let target = report.contributions.last?.target, let price = prices[target] else { return nil }
        return ChatCharge(credits: price.credits.minimum, inputTokens: 0, outputTokens: 0, source: price.source)
    }

    /// What an answer costs, each who has given to it at their price, and the least of a call once.
    ///
    /// - Parameters:
    ///   - contributions: who has given what.
    ///   - inputEstimate: the tokens of the request, for those who have not counted them.
    /// - Returns: the charge; `nil` when nobody has given anything.
    func charge(for contributions: [Contribution], inputEstimate: Int) -> ChatCharge? {
        guard let last = contributions.last else { return nil }
        var (credits, input, output) = (Int64(0), 0, 0)
        for (index, contribution) in contributions.enumerated() {
            guard let price = prices[contribution.target]?.credits else { continue }
            let billed = contribution.billed(inputEstimate: inputEstimate)
            input += billed.input
            output += billed.output
            credits += price.charge(input: billed.input, output: billed.output) - (index > 0 ? price.minimum : 0)
        }
        return ChatCharge(
            credits: credits,
            inputTokens: input,
            outputTokens: output,
            source: prices[last.target]?.source ?? .local
        )
    }
}

/// What there is to be paid for an answer.
package struct ChatCharge: Hashable, Sendable {
    package var credits: Int64
    package let inputTokens: Int
    package let outputTokens: Int
    package let source: CreditSource
}
