package import Bus

/// Which events of the log are wanted.
package enum EventFilter: Hashable, Sendable {
    case all
    /// Full topics (`topic[.subject]`) that start with this text.
    case prefix(String)
    /// Exactly this topic, with any subject.
    case topic(Topic)

    /// The condition in SQL over the columns `topic` and `subject`, with its arguments from `?first` on.
    package func condition(first: Int) -> (sql: String, arguments: [SQLValue]) {
        switch self {
        case .all: ("TRUE", [])
        case .prefix(""): ("TRUE", [])
        case .topic(let topic): ("topic = ?\(first)", [.text(topic.text)])
        case .prefix(let prefix):
            // Most topics are told by two comparisons; the second branch is for a prefix that reaches into the subject.
            (
                """
                ((topic >= ?\(first) AND topic < ?\(first + 1)) OR (subject IS NOT NULL AND topic < ?\(first) \
                AND substr(topic || '.' || subject, 1, ?\(first + 2)) = ?\(first)))
                """,
                [
                    .text(prefix), .text(EventFilter.successor(of: prefix)),
                    .integer(Int64(prefix.unicodeScalars.count)),
                ]
            )
        }
    }

    /// A text behind every topic that starts with `prefix` and before every other later one.
    ///
    /// Topics are ASCII.
    private static func successor(of prefix: String) -> String { prefix + "\u{7F}" }

    package func matches(_ topic: FullTopic) -> Bool {
        switch self {
        case .all: true
        case .prefix(let prefix): topic.text.hasPrefix(prefix)
        case .topic(let wanted): topic.topic == wanted
        }
    }
}
