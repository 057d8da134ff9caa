import JSON
import SpeechWire
import Testing

@testable import Media

/// What passes between the station and the program that speaks for it.
struct SpeechWireTests {
    @Test func `frames are found in pieces of any size`() throws {
        let frames = [
            SpeechFrame(.request, [1, 2, 3]), SpeechFrame(.audio, []),
            SpeechFrame(.done, Array(repeating: 7, count: 300)),
        ]
        let bytes = frames.flatMap(\.bytes)
        for size in [1, 2, 7, 1_000] {
            var reader = SpeechFrameReader()
            var found: [SpeechFrame] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                found += try reader.take(bytes[start..<min(start + size, bytes.count)])
            }
            try reader.finish()
            #expect(found == frames)
        }
    }

    @Test func `what is no frame is refused`() {
        var reader = SpeechFrameReader()
        #expect(throws: SpeechFrame.Fault.unknownKind(9)) { try reader.take([9, 0, 0, 0, 0]) }
        var second = SpeechFrameReader()
        #expect(throws: SpeechFrame.Fault.tooLong(0x7FFF_FFFF)) { try second.take([1, 0xFF, 0xFF, 0xFF, 0x7F]) }
        var third = SpeechFrameReader()
        #expect(throws: SpeechFrame.Fault.truncated) {
            _ = try third.take([1, 2, 0, 0, 0, 1])
            try third.finish()
        }
    }

    @Test func `orders and reports survive the way`() throws {
        let order = SpeechOrder(text: "Größe", voice: "en-us+f3", rate: 175, pitch: 50)
        var fault = ""
        #expect(SpeechOrder(try JSONValue(parsing: order.json.bytes), fault: &fault) == order)
        let report = SpeechReport(
            sampleRate: 22_050,
            sampleCount: 100,
            words: [.init(sample: 3, position: 0, length: 5)],
            phones: [.init(sample: 3, name: "g")]
        )
        #expect(SpeechReport(try JSONValue(parsing: report.json.bytes)) == report)
        #expect(SpeechReport(["rate": 22_050, "samples": 1, "words": [[1]], "phones": []]) == nil)
    }

    @Test(
        arguments: [
            (["text": "", "voice": "en", "rate": 175, "pitch": 50], "text: 1 to 10000 characters"),
            (["text": "a", "voice": "../en", "rate": 175, "pitch": 50], "voice: a name without slashes"),
            (["text": "a", "voice": "en", "rate": 10, "pitch": 50], "rate: 80 to 450"),
            (["text": "a", "voice": "en", "rate": 175, "pitch": 101], "pitch: 0 to 100"),
            ([], "text: 1 to 10000 characters"),
        ] as [(JSONValue, String)]
    ) func `an order that makes no sense names the field`(json: JSONValue, expected: String) {
        var fault = ""
        #expect(SpeechOrder(json, fault: &fault) == nil)
        #expect(fault == expected)
    }

    @Test func `one process of the worker answers one request after the other`() async throws {
        let program = VoiceProgram(program: try #require(EngineTests.worker), remedy: "")
        let orders = ["One.", "Two."].map { SpeechOrder(text: $0, voice: "en-us", rate: 175, pitch: 50).json.bytes }
        let input =
            SpeechFrame(.request, orders[0]).bytes + SpeechFrame(.request, Array("{}".utf8)).bytes
            + SpeechFrame(.request, orders[1]).bytes
        let outcome = try await program.run([], input: input, outputMax: 10_000_000, patience: .seconds(20))
        var reader = SpeechFrameReader()
        let kinds = try reader.take(outcome.output).map(\.kind).filter { $0 != .audio }
        #expect(kinds == [.done, .failed, .done] && outcome.exitCode == 0)
        let nonsense = try await program.run([], input: [255, 0, 0, 0, 0], outputMax: 1_000, patience: .seconds(20))
        #expect(nonsense.exitCode == 65)
    }

    @Test func `words are found among the phones of a sentence that was said a little differently`() {
        func phones(_ names: String) -> [PhoneTime] {
            names.split(separator: " ").enumerated().map { index, name in
                PhoneTime(
                    name: String(name),
                    arpabet: [],
                    start: Double(index),
                    end: Double(index + 1),
                    isPause: name == "pau"
                )
            }
        }
        let words = [["ey"], ["b", "ih", "g"], ["dh", "ax"], ["ah", "p"]]
        // "a" has become "ax", "the" has lost its vowel, and something was put in.
        let spans = PhoneAlignment.spans(of: words, in: phones("pau ax b ih g pau dh y ah p pau"))
        #expect(spans == [1..<2, 2..<5, 6..<8, 8..<10])
        #expect(PhoneAlignment.spans(of: [["b"], []], in: phones("pau b pau")) == [1..<2, nil])
        #expect(PhoneAlignment.spans(of: [["b"]], in: phones("pau")) == [nil])
        #expect(FliteReport.phones("pau:0.2 b:0.1") == nil && FliteReport.phones("") == nil)
        #expect(FliteReport.phones("pau:0.2 b:0.5\npau:0.1 d:0.3")?.map(\.end) == [0.2, 0.5, 0.6, 0.8])
    }
}
