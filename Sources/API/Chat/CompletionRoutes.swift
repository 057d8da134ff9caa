package import Bus
package import Chat
import Domain
import HTTPTypes
import Hummingbird
import Identity
import JSON
import LLM

/// OpenAI's interface, with our models, keys, tiers and credits, so that its client libraries work unchanged.
package struct CompletionRoutes: Sendable {
    /// Whatever stands below answers errors as that interface does.
    static let prefix = "/v1/"
    /// The name under which whoever is best for the words is asked.
    private static let automatic = "auto"
    private static let group = "Chat"
    /// Enough for a few images, and for one that is too large to be told so by name.
    private static let bodyBytesMax = 16 * 1024 * 1024

    private let desk: ChatDesk
    private let limits: @Sendable () -> ChatLimits
    private let now: @Sendable () -> Timestamp

    package init(
        desk: ChatDesk,
        limits: @escaping @Sendable () -> ChatLimits,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.desk = desk
        self.limits = limits
        self.now = now
    }

    package func all() -> [Route] { [completions, models, model] }

    private var completions: Route {
        Route(
            method: "POST",
            path: "/v1/chat/completions",
            access: .role(.viewer, scope: .write),
            summary: "Chat completions, as OpenAI's interface has them",
            group: CompletionRoutes.group,
            limit: .modelBacked,
            query: nil,
            body: Route.Content(type: Route.json, schema: RouteSchema(CompletionSchemas.request)),
            answers: [
                Route.Answer(
                    status: 200,
                    summary: "A `chat.completion`, or events with `chat.completion.chunk` if streamed.",
                    content: Route.Content(type: Route.json, schema: RouteSchema(CompletionSchemas.object))
                )
            ]
        ) { request, call in
            let body = try await RequestBody.json(of: request, bytesMax: CompletionRoutes.bodyBytesMax)
            return try await answer(try CompletionInput(body), call)
        }
    }

    private var models: Route {
        Route(
            method: "GET",
            path: "/v1/models",
            access: .role(.viewer, scope: .read),
            summary: "The models that can be asked, as OpenAI's interface lists them",
            group: CompletionRoutes.group,
            limit: .standard,
            query: nil,
            body: nil,
            answers: [
                Route.Answer(
                    status: 200,
                    summary: "A list of models.",
                    content: Route.Content(type: Route.json, schema: RouteSchema(CompletionSchemas.object))
                )
            ]
        ) { _, _ in
            let catalogue = desk.router.plan.catalogue
            let names = catalogue.models.keys.sorted()
            let own = names.isEmpty ? [] : [CompletionRoutes.described(CompletionRoutes.automatic, by: "cryptocall")]
            let list =
                own + names.map { CompletionRoutes.described($0, by: catalogue.models[$0]?.target.provider ?? "") }
            return try JSONAnswer.response(["object": "list", "data": .array(list)] as JSONValue)
        }
    }

    private var model: Route {
        Route(
            method: "GET",
            path: "/v1/models/{model}",
            access: .role(.viewer, scope: .read),
            summary: "One model",
            group: CompletionRoutes.group,
            limit: .standard,
            query: nil,
            body: nil,
            answers: [
                Route.Answer(
                    status: 200,
                    summary: "The model.",
                    content: Route.Content(type: Route.json, schema: RouteSchema(CompletionSchemas.object))
                )
            ]
        ) { _, call in
            let name = call.parameters["model"] ?? ""
            if name == CompletionRoutes.automatic {
                return try JSONAnswer.response(CompletionRoutes.described(name, by: "cryptocall"))
            }
            guard let model = desk.router.plan.catalogue.models[name] else { throw CompletionRoutes.unknown(name) }
            return try JSONAnswer.response(CompletionRoutes.described(name, by: model.target.provider))
        }
    }

    /// A model as that interface lists it; when it was made is not known, which clients are told as 0.
    private static func described(_ name: String, by owner: String) -> JSONValue {
        ["id": .string(name), "object": "model", "created": 0, "owned_by": .string(owner)]
    }

    private static func unknown(_ name: String) -> APIError {
        APIError(.notFound, "There is no model \"\(name.prefix(80))\"; GET /v1/models lists them.")
    }

    private func answer(_ input: CompletionInput, _ call: Route.Call) async throws -> Response {
        let (principal, limits) = (try call.known(), limits())
        guard principal.tier >= limits.completionsTier else {
            throw APIError(.tierRequired, "This interface takes the tier \(limits.completionsTier.rawValue).")
        }
        var model = input.request
        model.outputTokensMax = limits.outputTokens(for: principal.tier, wanted: input.outputTokensMax)
        let words = model.messages.last { $0.role == .user }?.text ?? ""
        var request = ChatRequest(
            id: call.requestID,
            user: principal.userID,
            task: model.tools.isEmpty ? ModelTask.chatTask(of: words) : .tools,
            model: model
        )
        request.isSubscriber = principal.tier > .free
        if input.model != CompletionRoutes.automatic {
            guard let found = desk.router.plan.catalogue.models[input.model] else {
                throw CompletionRoutes.unknown(input.model)
            }
            request.rungs = [ModelRung([ModelRung.Member(found.target)])]
        }
        request.isWhole = !input.isStream
        request.tellsBalance = false
        let answer = try await desk.answer(request, for: call)
        let (id, created) = ("chatcmpl-\(call.requestID)", now().milliseconds / 1000)
        if input.isStream {
            let frames = CompletionFrames(
                id: id,
                model: input.model,
                created: created,
                includesUsage: input.includesUsage
            )
            return try await StreamedAnswer(answer: answer, call: call, frames: frames).response()
        }
        let result = try await answer.whole()
        return try JSONAnswer.response(
            CompletionAnswer.whole(result, id: id, model: input.model, created: created)
        )
    }
}

/// As much of OpenAI's schemas as the published description says: the fields that mean something here.
enum CompletionSchemas {
    static let object: SchemaNode = ["type": "object"]
    static let error: SchemaNode = [
        "type": "object",
        "required": ["error"],
        "properties": [
            "error": [
                "type": "object",
                "required": ["message", "type"],
                "properties": [
                    "message": ["type": "string"], "type": ["type": "string"],
                    "param": ["type": ["string", "null"]], "code": ["type": ["string", "null"]],
                ],
            ]
        ],
    ]
    static let request: SchemaNode = [
        "type": "object",
        "required": ["model", "messages"],
        "properties": [
            "model": ["type": "string"],
            "messages": ["type": "array", "items": ["type": "object"]],
            "stream": ["type": "boolean"],
            "stream_options": ["type": "object"],
            "max_completion_tokens": ["type": "integer", "minimum": 1],
            "max_tokens": ["type": "integer", "minimum": 1],
            "temperature": ["type": "number"],
            "top_p": ["type": "number"],
            "tools": ["type": "array", "items": ["type": "object"]],
            "response_format": ["type": "object"],
            "reasoning_effort": ["type": "string"],
        ],
    ]
}
