/// How a member is doing, in a word.
package enum PoolMemberStatus: String, Codable, Hashable, Sendable, CaseIterable {
    case online
    /// It fails more often than it should.
    case degraded
    /// It is left alone after failures.
    case offline
    /// It is left alone because it was asked as much as it allows.
    case rateLimited = "rate_limited"
    /// It cannot be asked at all as it is set up.
    case unavailable

    /// How much worse it is than being online.
    package var severity: Int {
        switch self {
        case .online: 0
        case .degraded: 1
        case .rateLimited: 2
        case .offline: 3
        case .unavailable: 4
        }
    }

    /// Whether it may be asked now.
    package var isAvailable: Bool { self == .online || self == .degraded }
}
