package import Bus
import Domain

/// Which alerts are open, and what has to be told of them: a plain value.
///
/// An alert is raised once, however often its rule is broken, and is over when things have been clearly better for a
/// while. A warning is kept back while a critical alert about the same thing is open. What cannot be measured neither
/// raises an alert nor ends one.
package struct AlertBook: Codable, Hashable, Sendable {
    /// How patient it is.
    package struct Settings: Hashable, Sendable {
        /// How long things have to be clearly better.
        package var resolveAfter: Duration = .seconds(60)
        /// After this long an open alert is told again.
        package var remindAfter: Duration = .seconds(4 * 3600)

        package init() {}
    }

    /// Resolved alerts that are kept.
    package static let resolvedMax = 100

    /// Oldest first.
    package private(set) var open: [Alert] = []
    /// Newest first.
    package private(set) var resolved: [Alert] = []

    package init() {}

    /// Takes measurements in.
    ///
    /// - Parameters:
    ///   - readings: what was measured; what is not there is missing.
    ///   - rules: when something is worth an alert.
    ///   - settings: how patient to be.
    ///   - now: when it was measured.
    ///   - makeID: names new alerts.
    /// - Returns: what has to be told, in order.
    package mutating func note(
        _ readings: [AlertQuantity: AlertReading],
        under rules: [AlertRule],
        settings: Settings,
        at now: Timestamp,
        makeID: () -> UUIDv7
    ) -> [AlertNews] {
        var news = endWithout(rules, at: now)
        // The critical ones first, so that warnings about the same thing know of them.
        for rule in rules.sorted(by: { $0.severity > $1.severity }) {
            guard case .value(let value, let detail)? = readings[rule.quantity], value.isFinite else { continue }
            if let place = open.firstIndex(where: { $0.rule == rule.name }) {
                news += follow(place, rule, value, detail, rules, settings, now)
            } else if rule.isBroken(by: value), !isCovered(rule, rules) {
                news.append(raise(rule, value, detail, makeID(), now))
            }
        }
        return news
    }

    private mutating func raise(
        _ rule: AlertRule,
        _ value: Double,
        _ detail: String?,
        _ id: UUIDv7,
        _ now: Timestamp
    ) -> AlertNews {
        let alert = Alert(
            id: id,
            rule: rule.name,
            severity: rule.severity,
            summary: rule.summary,
            threshold: rule.threshold,
            raisedAt: now,
            value: value,
            detail: detail,
            latest: value,
            toldAt: now
        )
        open.append(alert)
        return AlertNews(what: .raised, alert: alert, at: now)
    }

    private mutating func follow(
        _ place: Int,
        _ rule: AlertRule,
        _ value: Double,
        _ detail: String?,
        _ rules: [AlertRule],
        _ settings: Settings,
        _ now: Timestamp
    ) -> [AlertNews] {
        open[place].latest = value
        guard rule.isClear(at: value) else {
            open[place].clearSince = nil
            if let detail { open[place].detail = detail }
            return remind(place, rule, rules, settings, now)
        }
        let since = open[place].clearSince ?? now
        open[place].clearSince = since
        return since.duration(to: now) >= settings.resolveAfter ? [resolve(place, now)] : []
    }

    private mutating func remind(
        _ place: Int,
        _ rule: AlertRule,
        _ rules: [AlertRule],
        _ settings: Settings,
        _ now: Timestamp
    ) -> [AlertNews] {
        guard open[place].toldAt.duration(to: now) >= settings.remindAfter, !isCovered(rule, rules) else { return [] }
        open[place].toldAt = now
        return [AlertNews(what: .reminded, alert: open[place], at: now)]
    }

    private mutating func resolve(_ place: Int, _ now: Timestamp) -> AlertNews {
        var alert = open.remove(at: place)
        alert.resolvedAt = now
        resolved.insert(alert, at: 0)
        resolved.removeLast(max(0, resolved.count - AlertBook.resolvedMax))
        return AlertNews(what: .resolved, alert: alert, at: now)
    }

    /// Ends what belongs to rules that have been turned off.
    private mutating func endWithout(_ rules: [AlertRule], at now: Timestamp) -> [AlertNews] {
        let names = Set(rules.map(\.name))
        var news: [AlertNews] = []
        while let place = open.firstIndex(where: { !names.contains($0.rule) }) { news.append(resolve(place, now)) }
        return news
    }

    /// Whether something worse about the same thing is open.
    private func isCovered(_ rule: AlertRule, _ rules: [AlertRule]) -> Bool {
        rules.contains { other in
            other.quantity == rule.quantity && other.severity > rule.severity
                && open.contains { $0.rule == other.name }
        }
    }
}
