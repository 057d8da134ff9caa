/// One event of a stream of server-sent events.
package struct ServerSentEvent: Hashable, Sendable {
    /// What its `event` field says; empty for most providers.
    package var name = ""
    /// Its `data` fields, joined with line feeds; as bytes, because it is parsed as JSON next.
    package var data: [UInt8]
    /// Whether it is a line that is no field of an event at all, but begins like a JSON object.
    ///
    /// Some servers report a failure that way once a stream has begun.
    package var isBare = false

    package init(name: String = "", data: [UInt8], isBare: Bool = false) {
        self.name = name
        self.data = data
        self.isBare = isBare
    }
    /// Whether it is OpenAI's word for the end of a stream, which is no JSON.
    var isDone: Bool { data == ServerSentEvent.done }

    private static let done = Array("[DONE]".utf8)
}
