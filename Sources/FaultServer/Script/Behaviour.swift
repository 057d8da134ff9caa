import JSON

/// What the server does with one request.
struct Behaviour: Hashable, Sendable {
    enum Act: Hashable, Sendable {
        case answer
        case recorded(Recording)
        /// The connection is reset once the request has been read.
        case reset
        /// The connection is closed once the request has been read.
        case close
        case silent
        case slowFirst(isOpeningFirst: Bool)
        /// So many content events, then nothing.
        case stall(after: Int)
        case cut(Cut)
        case badJSON(after: Int, goesOn: Bool)
        case errorEvent(ErrorEvent)
        case jsonError(JSONValue)
        case status(StatusAnswer)
        case truncatedUTF8
        /// So many content events, then the beginning once more.
        case duplicateStart(after: Int)
        case empty
        /// The end comes without its last event.
        case noDone(hangs: Bool)
    }

    /// An answer that ends early, and with it the connection.
    struct Cut: Hashable, Sendable {
        enum Place: Hashable, Sendable {
            case contents(Int)
            /// Of the body, also within a character.
            case bytes(Int)
        }

        let place: Place
        /// Whether HTTP takes the body for complete.
        let isTerminated: Bool
    }

    /// An error behind a good status.
    struct ErrorEvent: Hashable, Sendable {
        let after: Int
        /// What the provider would say, when missing.
        let body: JSONValue?
        /// Whether the event is called `error`; with Anthropic it always is.
        let isNamed: Bool
        /// Whether it is a line of JSON that is no event.
        let isBare: Bool
    }

    /// An answer of any status, as it stands in the script.
    struct StatusAnswer: Hashable, Sendable {
        let status: Int
        /// By lower-case name.
        let headers: [String: String]
        /// What the provider would say, when missing.
        let body: [UInt8]?
        let contentType: String
    }

    let act: Act
    let answer: ModelAnswer
    let pace: Pace
}

/// When the parts of an answer go out.
struct Pace: Hashable, Sendable {
    /// Before the first content.
    var first: Duration = .zero
    /// Between one content event and the next.
    var gap: Duration = .zero
    /// Whether each event is handed to the system by itself, also without a gap.
    var flushesEach = false
}
