import Bus
import HTTPClient
import JSON
import TestKit
import Testing

@testable import LLM

/// The whole way to a provider: real connections to servers that answer as providers do.
@Suite(.timeLimit(.minutes(1))) struct ModelProviderTests {
    /// What came of asking.
    private struct Seen {
        var completion = Completion()
        var end: CompletionEnd?
        var failure: ModelFailure?
    }

    private func ask(
        _ wire: ModelProvider.Wire = .chat,
        limits: HTTPLimits = HTTPLimits(),
        _ answer: @escaping @Sendable (LoopbackHTTPServer.Request) -> LoopbackReply
    ) async throws -> Seen {
        let server = try LoopbackHTTPServer(answer)
        var config = HTTPClientConfig()
        config.allowedHosts = [server.authority]
        let transport = try CurlTransport(config: config)
        let provider = ModelProvider(
            name: "test",
            wire: wire,
            base: server.url("/v1"),
            key: "planted",
            headers: wire == .messages ? ["anthropic-version": "2023-06-01"] : [:],
            transport: transport,
            now: { Timestamp(seconds: 7) }
        )
        let request = ModelRequest([ModelMessage(.user, "Hi")], outputTokensMax: 10)
        var seen = Seen()
        do throws(ModelFailure) {
            seen.end = try await provider.stream(request, model: "m", limits: limits) { progress in
                for piece in progress.pieces { seen.completion.append(piece) }
            }
        } catch {
            seen.failure = error
        }
        await transport.shutdown()
        server.stop()
        return seen
    }

    private static func chunk(_ text: String, _ finish: String = "null") -> String {
        #"{"choices":[{"index":0,"delta":{"content":"\#(text)"},"finish_reason":\#(finish)}]}"#
    }

    @Test func `an answer comes in pieces, over a real connection`() async throws {
        let seen = try await ask { request in
            let body = try? JSONValue(parsing: request.body)
            guard request.path == "/v1/chat/completions", request.header("authorization") == "Bearer planted",
                body?["messages"]?[0]?["content"] == "Hi"
            else { return .status(400) }
            return .serverSentEvents([Self.chunk("Hel"), Self.chunk("lo", #""stop""#), "[DONE]"])
        }
        #expect(seen.completion.text == "Hello" && seen.end?.finish == .stop && seen.failure == nil)
    }

    @Test func `Anthropic is asked in its own way`() async throws {
        let seen = try await ask(.messages) { request in
            guard request.path == "/v1/messages", request.header("x-api-key") == "planted",
                request.header("anthropic-version") == "2023-06-01"
            else { return .status(400) }
            return .serverSentEvents([
                #"{"type":"message_start","message":{"model":"m","usage":{"input_tokens":3,"output_tokens":1}}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}"#,
                #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}"#,
                #"{"type":"message_stop"}"#,
            ])
        }
        #expect(seen.completion.text == "Hi" && seen.end?.usage == ModelUsage(inputUncached: 3, output: 2))
    }

    @Test(arguments: [
        (
            LoopbackReply.json(#"{"error":{"message":"x","code":"invalid_api_key"}}"#, status: 401),
            ModelFailure.Kind.keyRefused
        ),
        (.json(#"{"error":{"type":"insufficient_quota"}}"#, status: 429), .outOfMoney),
        (.status(429, headers: [("Retry-After", "7")]), .rateLimited),
        // A good status and a whole body.
        (.json(#"{"code":"The service is currently unavailable","error":"x"}"#), .overloaded),
        (.status(200, headers: [("Content-Type", "text/html")], body: "<html>".utf8), .malformed),
        (LoopbackReply([.close]), .unreachable), (LoopbackReply([.reset]), .unreachable),
    ])
    func `an answer that is none says why`(_ reply: LoopbackReply, _ kind: ModelFailure.Kind) async throws {
        let seen = try await ask { _ in reply }
        #expect(seen.failure?.kind == kind && seen.completion.isEmpty)
        if kind == .rateLimited { #expect(seen.failure?.retryAfter == .seconds(7)) }
    }

    @Test func `an answer that is cut in the middle is not complete`() async throws {
        let whole = LoopbackReply.serverSentEvents([Self.chunk("Hel"), Self.chunk("lo", #""stop""#)]).steps
        for end in [LoopbackReply.Step.close, .reset] {
            let cut = try await ask { _ in LoopbackReply(Array(whole.prefix(2)) + [end]) }
            #expect(cut.completion.text == "Hel" && cut.failure?.kind == .truncated && cut.end == nil)
        }
        // After the reason for its end it is, whatever becomes of the connection.
        let steps = LoopbackReply.serverSentEvents([Self.chunk("Hi", #""stop""#)]).steps
        let late = try await ask { _ in LoopbackReply(Array(steps.prefix(2)) + [.reset]) }
        #expect(late.completion.text == "Hi" && late.end?.finish == .stop)
        // And one that ends in order without having said that it is over.
        let early = try await ask { _ in .serverSentEvents([Self.chunk("Hel"), "[DONE]"]) }
        #expect(early.completion.text == "Hel" && early.failure?.kind == .truncated)
    }

    @Test func `what came in one piece with an error is handed on before it`() async throws {
        let seen = try await ask { _ in
            .chunked(
                ["data: \(Self.chunk("Hel"))\n\ndata: {\"error\":{\"message\":\"x\",\"type\":\"server_error\"}}\n\n"],
                headers: [("Content-Type", "text/event-stream")]
            )
        }
        #expect(seen.completion.text == "Hel" && seen.failure?.kind == .serverError)
    }

    @Test func `nobody waits for one that says nothing`() async throws {
        var limits = HTTPLimits()
        limits.idleSeconds = 0.2
        let stalled = try await ask(limits: limits) { _ in
            LoopbackReply(Array(LoopbackReply.serverSentEvents([Self.chunk("Hel")]).steps.prefix(2)) + [.waitForClose])
        }
        #expect(stalled.completion.text == "Hel" && stalled.failure?.kind == .timedOut)
        limits.firstByteSeconds = 0.2
        let silent = try await ask(limits: limits) { _ in LoopbackReply([.waitForClose]) }
        #expect(silent.failure?.kind == .timedOut && silent.completion.isEmpty)
    }
}
