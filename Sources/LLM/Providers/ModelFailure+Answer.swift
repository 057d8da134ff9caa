package import Bus
package import HTTPClient

extension ModelFailure {
    /// What an answer that is none means.
    ///
    /// - Parameters:
    ///   - status: its status.
    ///   - headers: its headers, with the hints on when to come again.
    ///   - body: as much of its body as was read.
    ///   - now: when it came.
    package init(status: Int, headers: HTTPHeaders, body: [UInt8], at now: Timestamp) {
        self = ProviderErrorBody(parsing: body).failure(status: status)
        switch headers["x-should-retry"]?.lowercased() {
        case "true": shouldRetry = true
        case "false": shouldRetry = false
        default: break
        }
        // Some providers send hints with every answer; they mean something only with these.
        guard [429, 498, 503, 529].contains(status) else { return }
        if let text = headers["retry-after-ms"], let milliseconds = Double(text.trimmingSpaces), milliseconds >= 0 {
            retryAfter = min(RetryAfter.longest, .milliseconds(min(milliseconds, 1e9)))
        } else if let text = headers["retry-after"], let wait = RetryAfter.duration(text, at: now) {
            retryAfter = wait
        }
    }
}
