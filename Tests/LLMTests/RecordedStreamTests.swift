import Foundation
import JSON
import TestKit
import Testing

@testable import LLM

/// Streams that real providers have sent, each with what a correct reader makes of it.
@Suite(
    .enabled(if: TestData.has("llm-streams"), "no recordings here: CRYPTOCALL_TEST_DATA names their folder"),
    .disabled(if: isSanitized, "readers of streams have no threads")
)
struct RecordedStreamTests {
    struct Recording: CustomTestStringConvertible, Sendable {
        let name: String
        let reader: @Sendable () -> any CompletionStreamReader
        var testDescription: String { name }

        func bytes(_ ending: String) throws -> [UInt8] {
            Array(try Data(contentsOf: URL(filePath: "\(TestData.folder)/llm-streams/\(name).\(ending)")))
        }
    }

    static let recordings = [
        Recording(name: "openai-text") { ChatStreamReader() },
        Recording(name: "groq-text") { ChatStreamReader() },
        Recording(name: "xai-text") { ChatStreamReader() },
        Recording(name: "xai-tool-call") { ChatStreamReader() },
        Recording(name: "anthropic-text") { MessagesStreamReader() },
        Recording(name: "anthropic-tool-no-args") { MessagesStreamReader() },
    ]

    private struct Answer: Hashable {
        var completion = Completion()
        var end: CompletionEnd?
        var failure: ModelFailure?
    }

    private func answer(_ recording: Recording, _ pieces: [ArraySlice<UInt8>]) throws -> Answer {
        var (parser, reader) = (ServerSentEventParser(), recording.reader())
        var answer = Answer()
        do {
            for piece in pieces {
                var events: [ServerSentEvent] = []
                try parser.feed(piece, into: &events)
                try take(events, &reader, &answer)
            }
            var events: [ServerSentEvent] = []
            try parser.finish(into: &events)
            try take(events, &reader, &answer)
            answer.end = try reader.end()
        } catch let failure as ModelFailure {
            answer.failure = failure
        }
        return answer
    }

    private func take(
        _ events: [ServerSentEvent],
        _ reader: inout any CompletionStreamReader,
        _ answer: inout Answer
    ) throws {
        var pieces: [CompletionPiece] = []
        for event in events { try reader.read(event, into: &pieces) }
        for piece in pieces { answer.completion.append(piece) }
    }

    @Test(arguments: recordings)
    func `a recorded answer is read as it was meant`(_ recording: Recording) throws {
        let answer = try answer(recording, [try recording.bytes("sse")[...]])
        let expected = try JSONValue(parsing: try recording.bytes("expected.json"))
        #expect(answer.failure == nil)
        #expect(answer.completion.text == expected["content"]?.string)
        #expect(answer.completion.reasoning == (expected["reasoning"] ?? expected["thinking"])?.string)
        let end = try #require(answer.end)
        #expect(end.model == expected["model"]?.string)
        let finish = try #require((expected["finish"] ?? expected["stop_reason"])?.string)
        let finishes = ["stop": FinishReason.stop, "end_turn": .stop, "tool_calls": .toolCalls, "tool_use": .toolCalls]
        #expect(end.finish == finishes[finish])
        let tools = try #require((expected["tool_calls"] ?? expected["tools"])?.object)
        #expect(answer.completion.toolCalls.count == tools.count)
        for (call, tool) in zip(answer.completion.toolCalls, tools.sorted { $0.key < $1.key }.map(\.value)) {
            #expect(call.id == tool["id"]?.string && call.name == tool["name"]?.string)
            #expect(call.arguments == (tool["args"] ?? tool["arguments"])?.string)
        }
        try check(try #require(end.usage), expected["usage"] ?? .null)
    }

    /// By the total, which providers agree on.
    private func check(_ usage: ModelUsage, _ expected: JSONValue) throws {
        if let input = expected["input_tokens"]?.int {
            #expect(usage.input == input && Int64(usage.output) == expected["output_tokens"]?.int)
        } else {
            let prompt = try #require(expected["prompt_tokens"]?.int)
            #expect(Int64(usage.input) == prompt)
            #expect(Int64(usage.total) == expected["total_tokens"]?.int)
            let reasoning = expected["completion_tokens_details"]?["reasoning_tokens"]?.int ?? 0
            #expect(Int64(usage.reasoning) == reasoning)
            #expect(usage.costTicks == expected["cost_in_usd_ticks"]?.int)
        }
    }

    @Test(arguments: recordings)
    func `every split gives the same answer`(_ recording: Recording) throws {
        let bytes = try recording.bytes("sse")
        let whole = try answer(recording, [bytes[...]])
        // Every byte of the short ones; of the long ones some places in each kind of event.
        let step = bytes.count < 5000 ? 1 : 997
        for split in stride(from: 0, to: bytes.count, by: step) {
            let cut = try answer(recording, [bytes[..<split], bytes[split...]])
            #expect(cut == whole, "at \(split)")
        }
        let dripped = try answer(recording, bytes.indices.map { bytes[$0...$0] })
        #expect(dripped == whole)
    }

    @Test(arguments: recordings)
    func `an answer that breaks off is never complete`(_ recording: Recording) throws {
        let bytes = try recording.bytes("sse")
        let whole = try answer(recording, [bytes[...]])
        let text = String(decoding: bytes, as: UTF8.self)
        // Where the provider has said why it stops, the answer is complete, whatever follows.
        let words = ["\"finish_reason\":\"", "\"stop_reason\":\""]
        let places = words.compactMap { text.range(of: $0)?.lowerBound }
        let last = try #require(places.min())
        let finished = text.utf8.distance(from: text.startIndex, to: last)
        for split in stride(from: 0, to: finished, by: bytes.count < 5000 ? 1 : 499) {
            let cut = try answer(recording, [bytes[..<split]])
            #expect(cut.end == nil && cut.failure != nil, "at \(split)")
            #expect(whole.completion.text.hasPrefix(cut.completion.text))
        }
    }
}
