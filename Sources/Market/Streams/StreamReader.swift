import JSON

/// Reads one exchange's messages, one after the other.
///
/// What it needs for one is kept for the next, so that reading takes no memory of its own.
package struct StreamReader: Sendable {
    private let grammar: any StreamGrammar.Type
    private var json = JSONReader()
    private var messages: [StreamMessage] = []

    package init(_ grammar: any StreamGrammar.Type) { self.grammar = grammar }

    /// What one message says; several things where the exchange puts several into one.
    ///
    /// - Throws: `StreamProblem` for one that is malformed; nothing of it is used then.
    package mutating func read(_ message: [UInt8]) throws(StreamProblem) -> [StreamMessage] {
        // Whoever has let go of the answer before leaves its memory to this one.
        messages.removeAll(keepingCapacity: true)
        let noJSON = { (error: JSONSyntaxError) in StreamProblem("no JSON: \(error)") }
        try json.read(message, orThrow: noJSON) { (places) throws(StreamProblem) in
            try grammar.read(StreamFields(places), into: &messages)
        }
        return messages
    }
}
