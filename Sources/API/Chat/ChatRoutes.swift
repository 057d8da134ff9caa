package import Bus
package import Chat
import Domain
import HTTPTypes
import Hummingbird
import Identity
import LLM

/// `POST /chat`: somebody asks, a model answers, and the account pays.
package struct ChatRoutes: Sendable {
    private let desk: ChatDesk
    private let limits: @Sendable () -> ChatLimits
    /// What is known of some symbols; of all that are followed where none is named.
    private let facts: @Sendable (_ symbols: [String]?) -> [ChatFact]
    private let now: @Sendable () -> Timestamp

    private static let group = "Chat"
    private static let bodyBytesMax = 256 * 1024

    package init(
        desk: ChatDesk,
        limits: @escaping @Sendable () -> ChatLimits,
        facts: @escaping @Sendable (_ symbols: [String]?) -> [ChatFact],
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.desk = desk
        self.limits = limits
        self.facts = facts
        self.now = now
    }

    /// - Throws: `SchemaError` when an answer cannot be described.
    package func all() throws -> [Route] { [try chat, try estimate] }

    private struct Estimate: Codable, Sendable {
        let provider: String
        let model: String
        /// The most that is charged, whoever answers.
        let maxCredits: Int64
        /// What there is now, without what is held for calls under way.
        let balance: Int64

        enum CodingKeys: String, CodingKey {
            case provider, model, balance
            case maxCredits = "max_credits"
        }
    }

    private var estimate: Route {
        get throws {
            try Route.send(
                "POST",
                "/chat/estimate",
                access: .role(.viewer, scope: .read),
                summary: "What a message to a model may cost",
                group: ChatRoutes.group,
                bodyBytesMax: ChatRoutes.bodyBytesMax,
                body: ChatInput.self,
                answers: [200: "The most that is charged, and what there is."]
            ) { (input, call) throws(APIError) in
                let principal = try call.known()
                let request = try request(input, principal, id: call.requestID)
                do throws(ChatError) {
                    let estimate = try desk.estimate(request)
                    let balance = try await desk.available(to: principal.userID)
                    return Route.Reply(
                        Estimate(
                            provider: estimate.provider,
                            model: estimate.model,
                            maxCredits: estimate.credits,
                            balance: balance
                        )
                    )
                } catch {
                    throw APIError(error)
                }
            }
        }
    }

    private var chat: Route {
        get throws {
            Route(
                method: "POST",
                path: "/chat",
                access: .role(.viewer, scope: .write),
                summary: "Ask a language model; the answer is streamed unless `stream` is false",
                group: ChatRoutes.group,
                limit: .modelBacked,
                query: nil,
                body: Route.Content(type: Route.json, schema: try RouteSchema(of: ChatInput.self)),
                answers: [
                    Route.Answer(
                        status: 200,
                        summary:
                            "The answer and what it has cost; as events `start`, `token`, `done` and `error` if streamed.",
                        content: Route.Content(type: Route.json, schema: try RouteSchema(of: ChatReply.self))
                    )
                ]
            ) { request, call in
                _ = try InputDecoder.decode(NoQuery.self, from: try QueryInput(request.uri.query).value, form: .texts)
                let body = try await RequestBody.json(of: request, bytesMax: ChatRoutes.bodyBytesMax)
                return try await answer(try InputDecoder.decode(ChatInput.self, from: body), call)
            }
        }
    }

    private func answer(_ input: ChatInput, _ call: Route.Call) async throws -> Response {
        let principal = try call.known()
        let isStream = input.stream ?? true
        var request = try request(input, principal, id: call.requestID)
        request.isWhole = !isStream
        let answer = try await desk.answer(request, for: call)
        let audio = input.mode == .voice ? "unavailable: answers are given as text only" : nil
        if isStream {
            return try await StreamedAnswer(answer: answer, call: call, frames: ChatFrames(audio: audio, now: now))
                .response()
        }
        let result = try await answer.whole()
        return try JSONAnswer.response(ChatReply(result, withText: true, audio: audio, at: now()))
    }

    private func request(_ input: ChatInput, _ principal: Principal, id: String) throws(APIError) -> ChatRequest {
        let limits = limits()
        try input.check(limits)
        if input.mode == .voice, principal.tier < .pro {
            throw APIError(.tierRequired, "Voice takes the tier pro.")
        }
        let reuse = input.reuse(limits)
        // What a word means is told without the figures of the moment, so that it is as true later.
        let known = reuse?.kind == .term ? [] : facts(input.context?.symbols) + ChatRoutes.missing(input.context)
        let messages = ChatPrompt.messages(
            facts: known,
            history: input.earlier,
            message: input.message
        )
        var request = ChatRequest(
            id: id,
            user: principal.userID,
            task: ModelTask.chatTask(of: input.message),
            model: ModelRequest(messages, outputTokensMax: limits.outputTokens(for: principal.tier))
        )
        request.isSubscriber = principal.tier > .free
        request.rungs = try desk.rungs(ofModel: input.model)
        request.allowsContinuation = input.continueOnFailure ?? false
        request.reuse = reuse
        return request
    }

    /// What was asked for and does not exist yet is said as such.
    private static func missing(_ context: ChatInput.Context?) -> [ChatFact] {
        var facts: [ChatFact] = []
        if context?.includeSignals == true { facts.append(ChatFact("There is no trading signal yet for any symbol.")) }
        if context?.includeWinRates == true { facts.append(ChatFact("There is no win rate yet for any symbol.")) }
        return facts
    }
}

extension ChatDesk {
    /// Begins a call that is given up when its client hangs up.
    func answer(_ request: ChatRequest, for call: Route.Call) async throws(APIError) -> ChatAnswer {
        do throws(ChatError) {
            let answer = try await ask(request)
            PaceHandler.whenGone(call.channel) { answer.abandon() }
            return answer
        } catch {
            throw APIError(error)
        }
    }

    /// - Returns: only that model; `nil` where none is named, which is whoever the task's order says.
    /// - Throws: `APIError`: `.invalidInput` for one that is not there.
    func rungs(ofModel name: String?) throws(APIError) -> [ModelRung]? {
        guard let name else { return nil }
        let catalogue = router.plan.catalogue
        guard let model = catalogue.models[name] else {
            let why = catalogue.unavailable[name].map { "cannot be asked: \($0)" } ?? "is none of /v1/models"
            throw APIError(faults: [InputFault(field: "model", message: why)])
        }
        return [ModelRung([ModelRung.Member(model.target)])]
    }
}
