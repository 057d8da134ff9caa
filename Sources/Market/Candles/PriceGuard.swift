package import Bus
package import Domain
import Glibc

/// Holds back prices that are far off until somebody confirms them.
///
/// Large moves are real in this market, so size alone refuses nothing. A price is suspect when it is many times farther
/// from the latest ones than they are from each other, and another source disagrees as well. It is held back; the next
/// price of its source either confirms it, or shows that it was a slip.
package struct PriceGuard: Sendable {
    package struct Settings: Hashable, Sendable {
        /// How many deviations are far.
        package var deviationsMax = 8.0
        /// How far another source's price may be off, as a share of it.
        package var disagreementMax = 0.01
        /// How much the deviation of one step counts against that of all before it.
        package var smoothing = 0.06
        /// How long a price is held back for want of a second one.
        package var patience: Duration = .seconds(15)
        /// How old another source's price may be to be asked for its opinion.
        package var opinionAgeMax: Duration = .seconds(60)

        package init() {}
    }

    package enum Verdict: Hashable, Sendable {
        case sound
        /// It is held back, for now.
        case held
        /// It confirms the one that was held back, which was sound then.
        case confirms(Price)
        /// It shows that the one that was held back was a slip.
        case refutes(Price)
    }

    private struct Held {
        let price: Price
        let since: Timestamp
    }

    private let settings: Settings
    /// The latest sound ones, the newest last.
    private var recent: [Double] = []
    private var variance: Double?
    private var held: Held?
    private static let recentCount = 5

    package init(settings: Settings = Settings()) { self.settings = settings }

    /// Looks at the next price of a source.
    ///
    /// - Parameters:
    ///   - price: above zero; anything else is not this type's business and counts as sound.
    ///   - time: when it was so.
    ///   - opinion: another source's latest price, and of when it is.
    /// - Returns: what becomes of it, and of the one that was held back until now.
    package mutating func look(
        at price: Price,
        at time: Timestamp,
        besides opinion: (price: Price, time: Timestamp)? = nil
    ) -> Verdict {
        let value = price.amount.double
        guard value > 0, value.isFinite else { return .sound }
        if let held {
            self.held = nil
            let isPatient = held.since.duration(to: time) <= settings.patience
            // Nearer to the held one than to those before it.
            let wasReal = isPatient && abs(log(value / held.price.amount.double)) < abs(log(value / median))
            if wasReal {
                note(held.price.amount.double)
                note(value)
                return .confirms(held.price)
            }
            note(value)
            return .refutes(held.price)
        }
        guard isFar(value), disagrees(value, opinion, at: time) else {
            note(value)
            return .sound
        }
        held = Held(price: price, since: time)
        return .held
    }

    private var median: Double { recent.sorted()[recent.count / 2] }

    private func isFar(_ value: Double) -> Bool {
        guard recent.count == PriceGuard.recentCount, let variance, variance > 0 else { return false }
        // Where the price has stood still, every step is many deviations.
        return abs(log(value / median)) > max(settings.deviationsMax * variance.squareRoot(), settings.disagreementMax)
    }

    /// Nobody to ask is no confirmation.
    private func disagrees(_ value: Double, _ opinion: (price: Price, time: Timestamp)?, at time: Timestamp) -> Bool {
        guard let opinion, opinion.time.duration(to: time) <= settings.opinionAgeMax else { return true }
        let other = opinion.price.amount.double
        guard other > 0 else { return true }
        return abs(value / other - 1) > settings.disagreementMax
    }

    private mutating func note(_ value: Double) {
        if let last = recent.last {
            let step = log(value / last)
            variance = variance.map { $0 + settings.smoothing * (step * step - $0) } ?? step * step
        }
        recent.append(value)
        if recent.count > PriceGuard.recentCount { recent.removeFirst() }
    }
}
