import Logging
import Telemetry
import Testing
import Threading

@Suite(.timeLimit(.minutes(1)))
struct LogPipelineTests {
    @Test func `a blocked sink blocks nobody and what does not fit is counted and announced`() throws {
        let sink = try BlockedSink()
        let pipeline = try LogPipeline(
            sink: sink,
            redactor: Redactor(),
            limits: LogQueueLimits(recordsMax: 80)
        )
        pipeline.append(.sample("first"))
        #expect(sink.entered.waits(atMost: .seconds(5)))
        for number in 0..<10_000 { pipeline.append(.sample("record \(number)")) }
        #expect(pipeline.statistics.dropped == 9_930, "an eighth of the room is kept for warnings")
        for number in 0..<100 { pipeline.append(.sample("warning \(number)", level: .warning)) }
        #expect(pipeline.statistics.dropped == 10_020)
        #expect(!pipeline.flush(within: .milliseconds(1)), "the sink is still blocked")
        sink.release()
        #expect(pipeline.close(within: .seconds(10)))
        let messages = sink.inner.messages
        #expect(messages.count == 82)
        #expect(messages.prefix(2) == ["first", "record 0"])
        #expect(messages[80] == "warning 9")
        let notice = try #require(sink.inner.records.last)
        #expect(notice.message == "log records dropped")
        #expect(notice.fields == [LogField(LogKey.count, "10020")])
        #expect(pipeline.statistics.written == 82)
    }

    @Test func `the waiting records are bounded in size too`() throws {
        let sink = try BlockedSink()
        let pipeline = try LogPipeline(
            sink: sink,
            redactor: Redactor(),
            limits: LogQueueLimits(sizeBytesMax: 100_000)
        )
        pipeline.append(.sample("first"))
        #expect(sink.entered.waits(atMost: .seconds(5)))
        for _ in 0..<100 { pipeline.append(.sample(String(repeating: "x", count: 10_000), level: .error)) }
        #expect(pipeline.statistics.dropped == 91)
        sink.release()
        #expect(pipeline.close(within: .seconds(10)))
    }

    @Test func `a flush waits for what was logged before it`() throws {
        let sink = CollectingSink()
        let pipeline = try LogPipeline(sink: sink, redactor: Redactor())
        for round in 1...50 {
            for number in 0..<20 { pipeline.append(.sample("\(round).\(number)")) }
            #expect(pipeline.flush(within: .seconds(10)))
            #expect(sink.records.count == round * 20)
        }
        #expect(pipeline.close(within: .seconds(5)))
        pipeline.append(.sample("too late"))
        #expect(pipeline.statistics.dropped == 1)
    }

    @Test func `closing gives a blocked sink up when the time is over`() throws {
        let sink = try BlockedSink()
        let pipeline = try LogPipeline(sink: sink, redactor: Redactor())
        pipeline.append(.sample("stuck"))
        #expect(sink.entered.waits(atMost: .seconds(5)))
        #expect(!pipeline.close(within: .milliseconds(20)))
        sink.release()
        #expect(pipeline.close(within: .seconds(5)))
    }

    @Test func `records of many threads all arrive and each thread's stay in order`() throws {
        let sink = CollectingSink()
        let pipeline = try LogPipeline(sink: sink, redactor: Redactor())
        let threads = try (0..<4).map { thread in
            try OSThread(name: "logging-\(thread)") {
                for number in 0..<1000 {
                    pipeline.append(
                        .sample("text", fields: [LogField("thread", "\(thread)"), LogField("n", "\(number)")])
                    )
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(pipeline.close(within: .seconds(10)))
        for thread in 0..<4 {
            let mine = sink.records.filter { $0.fields[0].value == "\(thread)" }
            #expect(mine.map(\.fields[1].value) == (0..<1000).map(String.init))
        }
    }

    @Test func `what the sink cannot write is counted`() throws {
        let pipeline = try LogPipeline(sink: RefusingSink(), redactor: Redactor())
        pipeline.append(.sample("lost"))
        #expect(pipeline.close(within: .seconds(5)))
        #expect(pipeline.statistics.failed == 1)
        #expect(pipeline.statistics.written == 0)
    }

    @Test func `debug records are held back beyond their rate and the rest pass`() throws {
        let sink = CollectingSink()
        let pipeline = try LogPipeline(
            sink: sink,
            redactor: Redactor(),
            limits: LogQueueLimits(debugBurst: 5, debugPerSecond: 10),
            now: { LogTime(wallNanoseconds: 0, monotonicNanoseconds: 0) }
        )
        for number in 0..<20 { pipeline.append(.sample("debug \(number)", level: .debug)) }
        for number in 0..<20 { pipeline.append(.sample("info \(number)")) }
        #expect(pipeline.flush(within: .seconds(5)))
        #expect(pipeline.statistics.suppressed == 15)
        #expect(pipeline.close(within: .seconds(5)))
        let held = sink.records.filter { $0.message == "debug records held back" }.flatMap(\.fields).map(\.value)
        #expect(held.compactMap { Int($0) }.reduce(0, +) == 15)
        #expect(sink.messages.filter { $0.hasPrefix("info") }.count == 20)
    }

    @Test func `the debug allowance fills up again with time`() {
        var limit = DebugRateLimit(burst: 2, perSecond: 10)
        let steps: [Int64] = [0, 0, 50, 100, 100, 90]
        let admitted = steps.map { limit.admits(atNanoseconds: $0 * 1_000_000) }
        #expect(admitted == [true, true, false, true, false, false], "a clock that steps back gives nothing")
    }

    @Test func `context, logger and call metadata are merged and errors become fields`() async throws {
        struct Refused: Error, CustomStringConvertible { var description: String { "refused by the venue" } }
        let sink = CollectingSink()
        let pipeline = try LogPipeline(sink: sink, redactor: Redactor())
        var logger = Logger(label: "market") {
            QueueLogHandler(
                label: $0,
                pipeline: pipeline,
                levels: LogLevels(),
                metadataProvider: Logger.MetadataProvider { LogContext.fields }
            )
        }
        logger[metadataKey: LogKey.provider] = "kraken"
        logger[metadataKey: LogKey.symbol] = "BTC-USD"
        LogContext.$fields.withValue([LogKey.requestID: "r1", LogKey.provider: "context"]) {
            logger.error("failed", error: Refused(), metadata: [LogKey.symbol: "ETH-USD", "n": "\(7)"])
        }
        #expect(pipeline.close(within: .seconds(5)))
        let fields = try #require(sink.records.first).fields
        #expect(fields.map(\.key) == ["error", "error_type", "n", "provider", "request_id", "symbol"])
        #expect(
            fields.map(\.value).filter { !$0.contains("Refused") } == [
                "refused by the venue", "7", "context", "r1", "ETH-USD",
            ]
        )
    }
}
