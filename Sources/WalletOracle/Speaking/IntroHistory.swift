package import Bus

/// The last intros of one wallet, so that none is heard twice within the hour: a plain value.
package struct IntroHistory: Hashable, Sendable, Codable {
    package struct Entry: Hashable, Sendable, Codable {
        package let text: String
        package let at: Timestamp

        package init(text: String, at: Timestamp) {
            self.text = text
            self.at = at
        }
    }

    /// What to do with a line.
    package enum Verdict: Hashable, Sendable {
        case use
        /// Ask the model once more.
        case again
        /// The model had its tries; take a template.
        case template
    }

    package static let keptMax = 5
    package static let regenerationsMax = 3
    /// One that is exactly as old still counts.
    package static let repeatAfter: Duration = .seconds(3600)

    /// The newest last.
    package private(set) var entries: [Entry]

    package init(_ entries: [Entry] = []) { self.entries = entries.suffix(IntroHistory.keptMax) }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(try container.decode([Entry].self, forKey: .entries))
    }

    package var texts: [String] { entries.map(\.text) }
    package var last: Timestamp? { entries.last?.at }

    package func isRepeat(_ text: String, at now: Timestamp) -> Bool {
        let key = IntroHistory.key(text)
        return entries.contains {
            IntroHistory.key($0.text) == key && $0.at.duration(to: now) <= IntroHistory.repeatAfter
        }
    }

    /// - Parameters:
    ///   - text: what a model has written.
    ///   - regenerations: how often it was asked again before.
    ///   - now: when it would be said.
    /// - Returns: what to do with it.
    package func verdict(on text: String, regenerations: Int, at now: Timestamp) -> Verdict {
        guard isRepeat(text, at: now) else { return .use }
        return regenerations < IntroHistory.regenerationsMax ? .again : .template
    }

    /// Keeps what is said, and forgets the oldest beyond five.
    package mutating func note(_ text: String, at now: Timestamp) {
        entries.append(Entry(text: text, at: now))
        entries.removeFirst(max(0, entries.count - IntroHistory.keptMax))
    }

    /// What lines are compared by: letters in one case, blanks alike.
    static func key(_ text: String) -> String {
        text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
