import JSON

/// What a model says.
struct ModelAnswer: Hashable, Sendable {
    enum Finish: String, CaseIterable {
        case stop
        case length
        case toolCalls = "tool_calls"
        case contentFilter = "content_filter"
    }

    struct Usage: Hashable, Sendable {
        /// Cached tokens included.
        let input: Int
        /// Reasoning included.
        let output: Int
        var cached = 0
        var reasoning = 0
        /// What it has cost, in 1e-10 US dollars; told where it is given.
        var ticks: Int?
    }

    struct Tool: Hashable, Sendable {
        let name: String
        /// Mostly a JSON object.
        let arguments: String
    }

    /// The content of one event.
    enum Piece: Hashable, Sendable {
        case reasoning(EncodedText)
        case text(EncodedText)
        /// The call of one of the tools begins.
        case tool(Int)
        case arguments(tool: Int, EncodedText)
        /// A call in one event.
        case wholeTool(Int)
    }

    var pieces: [Piece] = []
    var tools: [Tool] = []
    var finish = Finish.stop
    /// Counted from the request and the pieces, when missing.
    var usage: Usage?
    /// Whether usage is told at all.
    var tellsUsage = true

    /// An answer has no more events than this.
    static let eventsMax = 100_000

    var text: EncodedText {
        EncodedText(joining: pieces.lazy.compactMap { if case .text(let text) = $0 { text } else { nil } })
    }

    var reasoning: EncodedText {
        EncodedText(joining: pieces.lazy.compactMap { if case .reasoning(let text) = $0 { text } else { nil } })
    }

    /// - Parameter words: how many the request has.
    /// - Returns: what is told of it.
    func usage(inputWords words: Int) -> Usage? {
        guard tellsUsage else { return nil }
        return usage ?? Usage(input: words, output: pieces.count)
    }

    /// The same, with the first two of a character's three bytes behind the last text.
    var endingInHalfCharacter: ModelAnswer {
        var answer = self
        let last = pieces.lastIndex { if case .text = $0 { true } else { false } }
        if let last, case .text(let text) = pieces[last] {
            answer.pieces.removeSubrange((last + 1)...)
            answer.pieces[last] = .text(text.endingInHalfCharacter)
        } else {
            answer.pieces.append(.text(EncodedText("").endingInHalfCharacter))
        }
        return answer
    }
}

/// A text as it stands in JSON between its quotes, encoded once for all the answers it is part of.
struct EncodedText: Hashable, Sendable {
    let bytes: [UInt8]

    init(_ text: String) {
        var bytes: [UInt8] = []
        JSONText.write(text, to: &bytes)
        self.bytes = Array(bytes.dropFirst().dropLast())
    }

    init(joining texts: some Sequence<EncodedText>) { bytes = texts.flatMap(\.bytes) }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    var isEmpty: Bool { bytes.isEmpty }

    /// With the first two of the three bytes of a euro sign behind it.
    var endingInHalfCharacter: EncodedText { EncodedText(bytes: bytes + [0xE2, 0x82]) }
}
