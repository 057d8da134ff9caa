import JSON

/// What a request asks a model for, as far as it matters here.
struct ModelCall: Hashable, Sendable {
    let wire: ProviderWire
    let model: String
    let isStream: Bool
    /// Whether a stream of chat is to end in its usage.
    let wantsUsage: Bool
    /// Whether the provider is to search before it answers.
    let wantsSearch: Bool
    /// The words of its messages.
    let inputWords: Int
    /// Which request of the server's life this is: all ids are made of it.
    let number: Int
    /// Seconds since 1970.
    let created: Int64

    /// - Parameters:
    ///   - request: its body.
    ///   - model: which model it names.
    ///   - wire: how it is asked.
    ///   - number: which request this is.
    ///   - created: seconds since 1970.
    init(_ request: JSONValue, model: String, wire: ProviderWire, number: Int, created: Int64) {
        self.wire = wire
        self.model = model
        isStream = request["stream"]?.bool ?? false
        wantsUsage = request["stream_options"]?["include_usage"]?.bool ?? false
        wantsSearch = (request["tools"]?.array ?? []).contains { $0["type"]?.string?.hasSuffix("_search") ?? false }
        let input = request["input"]?.string.map { [["content": .string($0)] as JSONValue] }
        let items = input ?? request["input"]?.array ?? request["messages"]?.array ?? []
        let messages = items.compactMap { $0["content"] }
        inputWords = (messages + [request["system"] ?? .null]).reduce(0) { $0 + ModelCall.wordCount($1) }
        self.number = number
        self.created = created
    }

    /// - Parameter content: of a message: a text, or a list of parts of which some are texts.
    /// - Returns: how many words its texts have.
    private static func wordCount(_ content: JSONValue) -> Int {
        if let parts = content.array { return parts.reduce(0) { $0 + wordCount($1["text"] ?? .null) } }
        guard let text = content.string else { return 0 }
        var (count, isInWord) = (0, false)
        for byte in text.utf8 {
            let isSpace = byte <= 0x20
            if !isSpace, !isInWord { count += 1 }
            isInWord = !isSpace
        }
        return count
    }

    /// An id of this request, as long as any other that begins with the same prefix, such as `chatcmpl-`.
    func id(_ prefix: String) -> String { prefix + ModelCall.digits(number) }

    /// The id of one of its tool calls.
    func toolID(_ prefix: String, _ index: Int) -> String { "\(prefix)\(ModelCall.digits(number))\(index)" }

    static func digits(_ number: Int) -> String {
        let digits = String(number)
        return "fault" + String(repeating: "0", count: max(0, 15 - digits.utf8.count)) + digits
    }

    /// What writes the events of a stream.
    var stream: any ModelStream {
        switch wire {
        case .chat: ChatStream(self)
        case .messages: MessagesStream(self)
        case .responses: ResponsesStream(self)
        }
    }

    /// The whole answer in one JSON text.
    func document(_ answer: ModelAnswer) -> [UInt8] {
        switch wire {
        case .chat: ChatDocument(call: self, answer: answer).bytes
        case .messages: MessagesDocument(call: self, answer: answer).bytes
        case .responses: ResponsesDocument(call: self, answer: answer).bytes
        }
    }
}
