import JSON
import Testing

@testable import LLM

/// What is made of the events of `/responses`.
@Suite(.disabled(if: isSanitized, "readers of streams have no threads"))
struct ResponsesStreamTests {
    private struct Answer: Hashable {
        var completion = Completion()
        var end: CompletionEnd?
        var failure: ModelFailure?
        var usage: ModelUsage?
    }

    private func answer(_ pieces: [ArraySlice<UInt8>]) throws -> Answer {
        var (parser, reader, answer) = (ServerSentEventParser(), ResponsesStreamReader(), Answer())
        func take(_ events: [ServerSentEvent], _ reader: inout ResponsesStreamReader) throws(ModelFailure) {
            for event in events {
                var pieces: [CompletionPiece] = []
                defer { for piece in pieces { answer.completion.append(piece) } }
                try reader.read(event, into: &pieces)
            }
        }
        do {
            for piece in pieces {
                var events: [ServerSentEvent] = []
                try parser.feed(piece, into: &events)
                try take(events, &reader)
            }
            var events: [ServerSentEvent] = []
            try parser.finish(into: &events)
            try take(events, &reader)
            answer.end = try reader.end()
        } catch let failure as ModelFailure {
            answer.failure = failure
        }
        answer.usage = reader.usage
        return answer
    }

    private func answer(_ events: String...) throws -> Answer { try answer([Array(Self.stream(events).utf8)[...]]) }

    /// As servers send it: the name of an event is the type of its body.
    private static func stream(_ events: [String]) -> String {
        events.map { event in
            let name = (try? JSONValue(parsing: Array(event.utf8)))?["type"]?.string
            return (name.map { "event: \($0)\n" } ?? "") + "data: \(event)\n\n"
        }.joined()
    }

    private static let created = #"{"type":"response.created","response":{"id":"r","model":"grok-4.3","output":[]}}"#
    private static let search =
        #"{"type":"response.output_item.done","output_index":0,"item":{"type":"x_search_call","id":"s"}}"#
    private static func text(_ text: String) -> String {
        #"{"type":"response.output_text.delta","output_index":2,"content_index":0,"delta":"\#(text)"}"#
    }
    private static let usage = """
        {"input_tokens":900,"output_tokens":40,"total_tokens":1240,"input_tokens_details":{"cached_tokens":100},\
        "output_tokens_details":{"reasoning_tokens":300},"num_sources_used":7,"num_server_side_tools_used":24,\
        "cost_in_usd_ticks":1234567}
        """
    private static let completed = """
        {"type":"response.completed","response":{"model":"grok-4.3-0821","status":"completed","output":[\
        {"type":"x_search_call"},{"type":"message","content":[{"type":"output_text","text":"Hé you"}]}],"usage":\(usage)}}
        """
    private static let whole = [
        created, #"{"type":"response.in_progress","response":{}}"#, search,
        #"{"type":"response.reasoning_summary_text.delta","output_index":1,"delta":"Hm"}"#,
        #"{"type":"response.output_item.added","output_index":2,"item":{"type":"message","content":[]}}"#,
        text("Hé "), text("you"),
        #"{"type":"response.output_text.annotation.added","output_index":2,"annotation":{"type":"url_citation"}}"#,
        #"{"type":"response.output_text.done","output_index":2,"content_index":0,"text":"Hé you"}"#, completed,
    ]

