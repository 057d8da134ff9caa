import Chat
import Domain
import LLM

/// The body of `POST /chat`.
struct ChatInput: Decodable, Sendable {
    enum Mode: String, Codable, CaseIterable, SchemaChoice {
        case text, voice
    }

    enum Speaker: String, Codable, CaseIterable, SchemaChoice {
        case user, assistant
    }

    /// An earlier turn of the same conversation.
    struct Turn: Decodable, Sendable {
        let role: Speaker
        let text: String
    }

    struct Context: Decodable, Sendable {
        let includeSignals: Bool?
        let includeWinRates: Bool?
        /// Such as `BTC-USD`; those that are not followed are left out.
        let symbols: [String]?

        enum CodingKeys: String, CodingKey {
            case includeSignals = "include_signals"
            case includeWinRates = "include_win_rates"
            case symbols
        }
    }

    let message: String
    let mode: Mode?
    /// Server-sent events unless `false`.
    let stream: Bool?
    let context: Context?
    /// The oldest first.
    let history: [Turn]?
    /// One of `/v1/models`; by the words of the message without.
    let model: String?
    /// Whether another model may go on from where one has broken off; the answer says so then.
    let continueOnFailure: Bool?

    enum CodingKeys: String, CodingKey {
        case message, mode, stream, context, history, model
        case continueOnFailure = "continue_on_failure"
    }

    /// - Throws: `APIError`: `.messageTooLong`, `.invalidInput` with every fault.
    func check(_ limits: ChatLimits) throws(APIError) {
        let most = limits.messageCharactersMax
        guard message.count <= most, history?.allSatisfy({ $0.text.count <= most }) ?? true else {
            throw APIError(.messageTooLong, "A message may have \(most) characters.")
        }
        var faults: [InputFault] = []
        if message.allSatisfy(\.isWhitespace) { faults.append(InputFault(field: "message", message: "is empty")) }
        let turns = (history ?? []).filter { $0.role == .user }.count + 1
        if turns > limits.turnsMax {
            faults.append(
                InputFault(
                    field: "history",
                    message: "a conversation may have \(limits.turnsMax) turns; begin a new one"
                )
            )
        }
        if (context?.symbols?.count ?? 0) > ChatInput.symbolsMax {
            faults.append(InputFault(field: "context.symbols", message: "may be \(ChatInput.symbolsMax) at most"))
        }
        guard faults.isEmpty else { throw APIError(faults: faults) }
    }

    private static let symbolsMax = 50

    /// Whether the answer may be one that was given before to the same question.
    func reuse(_ limits: ChatLimits) -> ChatReuse? {
        guard earlier.isEmpty else { return nil }
        let text = message.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let asked = [model ?? "", text]
        let wants = [context?.includeSignals, context?.includeWinRates].map { $0 ?? false }
        if wants.contains(true), limits.signalsLifetime > .zero {
            let symbols = Set((context?.symbols ?? []).map { $0.uppercased() }).sorted()
            // None named are all, and an empty list is none.
            let which = context?.symbols == nil ? "all" : "these"
            let parts = asked + wants.map { "\($0)" } + [which] + symbols
            return ChatReuse(.signals, question: parts, lifetime: limits.signalsLifetime)
        }
        guard !wants.contains(true), context?.symbols?.isEmpty ?? true, limits.termLifetime > .zero,
            ChatQuestion.asksForTerm(message, symbols: limits.symbols)
        else { return nil }
        return ChatReuse(.term, question: asked, lifetime: limits.termLifetime)
    }

    var earlier: [ModelMessage] {
        (history ?? []).map { ModelMessage($0.role == .user ? .user : .assistant, $0.text) }
    }
}
