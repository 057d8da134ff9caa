package import Bus

/// Which recordings are too old or too many; pure.
package enum RecordingRetention {
    /// - Parameters:
    ///   - hours: all that there are, and their sizes.
    ///   - settings: the bounds.
    ///   - now: the time.
    /// - Returns: those to remove, the oldest first; never the hour that is now.
    package static func expired(_ hours: [HourName: Int64], _ settings: RecorderSettings, now: Timestamp) -> [HourName]
    {
        let oldest = HourName(now.advanced(by: .seconds(-86_400 * settings.daysMax)))
        let present = HourName(now)
        var total = hours.values.reduce(0, +)
        var expired: [HourName] = []
        for (hour, bytes) in hours.sorted(by: { $0.key < $1.key }) where hour < present {
            guard hour < oldest || total > settings.bytesMax else { break }
            expired.append(hour)
            total -= bytes
        }
        return expired
    }
}