    @Test func `an answer is heard once, with its thoughts, searches and costs`() throws {
        let answer = try answer([Array(Self.stream(Self.whole).utf8)[...]])
        #expect(answer.failure == nil && answer.completion.text == "Hé you" && answer.completion.reasoning == "Hm")
        let end = try #require(answer.end)
        #expect(end.finish == .stop && end.model == "grok-4.3-0821")
        // What is thought comes on top of the output, as the total tells.
        #expect(
            end.usage
                == ModelUsage(
                    inputUncached: 800,
                    cacheRead: 100,
                    output: 340,
                    reasoning: 300,
                    costTicks: 1_234_567,
                    searches: 24
                )
        )
    }

    @Test func `every split gives the same answer`() throws {
        let bytes = Array(Self.stream(Self.whole).utf8)
        let whole = try answer([bytes[...]])
        for split in bytes.indices {
            #expect(try answer([bytes[..<split], bytes[split...]]) == whole, "at \(split)")
        }
        #expect(try answer(bytes.indices.map { bytes[$0...$0] }) == whole)
        let other = Array(Self.stream(Self.whole).replacing("\n", with: "\r\n").utf8)
        #expect(try answer(other.indices.map { other[$0...$0] }) == whole)
    }

    @Test func `an answer that breaks off is never complete`() throws {
        let bytes = Array(Self.stream(Self.whole).utf8)
        let last = bytes.count - Self.stream([Self.completed]).utf8.count
        for split in 0...last {
            let cut = try answer([bytes[..<split]])
            #expect(cut.end == nil && cut.failure != nil, "at \(split)")
        }
        let done = try answer(Self.created, Self.text("Hi"), "[DONE]")
        #expect(done.failure?.kind == .truncated && done.completion.text == "Hi")
    }

    @Test func `searches that are paid for are counted apart from others, and are seen without a count`() throws {
        let details = #""server_side_tool_usage_details":{"x_search_calls":3,"web_search_calls":2,"mcp_calls":9}"#
        let counted = try answer(
            Self.created,
            #"{"type":"response.completed","response":{"usage":{"input_tokens":1,"output_tokens":1,\#(details)}}}"#
        )
        #expect(counted.end?.usage?.searches == 5)
        let seen = try answer(
            Self.created,
            Self.search,
            #"{"type":"response.completed","response":{"usage":{"input_tokens":1,"output_tokens":1}}}"#
        )
        #expect(seen.end?.usage?.searches == 1)
        let own =
            #"{"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","call_id":"c"}}"#
        let none = try answer(
            own,
            #"{"type":"response.completed","response":{"usage":{"input_tokens":1,"output_tokens":1}}}"#
        )
        #expect(none.end?.usage?.searches == 0 && none.end?.finish == .toolCalls)
    }

    @Test func `what was not streamed is heard at the end`() throws {
        let output =
            #"[{"type":"message","content":[{"type":"output_text","text":"All"},{"type":"refusal","refusal":"No"}]}]"#
        let atEnd = try answer(Self.created, #"{"type":"response.completed","response":{"output":\#(output)}}"#)
        #expect(atEnd.completion.text == "All" && atEnd.completion.refusal == "No")
        let done = #"{"type":"response.output_text.done","output_index":0,"content_index":0,"text":"All"}"#
        let once = try answer(Self.created, done, #"{"type":"response.completed","response":{"output":\#(output)}}"#)
        #expect(once.completion.text == "All")
    }

    @Test func `calls of our tools come in fragments or whole`() throws {
        func item(_ type: String, _ index: Int, _ arguments: String) -> String {
            """
            {"type":"response.output_item.\(type)","output_index":\(index),"item":{"type":"function_call",\
            "call_id":"c\(index)","name":"look","arguments":"\(arguments)"}}
            """
        }
        let delta = #"{"type":"response.function_call_arguments.delta","output_index":1,"delta":"{}"}"#
        let answer = try answer(
            item("added", 0, ""),
            item("done", 0, "[1]"),
            item("added", 1, ""),
            delta,
            item("done", 1, "{}"),
            #"{"type":"response.completed","response":{}}"#
        )
        #expect(answer.end?.finish == .toolCalls)
        #expect(answer.completion.toolCalls.map(\.id) == ["c0", "c1"])
        #expect(answer.completion.toolCalls.map(\.arguments) == ["[1]", "{}"])
    }

    @Test(arguments: [("max_output_tokens", FinishReason.length), ("content_filter", .contentFilter)])
    func `an answer that is not whole says why`(reason: String, finish: FinishReason) throws {
        let end = #"{"type":"response.incomplete","response":{"incomplete_details":{"reason":"\#(reason)"}}}"#
        #expect(try answer(Self.created, Self.text("Hi"), end).end?.finish == finish)
    }

    @Test(
        arguments: [
            (#"{"type":"response.failed","response":{"error":{"code":"server_error","message":"x"}}}"#, .serverError),
            (
                #"{"type":"response.failed","response":{"error":{"code":"rate_limit_exceeded","message":"x"}}}"#,
                .rateLimited
            ),
            (#"{"type":"response.failed","response":{}}"#, .serverError),
            (
                #"{"type":"error","sequence_number":2,"error":{"type":"insufficient_quota","code":"insufficient_quota"}}"#,
                .outOfMoney
            ),
            (#"{"type":"error","code":"server_is_overloaded","message":"x"}"#, .overloaded),
            (#"{"code":"The service is currently unavailable","error":"x"}"#, .overloaded),
            (#"{"error":"x"}"#, .serverError), ("{oops", .malformed),
        ] as [(String, ModelFailure.Kind)]
    )
    func `a failure in the stream is told as one`(event: String, kind: ModelFailure.Kind) throws {
        let failed = try answer(Self.created, Self.text("Hi"), event)
        #expect(failed.failure?.kind == kind && failed.end == nil && failed.completion.text == "Hi")
    }

    @Test func `an error by name or on a bare line is one, and what a failure has cost is known`() throws {
        let named = Array("event: error\ndata: {\"code\":\"x\",\"error\":\"y\"}\n\n".utf8)
        #expect(try answer([named[...]]).failure?.kind == .serverError)
        let bare = Array("{\"error\":{\"message\":\"x\"}}\n".utf8)
        #expect(try answer([bare[...]]).failure?.kind == .serverError)
        let failed = try answer(
            Self.created,
            #"{"type":"response.failed","response":{"error":{"code":"server_error"},"usage":\#(Self.usage)}}"#
        )
        #expect(failed.usage?.costTicks == 1_234_567)
    }

    @Test func `a provider that begins anew before the first word is forgiven, and not after it`() throws {
        let before = try answer([Array(Self.stream([Self.created] + Self.whole).utf8)[...]])
        #expect(before.completion.text == "Hé you" && before.failure == nil)
        let after = try answer([Array(Self.stream([Self.created, Self.text("Hi")] + Self.whole).utf8)[...]])
        #expect(after.failure?.kind == .truncated && after.completion.text == "Hi")
    }
}
