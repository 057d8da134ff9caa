import Bus
import HTTPClient
import JSON
import TestKit
import Testing

@testable import LLM

/// Requests that want X searched: how they are written, and who gets them.
@Suite(.timeLimit(.minutes(1))) struct SearchTests {
    private static func request(_ search: XSearch? = XSearch()) -> ModelRequest {
        var request = ModelRequest(
            [ModelMessage(.system, "Be brief."), ModelMessage(.user, "What is new?")],
            outputTokensMax: 77
        )
        request.search = search
        return request
    }

    // MARK: The body

    @Test func `it is written as xAI reads it`() {
        var request = Self.request(XSearch(accounts: .only(["a", "b"]), from: "2026-11-25", to: "2026-11-26"))
        request.form = .schema(name: "facts", ["type": "object"])
        request.temperature = 0.5
        request.effort = .low
        let body = ResponsesRequestBody(request: request, model: "grok", traits: ModelTraits()).json
        #expect(
            body
                == [
                    "model": "grok", "max_output_tokens": 77, "stream": true, "store": false, "temperature": 0.5,
                    "reasoning": ["effort": "low"],
                    "input": [
                        ["role": "system", "content": "Be brief."], ["role": "user", "content": "What is new?"],
                    ],
                    "tools": [
                        [
                            "type": "x_search", "allowed_x_handles": ["a", "b"], "from_date": "2026-11-25",
                            "to_date": "2026-11-26",
                        ]
                    ],
                    "text": [
                        "format": [
                            "type": "json_schema", "name": "facts", "schema": ["type": "object"], "strict": true,
                        ]
                    ],
                ]
        )
        // The older way is gone, and answers 410.
        #expect(body["search_parameters"] == nil)
    }

    @Test func `accounts are those or all but those, and ten at most`() {
        let names = (0..<12).map { "a\($0)" }
        func tool(_ accounts: XSearch.Accounts) -> JSONValue? {
            let request = Self.request(XSearch(accounts: accounts))
            return ResponsesRequestBody(request: request, model: "m", traits: ModelTraits()).json["tools"]?[0]
        }
        #expect(tool(.all) == ["type": "x_search"])
        #expect(tool(.allBut(names))?["excluded_x_handles"]?.array?.count == 10)
        #expect(tool(.allBut(names))?["allowed_x_handles"] == nil)
        #expect(tool(.only(names))?["allowed_x_handles"]?.array?.count == 10)
    }

    @Test func `calls of our tools stand beside the messages`() {
        var assistant = ModelMessage(.assistant, "")
        assistant.toolCalls = [Completion.ToolCall(id: "c1", name: "price", arguments: #"{"of":"BTC"}"#)]
        var tool = ModelMessage(.tool, "46758.87")
        tool.toolCallID = "c1"
        var request = Self.request()
        request.messages += [
            assistant, tool, ModelMessage(.user, [.text("This?"), .image(type: "image/png", base64: "AAAA")]),
        ]
        request.tools = [ModelTool(name: "price", description: "Says prices", parameters: ["type": "object"])]
        request.toolChoice = .named("price")
        var traits = ModelTraits()
        traits.refusesSampling = true
        request.temperature = 1
        let body = ResponsesRequestBody(request: request, model: "m", traits: traits).json
        let input = body["input"]?.array ?? []
        #expect(input.count == 5 && input[2]["type"] == "function_call" && input[2]["call_id"] == "c1")
        #expect(input[3] == ["type": "function_call_output", "call_id": "c1", "output": "46758.87"])
        #expect(input[4]["content"]?[1]?["image_url"] == "data:image/png;base64,AAAA")
        #expect(body["tools"]?.array?.map { $0["type"] } == ["x_search", "function"])
        #expect(body["tool_choice"] == ["type": "function", "name": "price"] && body["temperature"] == nil)
    }

    // MARK: Who is asked

    private static let answer = LoopbackReply.serverSentEvents([
        #"{"type":"response.created","response":{"model":"grok"}}"#,
        #"{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"Found"}"#,
        #"{"type":"response.completed","response":{"usage":{"input_tokens":1000,"output_tokens":10,"num_server_side_tools_used":4}}}"#,
    ])

    /// Two providers, of which only the second searches.
    private struct Bench {
        let servers: [LoopbackHTTPServer]
        let transport: CurlTransport
        let router: ModelRouter
        static let targets = ["plain", "searching"].map { ModelTarget(provider: $0, model: "m") }

        init(searching: [Bool] = [false, true]) throws {
            let servers = try searching.map { _ in
                try LoopbackHTTPServer { request in
                    let body = try? JSONValue(parsing: request.body)
                    guard request.path == "/v1/responses", request.header("authorization") == "Bearer planted",
                        body?["tools"]?[0]?["type"] == "x_search"
                    else { return .status(400) }
                    return SearchTests.answer
                }
            }
            var config = HTTPClientConfig()
            config.allowedHosts = servers.map(\.authority)
            let transport = try CurlTransport(config: config)
            let providers = zip(Bench.targets, zip(servers, searching)).map { target, place in
                ModelProvider(
                    name: target.provider,
                    wire: .chat,
                    base: place.0.url("/v1"),
                    key: "planted",
                    searches: place.1,
                    transport: transport,
                    now: { Timestamp(seconds: 7) }
                )
            }
            let models = Bench.targets.map { target in
                var model = ModelCatalogue.Model(name: target.provider, target: target)
                model.cost = ModelCost(input: 10, output: 100, search: 5000)
                return model
            }
            let rung = ModelRung(Bench.targets.map { ModelRung.Member($0) })
            let catalogue = ModelCatalogue(models: models, orders: [.trends: [rung]])
            router = ModelRouter(ModelRouter.Plan(providers: providers, catalogue: catalogue), seed: 1)
            (self.servers, self.transport) = (servers, transport)
        }

        func ask(_ request: ModelRequest) async -> CallReport {
            await router.answer(request, for: .trends) {
                $0.repeatsMax = 0
            } _: { _, _ in
            }
        }

        func stop() async {
            await transport.shutdown()
            for server in servers { server.stop() }
        }
    }

    @Test func `a provider that does not search is passed over, and the search is charged`() async throws {
        let bench = try Bench()
        let report = await bench.ask(Self.request())
        #expect(report.content.text == "Found" && report.attempts.isEmpty)
        #expect(bench.servers.map(\.requests.count) == [0, 1])
        // 1000 and 10 tokens, and four searches.
        #expect(report.costs == [Bench.targets[1]: 10_000 + 1000 + 20_000])
        #expect(bench.router.standing(of: Bench.targets[0]).asked == 0)
        await bench.stop()
    }

    @Test func `without a provider that searches nobody is asked`() async throws {
        let bench = try Bench(searching: [false, false])
        let report = await bench.ask(Self.request())
        guard case .nobody(let attempts) = report.outcome else {
            Issue.record("somebody has answered")
            return
        }
        #expect(attempts.isEmpty && bench.servers.allSatisfy { $0.requests.isEmpty })
        await bench.stop()
    }

    @Test func `a provider itself does not answer without the search either`() async throws {
        let bench = try Bench()
        let plain = bench.router.plan.providers[0]
        await #expect(throws: ModelFailure(.badRequest, detail: "plain does not search")) {
            try await plain.stream(Self.request(), model: "m") { _ in }
        }
        #expect(bench.servers[0].requests.isEmpty)
        await bench.stop()
    }

    @Test(arguments: [
        (
            LoopbackReply.json(#"{"code":"The service is currently unavailable","error":"x"}"#),
            ModelFailure.Kind.overloaded
        ),
        (
            .json(
                #"{"code":"Client specified an invalid argument","error":"Incorrect API key provided"}"#,
                status: 400
            ), .keyRefused
        ),
        (.json(#"{"error":"Live search is deprecated"}"#, status: 410), .unknownModel),
        (.json(#"{"error":{"message":"x","type":"server_error"}}"#, status: 500), .serverError),
    ])
    func `each shape of xAI's errors is understood`(_ reply: LoopbackReply, _ kind: ModelFailure.Kind) async throws {
        let server = try LoopbackHTTPServer { _ in reply }
        var config = HTTPClientConfig()
        config.allowedHosts = [server.authority]
        let transport = try CurlTransport(config: config)
        let provider = ModelProvider(
            name: "xai",
            wire: .chat,
            base: server.url("/v1"),
            key: nil,
            searches: true,
            transport: transport,
            now: { Timestamp(seconds: 7) }
        )
        var failure: ModelFailure?
        do throws(ModelFailure) {
            _ = try await provider.stream(Self.request(), model: "m") { _ in }
        } catch {
            failure = error
        }
        #expect(failure?.kind == kind)
        await transport.shutdown()
        server.stop()
    }
}
