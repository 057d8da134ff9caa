/// How hard the oracle may be on those whom it roasts: a setting.
package enum RoastLevel: String, Hashable, Sendable, CaseIterable, Comparable {
    case mild, spicy, fire, savage

    package static let `default` = RoastLevel.fire

    /// Parses a level's name or one of its older names, in any case.
    package init?(parsing text: some StringProtocol) {
        switch text.lowercased() {
        case "chill", "soft": self = .mild
        case "nuclear": self = .savage
        case let name:
            guard let level = RoastLevel(rawValue: name) else { return nil }
            self = level
        }
    }

    package static func < (left: RoastLevel, right: RoastLevel) -> Bool { left.heat < right.heat }

    private var heat: Int {
        switch self {
        case .mild: 0
        case .spicy: 1
        case .fire: 2
        case .savage: 3
        }
    }
}
