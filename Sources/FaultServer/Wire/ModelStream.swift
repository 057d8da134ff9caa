/// Writes the events of one streamed answer, in the way of one kind of provider.
protocol ModelStream {
    /// What comes before any content.
    func open(_ answer: ModelAnswer, _ body: inout StreamBody)
    func write(contentsOf answer: ModelAnswer, to body: inout StreamBody)
    /// Everything behind the content; the last event is the one that says that this was all.
    func close(_ answer: ModelAnswer, _ body: inout StreamBody)
    /// An event that was cut off by whoever wrote it.
    func writeBroken(to body: inout StreamBody)
    /// - Parameters:
    ///   - error: as JSON.
    ///   - isNamed: whether the event has the name `error`.
    ///   - body: where it is written.
    func write(error: [UInt8], isNamed: Bool, to body: inout StreamBody)
}

extension ModelStream {
    /// A whole stream.
    func body(_ answer: ModelAnswer) -> StreamBody {
        var body = StreamBody()
        body.reserve(bytes: 1024 + answer.pieces.count * 288, events: answer.pieces.count + 8)
        open(answer, &body)
        write(contentsOf: answer, to: &body)
        close(answer, &body)
        return body
    }
}

extension [UInt8] {
    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append(contentsOf: $0) }
    }
}
