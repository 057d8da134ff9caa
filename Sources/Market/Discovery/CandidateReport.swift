/// What was found out about a candidate, question by question.
package struct CandidateReport: Hashable, Sendable {
    /// One question to it.
    package struct Check: Codable, Hashable, Sendable {
        package enum Outcome: String, Codable, Hashable, Sendable {
            case passed
            case failed
            /// It could not be found out, which speaks neither for it nor against it.
            case unknown
        }

        /// What it was asked for, such as `price`.
        package let name: String
        package let outcome: Outcome
        /// What came of it, in words of which some may be the other side's.
        package let detail: String

        package static let detailCharactersMax = 160

        /// The detail is cut, and what is no visible text in it is taken out.
        package init(_ name: String, _ outcome: Outcome, _ detail: String) {
            self.name = name
            self.outcome = outcome
            let visible = detail.unicodeScalars.lazy.map { scalar -> Character in
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: " "
                default: Character(scalar)
                }
            }
            self.detail = String(visible.prefix(Check.detailCharactersMax))
        }
    }

    package let checks: [Check]
    /// How long its first answer took; `nil` when it gave none.
    package let latency: Duration?

    package init(checks: [Check], latency: Duration?) {
        self.checks = checks
        self.latency = latency
    }

    /// Whether nothing speaks against it, and something for it.
    package var isGood: Bool {
        checks.contains { $0.outcome == .passed } && !checks.contains { $0.outcome == .failed }
    }
}
