import Glibc
import Logging
import Telemetry
import Testing

struct JournalTests {
    private func sink(
        at path: String,
        fallback: any LogSink,
        sendBufferSizeBytes: Int32 = JournalSink.sendBufferSizeBytes
    ) throws -> JournalSink {
        try JournalSink(
            identifier: "cryptocalld",
            fallback: fallback,
            address: try #require(UnixAddress(path)),
            sendBufferSizeBytes: sendBufferSizeBytes
        )
    }

    @Test func `a record becomes one entry with its fields`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/socket"
        let journal = try DatagramReceiver(try #require(UnixAddress(path)))
        let fallback = CollectingSink()
        let record = LogRecord.sample(
            "quote read",
            level: .warning,
            fields: [LogField(LogKey.messageID, "0123"), LogField(LogKey.queueDepth, "3")]
        )
        #expect(try sink(at: path, fallback: fallback).write([record]) == 0)
        let lines = String(decoding: try journal.receive().bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        #expect(
            lines == [
                "MESSAGE=quote read", "PRIORITY=4", "SYSLOG_IDENTIFIER=cryptocalld", "LOGGER=market",
                "TIMESTAMP=2026-11-19T07:05:09.123456Z", "LEVEL=warning", "SERVICE=cryptocalld",
                "CODE_FILE=Market/Venue.swift", "CODE_LINE=42", "CODE_FUNC=read()", "MESSAGE_ID=0123", "QUEUE_DEPTH=3",
            ]
        )
        #expect(fallback.records.isEmpty)
    }

    @Test func `a message of many lines is one field with a length`() {
        let bytes = JournalEntry(.sample("one\nPRIORITY=0\n"), identifier: "d").bytes
        let expected =
            Array("MESSAGE\n".utf8) + [15, 0, 0, 0, 0, 0, 0, 0] + Array("one\nPRIORITY=0\n\nPRIORITY=6\n".utf8)
        #expect(Array(bytes.prefix(expected.count)) == expected)
    }

    @Test(arguments: [
        ("request_id", "REQUEST_ID"), ("http.route", "HTTP_ROUTE"), ("_PID", "FIELD__PID"), ("9lives", "FIELD_9LIVES"),
        ("message", "FIELD_MESSAGE"), ("syslog_pid", "FIELD_SYSLOG_PID"), ("é", "FIELD___"), ("", "FIELD_"),
        ("invocation_id", "FIELD_INVOCATION_ID"),
    ])
    func `a field cannot pass for one of the journal's own`(key: String, name: String) {
        #expect(JournalEntry.name(for: key) == name)
    }

    @Test func `a record of 60 kB is one datagram`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/socket"
        let journal = try DatagramReceiver(try #require(UnixAddress(path)))
        let message = String(repeating: "0123456789", count: 6000)
        #expect(try sink(at: path, fallback: CollectingSink()).write([.sample(message)]) == 0)
        let datagram = try journal.receive()
        #expect(datagram.descriptor == -1)
        #expect(String(decoding: datagram.bytes, as: UTF8.self).hasPrefix("MESSAGE=\(message)\nPRIORITY=6\n"))
    }

    @Test(arguments: [(60_000, Int32(8192)), (3_000_000, 1 << 20)])
    func `a record too large for a datagram goes whole as a sealed file`(size: Int, bufferSize: Int32) throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/socket"
        let journal = try DatagramReceiver(try #require(UnixAddress(path)))
        let fallback = CollectingSink()
        let message = String(repeating: "x", count: size)
        let sink = try sink(at: path, fallback: fallback, sendBufferSizeBytes: bufferSize)
        #expect(sink.write([.sample(message)]) == 0)
        #expect(fallback.records.isEmpty)
        let datagram = try journal.receive()
        #expect(datagram.bytes.count == 0)
        try #require(datagram.descriptor >= 0)
        defer { close(datagram.descriptor) }
        let getSeals: Int32 = 1034
        #expect(fcntl(datagram.descriptor, getSeals) == 0b1111, "sealed against every change")
        let length = Int(lseek(datagram.descriptor, 0, Int32(SEEK_END)))
        var bytes = [UInt8](repeating: 0, count: length)
        #expect(pread(datagram.descriptor, &bytes, length, 0) == length)
        let isWhole = bytes == JournalEntry(.sample(message), identifier: "cryptocalld").bytes
        #expect(isWhole)
    }

    @Test func `without a journal the records go to the fallback and say why`() throws {
        let folder = try TemporaryFolder()
        let fallback = CollectingSink()
        #expect(try sink(at: folder.path + "/nobody", fallback: fallback).write([.sample("kept")]) == 0)
        let record = try #require(fallback.records.first)
        #expect(record.message == "kept")
        #expect(record.fields.last?.value.contains("No such file or directory") == true)
    }

    @Test func `a journal that comes back is used again`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/socket"
        let fallback = CollectingSink()
        let sink = try sink(at: path, fallback: fallback)
        var journal: DatagramReceiver? = try DatagramReceiver(try #require(UnixAddress(path)))
        #expect(sink.write([.sample("one")]) == 0)
        #expect(journal.map { $0.descriptor >= 0 } == true)
        journal = nil
        unlink(path)
        #expect(sink.write([.sample("two")]) == 0)
        let again = try DatagramReceiver(try #require(UnixAddress(path)))
        #expect(sink.write([.sample("three")]) == 0)
        #expect(fallback.messages == ["two"])
        #expect(String(decoding: try again.receive().bytes, as: UTF8.self).hasPrefix("MESSAGE=three\n"))
    }

    @Test func `life-cycle messages have distinct ids of 128 bits and a catalogue entry`() throws {
        for message in LifeCycleMessage.allCases {
            #expect(message.rawValue.count == 32)
            #expect(message.rawValue.allSatisfy { $0.isHexDigit && !$0.isUppercase })
            #expect(
                LifeCycleMessage.catalogue.contains("-- \(message.rawValue)\nSubject: CryptoCall FM: \(message.text)\n")
            )
        }
        let sink = CollectingSink()
        let pipeline = try LogPipeline(sink: sink, redactor: Redactor())
        let logger = Logger(label: "daemon") { QueueLogHandler(label: $0, pipeline: pipeline, levels: LogLevels()) }
        logger.log(.actorRestarted, metadata: [LogKey.actor: "market"])
        #expect(pipeline.close(within: .seconds(5)))
        let record = try #require(sink.records.first)
        #expect(record.level == .warning)
        #expect(record.fields.contains(LogField(LogKey.messageID, LifeCycleMessage.actorRestarted.rawValue)))
        #expect(record.file.hasSuffix("JournalTests.swift"))
    }
}
