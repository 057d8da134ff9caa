import JSON

/// What a client asks for in a message.
enum WebSocketCommand: Hashable {
    /// Topics by group or by prefix.
    struct Topics: Decodable, Hashable {
        let type: String
        let id: String?
        let group: String?
        let groups: [String]?
        let topics: [String]?

        var allGroups: [String] { (group.map { [$0] } ?? []) + (groups ?? []) }
    }

    struct Subscription: Decodable, Hashable {
        let type: String
        let id: String?
        let group: String?
        let groups: [String]?
        let topics: [String]?
        /// The first offset of the log that is wanted, for whoever was away.
        let fromOffset: UInt64?

        enum CodingKeys: String, CodingKey {
            case type, id, group, groups, topics
            case fromOffset = "from_offset"
        }

        var allGroups: [String] { (group.map { [$0] } ?? []) + (groups ?? []) }
    }

    struct LogIn: Decodable, Hashable {
        let type: String
        let id: String?
        let token: String
    }

    /// A command that needs nothing else.
    struct Plain: Decodable, Hashable {
        let type: String
        let id: String?
    }

    case subscribe(Subscription)
    case unsubscribe(Topics)
    case logIn(token: String)
    case getStatistics
    case ping

    private static let names = ["subscribe", "unsubscribe", "auth", "get_stats", "ping"]

    /// Reads a message.
    ///
    /// - Parameter input: the message.
    /// - Throws: `APIError` with everything that is wrong with it.
    init(_ input: JSONValue) throws(APIError) {
        switch input["type"]?.string {
        case "subscribe": self = .subscribe(try InputDecoder.decode(Subscription.self, from: input))
        case "unsubscribe": self = .unsubscribe(try InputDecoder.decode(Topics.self, from: input))
        case "auth": self = .logIn(token: try InputDecoder.decode(LogIn.self, from: input).token)
        case "get_stats":
            _ = try InputDecoder.decode(Plain.self, from: input)
            self = .getStatistics
        case "ping":
            _ = try InputDecoder.decode(Plain.self, from: input)
            self = .ping
        default:
            let names = WebSocketCommand.names.joined(separator: ", ")
            throw APIError(faults: [InputFault(field: "type", message: "must be one of \(names)")])
        }
    }
}
