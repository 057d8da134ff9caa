import Bus
import Chat
import Credits
import Domain
import HTTPClient
import JSON
import LLM
import Logging
import Store
import TestKit
import Testing

@testable import API

/// Both interfaces to the models as their clients see them: a real listener, desk, store and connection to a model.
@Suite(.timeLimit(.minutes(1))) struct ChatRoutesTests {
    /// What the routes stand on; the account is that of every token of the listener's tests.
    private struct Bench {
        let model: LoopbackHTTPServer
        let store: SQLiteStore
        let transport: CurlTransport
        let desk: ChatDesk
        let credits: CreditDesk
        let table: RouteTable
        static let user = UUIDv7(high: 7, low: 8)

        init(
            _ folder: borrowing TemporaryFolder,
            credits amount: Int64 = 100,
            facts: @escaping @Sendable ([String]?) -> [ChatFact] = { _ in [ChatFact("BTC-USD is 64000.")] },
            reply: @escaping @Sendable (LoopbackHTTPServer.Request) -> LoopbackReply
        ) async throws {
            let server = try LoopbackHTTPServer(reply)
            model = server
            var config = SQLiteConfig(path: folder.path("store.db"))
            // A crash of the machine is not what is tested here.
            config.synchronous = .normal
            store = try await SQLiteStore.open(config, bus: try EventBus(types: EventCatalogue.all), now: { .now })
            try await store.run(
                """
                INSERT INTO user_account (id, email, display_name, password_hash, role, tier, created_at, updated_at)
                VALUES (?1, 'ann@example.org', 'Ann', 'none', 'client', 'free', 1, 1)
                """,
                [SQLValue(Bench.user)]
            )
            var settings = CreditSettings()
            settings.welcome = 0
            credits = CreditDesk(store: store, settings: settings, now: { .now })
            if amount > 0 {
                _ = try await credits.grant(amount, to: Bench.user, from: .topUp, cause: "test", reason: "test")
            }
            var client = HTTPClientConfig()
            client.allowedHosts = [server.authority]
            transport = try CurlTransport(config: client)
            let provider = ModelProvider(
                name: "xai",
                wire: .chat,
                base: server.url("/v1"),
                key: nil,
                transport: transport,
                now: { .now }
            )
            let grok = ModelCatalogue.Model(name: "grok", target: ModelTarget(provider: "xai", model: "grok-4.3"))
            var plan = ModelRouter.Plan(
                providers: [provider],
                catalogue: ModelCatalogue(
                    models: [grok],
                    orders: [.chat: [ModelRung([ModelRung.Member(grok.target)])]],
                    unavailable: ["gpt": "llm.providers.openai.key is not set"]
                )
            )
            plan.chain.repeatsMax = 0
            let price = ChatPrices.Price(CreditPrice(perInput: 1, perOutput: 4, minimum: 1), source: .grok)
            desk = ChatDesk(
                router: ModelRouter(plan, seed: 1),
                credits: credits,
                settings: ChatDesk.Settings(prices: ChatPrices([grok.target: price])),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            var limits = ChatLimits()
            (limits.completionsTier, limits.turnsMax, limits.symbols) = (.free, 2, ["BTC"])
            let kept = limits
            let routes =
                try ChatRoutes(desk: desk, limits: { kept }, facts: facts, now: { .now }).all()
                + CompletionRoutes(desk: desk, limits: { kept }, now: { Timestamp(seconds: 9) }).all()
            table = try RouteTable(routes)
        }

        /// Serves while the body runs, with somebody who makes the calls.
        func serving(_ body: (_ ask: TestListener.Ask) async throws -> Void) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await desk.work() }
                try await TestListener.serving(table, body)
                group.cancelAll()
            }
            await transport.shutdown()
            model.stop()
            await store.close()
        }
    }

    private static let client: HTTPHeaders = [
        "authorization": "Bearer client/read,write", "content-type": "application/json",
    ]
    private static func chunk(_ text: String, _ finish: String = "null") -> String {
        #"{"choices":[{"index":0,"delta":{"content":"\#(text)"},"finish_reason":\#(finish)}]}"#
    }
    private static let usage =
        #"{"choices":[],"usage":{"prompt_tokens":500,"completion_tokens":1000,"total_tokens":1500}}"#
    private static let good = LoopbackReply.serverSentEvents([chunk("Hel"), chunk("lo", #""stop""#), usage, "[DONE]"])

    /// The events of a stream, as names and data.
    private func events(_ body: [UInt8]) throws -> [(name: String, data: JSONValue)] {
        try String(decoding: body, as: UTF8.self).split(separator: "\n\n").filter { !$0.hasPrefix(":") }.map { event in
            let lines = event.split(separator: "\n")
            let name = lines.first { $0.hasPrefix("event: ") }.map { String($0.dropFirst(7)) } ?? ""
            let data = try #require(lines.first { $0.hasPrefix("data: ") }).dropFirst(6)
            return (name, data == "[DONE]" ? "[DONE]" : try JSONValue(parsing: Array(data.utf8)))
        }
    }

    @Test func `an answer comes as a stream or as a whole, with what it has cost`() async throws {
        let folder = try TemporaryFolder()
        let bench = try await Bench(folder) { _ in Self.good }
        try await bench.serving { ask in
            let stream = try await ask(.post, "/chat", Self.client, #"{"message":"How is it?"}"#)
            #expect(stream.status == 200 && stream.headers["content-type"]?.hasPrefix("text/event-stream") == true)
            let events = try events(stream.body)
            #expect(events.first?.name == "start" && events.first?.data["provider"] == "xai")
            #expect(events.filter { $0.name == "token" }.compactMap { $0.data["content"]?.string }.joined() == "Hello")
            #expect(events.last?.name == "done" && events.last?.data["credits_charged"] == 6)
            #expect(events.last?.data["credits_remaining"] == 94)
            let whole = try await ask(.post, "/chat", Self.client, #"{"message":"How is it?","stream":false}"#)
            let body = try JSONValue(parsing: whole.body)
            #expect(whole.status == 200 && body["text"] == "Hello" && body["credits_remaining"] == 88)
            #expect(body["usage"]?["total_tokens"] == 1500 && body["metadata"]?["cached"] == nil)
            // What it was told: the facts of the moment, and no more tokens than the tier allows.
            let told = try JSONValue(parsing: try #require(bench.model.requests.last).body)
            #expect(told["messages"]?.array?.first?["content"]?.string?.contains("BTC-USD is 64000.") == true)
            #expect(told["max_completion_tokens"] == 1024)
        }
    }

    @Test func `an estimate charges nothing and asks nobody`() async throws {
        let folder = try TemporaryFolder()
        let bench = try await Bench(folder) { _ in Self.good }
        try await bench.serving { ask in
            let answer = try await ask(.post, "/chat/estimate", Self.client, #"{"message":"How is it?"}"#)
            let body = try JSONValue(parsing: answer.body)
            #expect(answer.status == 200 && body["provider"] == "xai" && body["balance"] == 100)
            // 1024 tokens at 4, less than a thousand at 1, and 1 for the call.
            #expect(body["max_credits"] == 6 || body["max_credits"] == 7)
            #expect(bench.model.requests.isEmpty)
        }
    }

    @Test func `the meaning of a word is asked once, without the figures of the moment`() async throws {
        let folder = try TemporaryFolder()
        let bench = try await Bench(folder) { _ in Self.good }
        try await bench.serving { ask in
            for (message, charged, cached) in [
                ("What is RSI?", 6, nil), ("What  is RSI?", 1, true), ("What is BTC?", 6, nil),
                ("What is BTC?", 6, nil),
            ] as [(String, JSONValue, JSONValue?)] {
                let answer = try await ask(
                    .post,
                    "/chat",
                    Self.client,
                    #"{"message":"\#(message)","stream":false}"#
                )
                let body = try JSONValue(parsing: answer.body)
                #expect(body["text"] == "Hello" && body["credits_charged"] == charged, "\(message)")
                #expect(body["metadata"]?["cached"] == cached, "\(message)")
            }
            let stream = try await ask(.post, "/chat", Self.client, #"{"message":"What is RSI?"}"#)
            #expect(try events(stream.body).map(\.name) == ["start", "token", "done"])
            let first = try JSONValue(parsing: bench.model.requests[0].body)
            #expect(first["messages"]?.array?.first?["content"]?.string?.contains("64000") == false)
            #expect(bench.model.requests.count == 3)
        }
    }

    @Test func `signals are answered again for the same symbols, in whatever order`() async throws {
        let folder = try TemporaryFolder()
        let bench = try await Bench(folder) { _ in Self.good }
        try await bench.serving { ask in
            for symbols in [#"["BTC","SOL"]"#, #"["sol","btc"]"#, #"["BTC"]"#] {
                let text =
                    #"{"message":"And?","stream":false,"context":{"include_signals":true,"symbols":\#(symbols)}}"#
                let answer = try await ask(.post, "/chat", Self.client, text)
                #expect(answer.status == 200)
            }
            #expect(bench.model.requests.count == 2)
        }
    }

    @Test func `bad input is named by its field, and neither asked nor charged`() async throws {
        let folder = try TemporaryFolder()
        let bench = try await Bench(folder) { _ in Self.good }
        let long = String(repeating: "x", count: 4001)
        let turns = Array(repeating: #"{"role":"user","text":"x"}"#, count: 2).joined(separator: ",")
        try await bench.serving { ask in
            for (body, status, words) in [
                (#"{"message":"\#(long)"}"#, 400, "message_too_long"), (#"{"message":"  "}"#, 422, "message"),
                (#"{"message":"x","history":[\#(turns)]}"#, 422, "history"), (#"{"message":7}"#, 422, "message"),
                (#"{"message":"x","model":"gpt"}"#, 422, "llm.providers.openai.key is not set"),
                (#"{"message":"x","model":"none"}"#, 422, "model"), (#"{"message":"#, 400, "error"),
                (#"{"message":"x","mode":"voice"}"#, 403, "tier_required"),
            ] {
                let answer = try await ask(.post, "/chat", Self.client, body)
                let text = String(decoding: answer.body, as: UTF8.self)
                #expect(answer.status == status, "\(body.prefix(60)): \(text)")
                #expect(text.contains(words), "\(body.prefix(60)): \(text)")
            }
            let nobody = try await ask(.post, "/chat", ["content-type": "application/json"], #"{"message":"x"}"#)
            #expect(nobody.status == 401)
            let reader: HTTPHeaders = ["authorization": "Bearer client/read", "content-type": "application/json"]
            #expect(try await ask(.post, "/chat", reader, #"{"message":"x"}"#).status == 403)
            let account = try await bench.credits.account(of: Bench.user)
            #expect(bench.model.requests.isEmpty && account.balance == 100 && account.held == 0)
        }
    }

    @Test func `a failure has an honest status before the first word, and an event after it`() async throws {
        let folder = try TemporaryFolder()
        let down = try await Bench(folder) { _ in .status(500) }
        try await down.serving { ask in
            let answer = try await ask(.post, "/chat", Self.client, #"{"message":"x"}"#)
            #expect(answer.status == 503 && answer.headers["retry-after"] != nil)
            #expect(String(decoding: answer.body, as: UTF8.self).contains("all_providers_failed"))
        }
        let other = try TemporaryFolder()
        let begun = Array(LoopbackReply.serverSentEvents([Self.chunk("Hello there")]).steps.prefix(2))
        let cut = try await Bench(other) { _ in LoopbackReply(begun + [.close]) }
        try await cut.serving { ask in
            let answer = try await ask(.post, "/chat", Self.client, #"{"message":"x"}"#)
            let events = try events(answer.body)
            #expect(answer.status == 200 && events.map(\.name) == ["start", "token", "error"])
            #expect(events.last?.data["credits_charged"] == 2)
        }
        let third = try TemporaryFolder()
        let poor = try await Bench(third, credits: 0) { _ in Self.good }
        try await poor.serving { ask in
            let answer = try await ask(.post, "/chat", Self.client, #"{"message":"x"}"#)
            let body = try JSONValue(parsing: answer.body)
            #expect(answer.status == 402 && body["balance"] == 0 && body["required"] != nil)
        }
    }

    @Test func `a paused account is refused in the words of either interface, until it is resumed`() async throws {
        let folder = try TemporaryFolder()
        let bench = try await Bench(folder) { _ in Self.good }
        var settings = bench.credits.settings
        settings.review.hourMax = 5
        bench.credits.replace(with: settings)
        let completion = #"{"model":"auto","messages":[{"role":"user","content":"x"}]}"#
        try await bench.serving { ask in
            let first = try await ask(.post, "/chat", Self.client, #"{"message":"x","stream":false}"#)
            #expect(first.status == 200)
            let refused = try await ask(.post, "/chat", Self.client, #"{"message":"x"}"#)
            #expect(refused.status == 403)
            #expect(try JSONValue(parsing: refused.body)["error"] == "spending_paused")
            let other = try await ask(.post, "/v1/chat/completions", Self.client, completion)
            let error = try JSONValue(parsing: other.body)["error"]
            #expect(other.status == 403)
            #expect(error?["type"] == "permission_error" && error?["code"] == "spending_paused")
            let resumed = try await bench.credits.resume(Bench.user, by: "ann")
            #expect(resumed)
            #expect(try await ask(.post, "/v1/chat/completions", Self.client, completion).status == 200)
        }
    }

    @Test func `a stop settles what is under way, and says so to whoever reads it`() async throws {
        let folder = try TemporaryFolder()
        let begun = Array(LoopbackReply.serverSentEvents([Self.chunk("Hello there")]).steps.prefix(2))
        let bench = try await Bench(folder) { _ in LoopbackReply(begun + [.waitForClose]) }
        try await TestListener.serving(bench.table) { ask in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await bench.desk.work() }
                async let answer = ask(.post, "/chat", Self.client, #"{"message":"x"}"#)
                _ = await bench.model.event { $0.kind == .requested(path: "/v1/chat/completions") }
                while bench.desk.router.standing(of: ModelTarget(provider: "xai", model: "grok-4.3")).latency == nil {
                    await Task.yield()
                }
                group.cancelAll()
                try await group.waitForAll()
                let events = try events(await answer.body)
                #expect(events.map(\.name) == ["start", "token", "error"])
                #expect(events.last?.data["credits_charged"] == 2)
            }
            // Whoever comes after that is told to come again, and nothing is held for them.
            let late = try await ask(.post, "/chat", Self.client, #"{"message":"x"}"#)
            #expect(late.status == 503 && late.headers["retry-after"] == "2")
            let account = try await bench.credits.account(of: Bench.user)
            #expect(account.balance == 98 && account.held == 0)
            #expect(bench.desk.openCount == 0)
        }
        await bench.transport.shutdown()
        bench.model.stop()
        await bench.store.close()
    }

    // MARK: OpenAI's interface

    @Test func `completions look as OpenAI's do`() async throws {
        let folder = try TemporaryFolder()
        let bench = try await Bench(folder) { _ in Self.good }
        try await bench.serving { ask in
            let request = #""messages":[{"role":"user","content":"Hi"}]"#
            let whole = try await ask(.post, "/v1/chat/completions", Self.client, #"{"model":"grok",\#(request)}"#)
            let body = try JSONValue(parsing: whole.body)
            #expect(whole.status == 200 && body["object"] == "chat.completion" && body["created"] == 9)
            let choice = body["choices"]?.array?.first
            #expect(choice?["message"]?["content"] == "Hello" && choice?["finish_reason"] == "stop")
            #expect(body["usage"]?["prompt_tokens"] == 500 && body["usage"]?["completion_tokens"] == 1000)
            let stream = try await ask(
                .post,
                "/v1/chat/completions",
                Self.client,
                #"{"model":"auto","stream":true,"stream_options":{"include_usage":true},\#(request)}"#
            )
            let events = try events(stream.body).map(\.data)
            #expect(events.last == "[DONE]" && events.dropLast().allSatisfy { $0["object"] == "chat.completion.chunk" })
            let text = events.compactMap { $0["choices"]?.array?.first?["delta"]?["content"]?.string }.joined()
            #expect(text == "Hello" && events.dropLast().last?["usage"]?["total_tokens"] == 1500)
            let models = try JSONValue(parsing: try await ask(.get, "/v1/models", Self.client).body)
            #expect(models["data"]?.array?.compactMap { $0["id"]?.string } == ["auto", "grok"])
            #expect(try await ask(.get, "/v1/models/grok", Self.client).status == 200)
            #expect(try await ask(.get, "/v1/models/none", Self.client).status == 404)
        }
    }

    @Test func `its errors look as OpenAI's do, too`() async throws {
        let folder = try TemporaryFolder()
        let bench = try await Bench(folder) { _ in .status(500) }
        try await bench.serving { ask in
            let request = #""messages":[{"role":"user","content":"Hi"}]"#
            for (body, status, param) in [
                (#"{"model":"none",\#(request)}"#, 404, nil), (#"{"model":"grok"}"#, 400, "messages"),
                (#"{"model":"grok",\#(request)}"#, 503, nil), ("{", 400, nil),
            ] as [(String, Int, JSONValue?)] {
                let answer = try await ask(.post, "/v1/chat/completions", Self.client, body)
                let error = try JSONValue(parsing: answer.body)["error"]
                #expect(answer.status == status && error?["message"]?.string?.isEmpty == false, "\(body)")
                #expect(error?["type"]?.string?.isEmpty == false, "\(body)")
                if let param { #expect(error?["param"] == param) }
            }
            let nobody = try await ask(.get, "/v1/models")
            let refused = try JSONValue(parsing: nobody.body)
            #expect(nobody.status == 401 && refused["error"]?["type"] != nil)
        }
    }
}
