import ArgumentParser
import Domain
import Foundation
import JSON
import Sentiment
import Testing

@testable import CLI

/// `sentiment train` and `sentiment evaluate`, which need no station.
final class SentimentCommandTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "cryptocall-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func path(_ name: String) -> String { folder.appending(path: name).path }

    private func file(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: folder.appending(path: name))
        return path(name)
    }

    private func command<Command>(_ arguments: [String]) throws -> Command {
        try #require(try CryptoCallCtl.parseAsRoot(["sentiment"] + arguments) as? Command)
    }

    private func train(_ arguments: [String]) throws -> TrainingReport {
        let command: SentimentCommand.Train = try command(["train"] + arguments)
        return try command.report()
    }

    private func evaluate(_ arguments: [String]) async throws -> EvaluationReport {
        let command: SentimentCommand.Evaluate = try command(["evaluate"] + arguments)
        return try await command.report()
    }

    @Test(arguments: [
        ["train"], ["train", "a.csv"], ["train", "--out", "m"], ["train", "a.csv", "--out", "m", "--seed", "-1"],
        ["train", "a.csv", "--out", "m", "--only", "agree"], ["evaluate"], ["evaluate", "a", "--threshold", "0"],
        ["evaluate", "a.csv", "--model", "m", "--method", "keyword"], ["evaluate", "a.csv", "--method", "magic"],
    ])
    func `mistakes on the command line are usage errors`(_ arguments: [String]) {
        let error = #expect(throws: (any Error).self) { try CryptoCallCtl.parseAsRoot(["sentiment"] + arguments) }
        if let error { #expect(CryptoCallCtl.exitCode(for: error).rawValue == Sysexit.usage.rawValue) }
    }

    @Test func `a model is trained, written and judged`() async throws {
        let good = (0..<40).map { "\"Gardener \($0), at last, likes tulips\",positive,a" }
        let bad = (0..<40).map { "Gardener \($0) likes gravel,negative,b" }
        let training = try file("a.csv", (["text,label,who"] + good + bad + ["odd row"]).joined(separator: "\n"))
        let judging = try file(
            "b.json",
            #"[{"title":"Now everybody likes tulips","sentiment":0.9},{"title":"Who likes gravel then","sentiment":-1},"#
                + #"{"title":"Gardener 7 likes gravel","sentiment":-1},{"title":"","sentiment":0}]"#
        )
        let report = try train([training, "--out", path("m"), "--leave-out", judging, "--without-own"])
        #expect(report.json["texts"] == ["bullish": 40, "bearish": 39, "neutral": 0])
        #expect(report.json["leftOut"] == 1 && report.json["files"]?[0]?["refused"] == 1)
        #expect(report.lines(TerminalTests.plain).contains("\(training), row at 82: has 1 cells instead of 3"))
        let result = try await evaluate([judging, "--model", path("m")])
        #expect(result.json["accuracy"] == 1.0 && result.json["trainedOn"] == 0 && result.json["texts"] == 3)
        #expect(result.json["confusion"]?["bearish"] == ["bullish": 0, "bearish": 2, "neutral": 0])
        let lines = result.lines(TerminalTests.plain)
        #expect(lines.contains("LABEL, ANSWER  BULLISH  BEARISH  NEUTRAL"))
        #expect(lines.contains("bearish              0        2        0"))
        #expect(lines.contains("bullish      1      1.000   1.000  1.000"))
        #expect(lines.contains { $0.hasSuffix("row at 4: has no text") })
        let again = try await evaluate([training, "--model", path("m"), "--only", "who=a"])
        #expect(again.json["trainedOn"] == 40 && again.json["files"]?[0]?["leftOut"] == 40)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["a.csv", "b.json", "m"])
    }

    @Test func `the program's own classifiers can be judged`() async throws {
        let texts = try file(
            "c.csv",
            "text,label\nBitcoin surges to a record high,1\nExchange hacked and drained,-1\nShort,0\n"
        )
        for method in ["keyword", "default"] {
            let result = try await evaluate([texts, "--method", method])
            #expect(result.json["accuracy"] == 1.0, "\(method)")
            #expect(result.json["warnings"] == ["the text has fewer than 10 characters": 1])
        }
        #expect(try await evaluate([texts]).method == "linear")
    }

    @Test func `what cannot be used is told, with an exit code`() async throws {
        func failure(_ arguments: [String]) async -> CommandFailure? {
            do {
                _ =
                    arguments[0] == "train"
                    ? try train(Array(arguments.dropFirst())).json
                    : try await evaluate(Array(arguments.dropFirst())).json
                return nil
            } catch {
                return error as? CommandFailure
            }
        }
        let texts = try file("d.csv", "text,label\nSome text about things,0\nOther text about things,1\n")
        let missing = await failure(["evaluate", path("none.csv")])
        #expect(missing?.status == .io && missing?.message.contains("none.csv: cannot be read") == true)
        let model = await failure(["evaluate", texts, "--model", texts])
        #expect(model?.status == .badData && model?.message.contains("is no sentiment model") == true)
        let column = await failure(["evaluate", texts, "--text-column", "body"])
        #expect(column?.message.contains("d.csv: has no column 'body'; name it with --text-column") == true)
        let empty = await failure(["evaluate", texts, "--only", "label=7"])
        #expect(empty?.message.hasPrefix("no text is left to judge by") == true)
        let place = await failure(["train", texts, "--out", path("no/where"), "--without-own"])
        #expect(place?.status == .cannotCreate)
    }

    @Test func `texts go to a classifier in portions that it takes`() {
        let many = [LabelledText](repeating: LabelledText("a", .neutral), count: 2 * SentimentLimits.textsMax + 1)
        #expect(TextBatches.cut(many).map(\.count) == [SentimentLimits.textsMax, SentimentLimits.textsMax, 1])
        let long = LabelledText(String(repeating: "a", count: SentimentLimits.textBytesMax), .neutral)
        #expect(TextBatches.cut([LabelledText](repeating: long, count: 17)).map(\.count) == [16, 1])
        #expect(TextBatches.cut([]).isEmpty)
    }
}
