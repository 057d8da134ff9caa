package import Bus

/// What a model has cost since when: a plain value.
///
/// Everybody pays the newest price, but subscribers are told of a rise some time before it reaches them: they pay the
/// least of all prices that were in force within that time. So what falls is theirs at once, and several rises reach them
/// one after the other. The parts of a price (input, output, each call) are looked at one by one.
package struct PriceHistory: Hashable, Sendable {
    package struct Step: Hashable, Sendable {
        package let since: Timestamp
        package let price: CreditPrice

        package init(since: Timestamp, price: CreditPrice) {
            self.since = since
            self.price = price
        }
    }

    /// Before the current one, the oldest first.
    package private(set) var earlier: [Step]
    package private(set) var current: Step

    /// - Parameters:
    ///   - price: the only one that there has been.
    ///   - since: from when on.
    package init(_ price: CreditPrice, since: Timestamp) {
        earlier = []
        current = Step(since: since, price: price)
    }

    /// `nil` when there are no steps.
    ///
    /// - Parameter steps: in any order.
    package init?(_ steps: some Sequence<Step>) {
        var steps = steps.sorted { $0.since < $1.since }
        guard let last = steps.popLast() else { return nil }
        (earlier, current) = (steps, last)
    }

    /// Notes another price.
    ///
    /// - Returns: since when it is in force: never before the one that it follows, whatever the clock says.
    @discardableResult
    package mutating func change(to price: CreditPrice, at time: Timestamp) -> Timestamp {
        let since = max(time, current.since)
        // One that was in force for no time at all was nobody's.
        if since > current.since { earlier.append(current) }
        current = Step(since: since, price: price)
        return since
    }

    /// What somebody pays who is told of rises some time before.
    ///
    /// - Parameters:
    ///   - notice: how long before; no time for whoever pays the newest price.
    ///   - joined: since when they are here: prices of before were never theirs.
    ///   - now: when they pay.
    /// - Returns: the price, which may be put together of parts of several.
    package func price(notice: Duration, joined: Timestamp, at now: Timestamp) -> CreditPrice {
        let start = max(now.advanced(by: .zero - notice), joined)
        var price = current.price
        // The ends are in order, so the first that was over by then ends the search.
        for (place, step) in earlier.enumerated().reversed() {
            guard end(of: place) > start else { break }
            price = price.least(with: step.price)
        }
        return price
    }

    /// From when on even those who have been here longest pay the current price in full; `nil` when they do now.
    package func noticeEnd(_ notice: Duration, at now: Timestamp) -> Timestamp? {
        let place = earlier.lastIndex { current.price.least(with: $0.price) != current.price }
        guard let place else { return nil }
        let end = end(of: place).advanced(by: notice)
        return end > now ? end : nil
    }

    /// When an earlier price was over.
    private func end(of place: Int) -> Timestamp {
        place + 1 < earlier.count ? earlier[place + 1].since : current.since
    }
}

extension CreditPrice {
    /// The least of two, part by part.
    package func least(with other: CreditPrice) -> CreditPrice {
        CreditPrice(
            perInputMilli: min(perInputMilli, other.perInputMilli),
            perOutputMilli: min(perOutputMilli, other.perOutputMilli),
            minimum: min(minimum, other.minimum)
        )
    }
}
