import Actors
import Bus
import Domain
import Jobs

/// What is sent to a hook: the body of the request.
struct AlertMessage: Codable, Hashable, Sendable {
    /// `raised`, `reminded` or `resolved`.
    let event: AlertNews.What
    /// The same for all that is sent about one alert.
    let alert: UUIDv7
    let rule: String
    let severity: AlertSeverity
    /// All of it in one line, for hooks that show only that.
    let text: String
    let summary: String
    /// What was measured when it was raised.
    let value: Double
    /// What was measured last.
    let latest: Double
    let threshold: Double
    let detail: String?
    let raisedAt: Timestamp
    let resolvedAt: Timestamp?
    let station: String
    let host: String

    enum CodingKeys: String, CodingKey {
        case event, alert, rule, severity, text, summary, value, latest, threshold, detail, station, host
        case raisedAt = "raised_at"
        case resolvedAt = "resolved_at"
    }

    init(_ news: AlertNews, station: String, host: String) {
        let alert = news.alert
        event = news.what
        self.alert = alert.id
        rule = alert.rule
        severity = alert.severity
        summary = alert.summary
        value = alert.value
        latest = alert.latest
        threshold = alert.threshold
        detail = alert.detail
        raisedAt = alert.raisedAt
        resolvedAt = alert.resolvedAt
        self.station = station
        self.host = host
        let word = news.what == .resolved ? "resolved" : alert.severity.rawValue
        let what = alert.detail.map { " (\($0))" } ?? ""
        text = "[\(word)] \(station): \(alert.summary)\(what)"
    }
}

/// The job that sends a message to one hook.
struct SendAlert: Job {
    static let kind = "send-alert"
    static let queue: QueueName = "alerts"
    static let priority = 0
    /// With the waits between them about an hour.
    static let attemptMax = 14

    /// Which hook, by a hash: an address may be a secret of its own, and jobs can be looked at.
    let hook: String
    let message: AlertMessage
}
