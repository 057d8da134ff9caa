/// What a caller of the control endpoint may do; each role may do what the ones before it may.
package enum ControlRole: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
    case viewer, `operator`, admin

    package static func < (left: ControlRole, right: ControlRole) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .viewer: 0
        case .operator: 1
        case .admin: 2
        }
    }
}
