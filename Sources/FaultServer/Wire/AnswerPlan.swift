import JSON

/// An answer as it is to be given: what, when, and how it ends.
struct AnswerPlan: Hashable, Sendable {
    struct Head: Hashable, Sendable {
        enum Length: Hashable, Sendable {
            case chunked
            /// As announced, which need not be true.
            case bytes(Int)
            /// There is no body, and nothing says so.
            case none
        }

        var status = 200
        var fields: [String: String]
        var length: Length
    }

    enum Start: Hashable, Sendable {
        /// Nothing goes out before the first content is due.
        case withContent
        /// The head goes out at once, and the rest with the first content.
        case headFirst
        /// Everything that comes before the first content goes out at once.
        case openingFirst
    }

    enum Ending: Hashable, Sendable {
        /// The message is complete, and the connection ready for the next.
        case complete
        /// The message is complete, and the connection is closed.
        case completeAndClose
        /// The connection is closed in the middle of the message, as far as HTTP is concerned.
        case breakOff
        /// The connection is reset.
        case reset
        /// Nothing more comes.
        case hang
    }

    /// Without one nothing is answered at all.
    var head: Head?
    var body = StreamBody()
    var pace = Pace()
    var start = Start.withContent
    var ending = Ending.complete
    /// What it counts as once it has been given.
    var outcome = Outcome.completed

    /// How a request has ended, unless its client was gone before.
    enum Outcome: Hashable, Sendable {
        case completed
        case cut
        case failed
    }
}

extension AnswerPlan {
    /// A whole body in one piece.
    static func whole(
        _ bytes: [UInt8],
        status: Int = 200,
        contentType: String = "application/json",
        fields: [String: String] = [:]
    ) -> AnswerPlan {
        guard status != 204, status != 304 else {
            return AnswerPlan(head: Head(status: status, fields: fields, length: .none))
        }
        var plan = AnswerPlan()
        plan.head = Head(
            status: status,
            fields: ["content-type": contentType].merging(fields) { _, theirs in theirs },
            length: .bytes(bytes.count)
        )
        plan.body.append(bytes, eventCount: 1)
        return plan
    }

    static func json(_ json: JSONValue, status: Int = 200, fields: [String: String] = [:]) -> AnswerPlan {
        whole(json.bytes, status: status, fields: fields)
    }
}
