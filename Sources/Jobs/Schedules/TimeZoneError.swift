/// Why a time zone cannot be used.
package enum TimeZoneError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Not the name of a zone: letters, digits, `_`, `+` and `-`, parts joined by `/`, at most 64 bytes.
    case invalidName(String)
    /// This machine has no such zone.
    case unknown(String)
    /// Its file is there and cannot be read.
    case unreadable(String)
    /// Its file is damaged, and where.
    case damaged(String, TimeZoneDamage)

    package var description: String {
        switch self {
        case .invalidName(let name): "\"\(name.prefix(64))\" is not the name of a time zone, such as Europe/Berlin"
        case .unknown(let name): "this machine does not know the time zone \(name)"
        case .unreadable(let name): "the file of the time zone \(name) cannot be read"
        case .damaged(let name, let damage): "the file of the time zone \(name) is damaged: \(damage.rawValue)"
        }
    }
}

/// What is wrong with the bytes of a time zone file.
package enum TimeZoneDamage: String, Error, Hashable, Sendable {
    case notATimeZoneFile = "it does not begin like one"
    case truncated = "it ends too early"
    case badCounts = "its counts contradict each other"
    case badOrder = "its changes are not in order"
    case badOffset = "an offset is more than 26 hours"
    case leapSeconds = "it counts leap seconds"
    case badFooter = "its rule for the future cannot be read"
}
