/// What a person or a program may do; each role may do what the ones before it may.
///
/// How much of it they may do is a matter of the tier, not of the role.
package enum Role: String, Hashable, Sendable, Codable, CaseIterable, Comparable, SchemaChoice {
    /// Reads.
    case viewer
    /// Has things of its own: submissions, votes, keys. Older systems called it creator.
    case client
    /// Runs the station.
    case `operator`
    /// Decides who may do what.
    case admin

    /// The role of this name, or of the one that older systems gave it.
    package init?(named name: String) { self.init(rawValue: name == "creator" ? "client" : name) }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try container.decode(String.self)
        guard let role = Role(named: name) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a role: \(name)")
        }
        self = role
    }

    package static func < (left: Role, right: Role) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .viewer: 0
        case .client: 1
        case .operator: 2
        case .admin: 3
        }
    }
}
