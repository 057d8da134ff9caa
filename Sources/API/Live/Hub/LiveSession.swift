package import Bus
package import Domain
import Identity

/// One live connection, as an administrator sees it.
package struct LiveSession: Codable, Hashable, Sendable {
    package let sessionID: UUIDv7
    package let kind: LiveKind
    package let address: String
    package let since: Timestamp
    package let userID: UUIDv7?
    package let email: String?
    package let role: Role?
    /// Prefixes of full topics.
    package let topics: [String]
    package let groups: [LiveGroup]
    package let delivered: UInt64
    /// What waits for it to become ready.
    package let waiting: Int
    package let lost: LiveLosses

    enum CodingKeys: String, CodingKey {
        case kind, address, since, email, role, topics, groups, delivered, waiting, lost
        case sessionID = "session_id"
        case userID = "user_id"
    }

    init(_ client: LiveClient) {
        sessionID = client.identity.id
        kind = client.kind
        address = client.identity.place.address
        since = client.identity.since
        userID = client.principal?.userID
        email = client.principal?.email
        role = client.principal?.role
        topics = client.topics.filter.prefixes
        groups = client.topics.groups.sorted { $0.rawValue < $1.rawValue }
        delivered = client.delivered
        waiting = client.waiting
        lost = client.lost
    }
}
