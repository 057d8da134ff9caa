package import Domain

/// A text that has been approved for the air, with places for measured figures.
package struct HostTemplate: Hashable, Sendable {
    /// What a text needs to be true.
    package enum Need: String, Hashable, Sendable, CaseIterable {
        /// Nothing: it holds at any time.
        case nothing
        /// That there is no fresh price.
        case noPrices
        /// One fresh price.
        case price
        /// One fresh price whose source tells the change over 24 hours.
        case change
        /// One fresh price whose source tells the extremes of 24 hours.
        case range
        /// Two fresh prices.
        case twoPrices
        /// What people on X say about a symbol; the text has to say that it is theirs.
        case trend
        /// The index of fear and greed.
        case index
        /// What the news come to.
        case mood
        /// A piece of news; the text has to say whose it is.
        case headline
        /// A recorded candle; the text has to say its date.
        case history
        /// That the host leaves and another one takes over.
        case handover
        /// That the host has just taken over.
        case takeover

        /// Whether it is about the whole market, or what people say, and no price.
        var isAside: Bool {
            switch self {
            case .trend, .index, .mood, .headline: true
            case .nothing, .noPrices, .price, .change, .range, .twoPrices, .history, .handover, .takeover: false
            }
        }
    }

    /// Kept for good: archives name it.
    package let id: String
    package let need: Need
    /// The hours that it fits.
    package let energies: Set<Energy>
    /// Plain speech; what stands in braces is filled in.
    package let text: String

    package init(_ id: String, _ need: Need, in energies: Set<Energy> = Set(Energy.allCases), _ text: String) {
        self.id = id
        self.need = need
        self.energies = energies
        self.text = text
    }

    /// Whether it needs nothing but the time, so that it can be said anew each minute.
    var isTimed: Bool { (need == .nothing || need == .noPrices) && text.contains("{now}") }
}
