/// Why a text is not a cron expression: the field, the offending text, and what would be allowed.
package struct CronError: Error, Hashable, Sendable, CustomStringConvertible {
    /// `minute`, `hour`, `day of month`, `month`, `day of week`, or `expression` for the whole.
    package let field: String
    /// What was found, cut to a readable length.
    package let text: String
    /// What would have been allowed, such as `0-59`.
    package let allowed: String

    init(field: String, text: some StringProtocol, allowed: String) {
        self.field = field
        self.text = text.count > 60 ? "\(text.prefix(60))…" : String(text)
        self.allowed = allowed
    }

    package var description: String { "\(field): \"\(text)\" is not allowed here; allowed: \(allowed)" }
}
