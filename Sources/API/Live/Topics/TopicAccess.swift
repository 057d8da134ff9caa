import Domain

/// Who may see which events live: one table for server-sent events and WebSocket alike.
///
/// The rule with the longest prefix holds. What no rule names is for operators: a new kind of event is seen by strangers
/// only once somebody has decided so here.
enum TopicAccess {
    /// What it takes to see the topics under a prefix.
    enum Need: Hashable, Sendable {
        case nothing
        case role(Role)

        func isMet(by role: Role?) -> Bool {
            switch self {
            case .nothing: true
            case .role(let needed): role.map { $0 >= needed } ?? false
            }
        }
    }

    struct Rule: Hashable, Sendable {
        let prefix: String
        let need: Need
    }

    static let rules: [Rule] =
        [
            "market.", "price.", "sentiment.", "signal.", "indicator.", "trend.", "commodity.", "company.", "news.",
            "whale.", "pool.", "segment.", "proposal.", "channel.", "governance.", "system.health.",
        ].map { Rule(prefix: $0, need: .nothing) }

    static let otherwise = Need.role(.operator)

    /// Whether somebody may see the events of a full topic; `nil` is a stranger.
    static func allows(_ topic: String, _ role: Role?) -> Bool { need(of: topic).isMet(by: role) }

    /// Whether there could be anything under a prefix that somebody may see.
    static func reaches(_ prefix: String, _ role: Role?) -> Bool {
        allows(prefix, role) || rules.contains { $0.prefix.hasPrefix(prefix) && $0.need.isMet(by: role) }
    }

    private static func need(of topic: String) -> Need {
        rules.filter { topic.hasPrefix($0.prefix) }.max { $0.prefix.utf8.count < $1.prefix.utf8.count }?.need
            ?? otherwise
    }
}
