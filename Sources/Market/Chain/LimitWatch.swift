package import Bus

/// Tells when a provider has nearly been asked as much as we ask it, as a value: once for each window, and for short ones
/// once in an hour.
package struct LimitWatch: Sendable {
    /// From this part on it is worth a word.
    package static let share = 0.8
    private static let quietFor: Duration = .seconds(3600)

    private struct Key: Hashable {
        let name: String
        let length: RateWindow.Length
    }

    private var toldUntil: [Key: Timestamp] = [:]

    package init() {}

    /// Notes how much of its windows a provider has used.
    ///
    /// - Parameters:
    ///   - usage: of each window; those of less than a minute are passed over.
    ///   - name: the provider.
    ///   - now: the time.
    /// - Returns: those there is something to tell of.
    package mutating func near(_ usage: [WindowUsage], of name: String, at now: Timestamp) -> [WindowUsage] {
        usage.filter { window in
            guard window.window.length.isLong, window.share >= LimitWatch.share else { return false }
            let key = Key(name: name, length: window.window.length)
            if let until = toldUntil[key], now < until { return false }
            toldUntil[key] = max(window.endsAt, now.advanced(by: LimitWatch.quietFor))
            return true
        }
    }
}
