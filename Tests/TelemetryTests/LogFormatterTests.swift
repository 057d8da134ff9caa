import Glibc
import Logging
import Telemetry
import Testing

struct LogFormatterTests {
    @Test func `a JSON line has the shared fields in order and numbers as numbers`() {
        let record = LogRecord.sample(
            "quote \"read\"\n",
            fields: [
                LogField(LogKey.latencyMS, "12.5"), LogField("level", "fake"), LogField(LogKey.queueDepth, "many"),
                LogField(LogKey.symbol, "BTC-USD"),
            ]
        )
        let expected =
            #"{"timestamp":"2026-11-19T07:05:09.123456Z","level":"info","service":"cryptocalld","logger":"market","#
            + #""message":"quote \"read\"\n","latency_ms":12.5,"field_level":"fake","queue_depth":"many","#
            + #""symbol":"BTC-USD"}"# + "\n"
        #expect(JSONLogFormatter(service: "cryptocalld").text(record) == expected)
    }

    @Test func `a record's own service stands in place of the process's`() {
        let line = JSONLogFormatter(service: "cryptocalld")
            .text(.sample("x", level: .error, fields: [LogField(LogKey.service, "playout")]))
        #expect(line.contains(#""service":"playout","source":"Market/Venue.swift:42"}"#))
        #expect(!line.contains("cryptocalld"))
    }

    @Test(arguments: [
        ("0", true), ("-1.5e+3", true), ("12", true), ("", false), ("01", false), ("1.", false), ("NaN", false),
        ("+1", false), ("1 ", false),
    ])
    func `only well-formed numbers go without quotes`(value: String, isNumber: Bool) {
        let line = JSONLogFormatter(service: "s").text(.sample("x", fields: [LogField(LogKey.count, value)]))
        #expect(line.contains(isNumber ? "\"count\":\(value)}" : "\"count\":\"\(value)\"}"))
    }

    @Test func `text cannot steer the terminal or forge a line`() {
        let record = LogRecord.sample(
            "two\nlines \u{1B}[2J\u{202E}",
            level: .warning,
            fields: [LogField("a", "plain"), LogField(LogKey.messageID, "0"), LogField("b", "with \"space\"\n")]
        )
        #expect(
            TextLogFormatter(colours: false).text(record)
                == "2026-11-19T07:05:09.123456Z WARNING  market  two\n    lines \\u{1b}[2J\\u{202e} a=plain"
                + " b=\"with \\\"space\\\"\\n\"\n"
        )
    }

    @Test func `colours are used only when asked for`() {
        #expect(TextLogFormatter(colours: true).text(.sample("x", level: .error)).contains("\u{1B}[31mERROR"))
        #expect(!TextLogFormatter(colours: false).text(.sample("x", level: .error)).contains("\u{1B}"))
    }

    @Test func `a priority line stays one line`() {
        #expect(PriorityLogFormatter().text(.sample("a\n<0>b", level: .error)) == "<3>market: a\\n<0>b\n")
    }

    @Test func `the wall time is written as a date`() {
        func text(_ seconds: Int64) -> String {
            LogTime(wallNanoseconds: seconds * 1_000_000_000, monotonicNanoseconds: 0).text
        }
        #expect(text(0) == "1970-01-01T00:00:00.000000Z")
        #expect(text(951_782_400) == "2000-02-29T00:00:00.000000Z")
        #expect(text(1_709_251_199) == "2024-02-29T23:59:59.000000Z")
        #expect(text(4_107_542_400) == "2100-03-01T00:00:00.000000Z")
        #expect(text(-1) == "1969-12-31T23:59:59.000000Z")
    }

    @Test func `a broken pipe is a counted failure and not the end of the process`() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let pipeline = try LogPipeline(
            sink: DescriptorSink(descriptor: ends[1], formatter: JSONLogFormatter(service: "s")),
            redactor: Redactor()
        )
        pipeline.append(.sample("heard"))
        #expect(pipeline.flush(within: .seconds(5)))
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(ends[0], &buffer, buffer.count)
        #expect(String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self).contains(#""message":"heard""#))
        close(ends[0])
        pipeline.append(.sample("unheard"))
        #expect(pipeline.close(within: .seconds(5)))
        #expect(pipeline.statistics.failed == 1)
        close(ends[1])
    }
}
