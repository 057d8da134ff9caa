/// What the oracle speaks at: the start or the end of a call.
package enum OracleOccasion: Hashable, Sendable {
    case intro
    case exit(CallTone)

    /// At 2.5 words a second.
    package var wordsMax: Int {
        switch self {
        case .intro: 40
        case .exit: 13
        }
    }

    package var seconds: Int {
        switch self {
        case .intro: 15
        case .exit: 5
        }
    }
}

/// How a model is asked for a line.
package enum OracleModelLimits {
    package static let timeout: Duration = .seconds(10)
    package static let tokensMax = 200
    package static let temperature = 0.9
}
