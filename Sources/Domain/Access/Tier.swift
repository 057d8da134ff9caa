/// How much a person or a program may use; what they may do at all is a matter of the role.
package enum Tier: String, Hashable, Sendable, Codable, CaseIterable, Comparable, SchemaChoice {
    case free, pro, enterprise

    package static func < (left: Tier, right: Tier) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .free: 0
        case .pro: 1
        case .enterprise: 2
        }
    }
}
