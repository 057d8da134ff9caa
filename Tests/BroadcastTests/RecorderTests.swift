import Broadcast
import Bus
import Foundation
import Logging
import TestKit
import Testing

@Suite(.enabled(if: FFmpegProgram.isInstalled, "ffmpeg is not installed"))
struct RecorderTests {
    private let folder: TemporaryFolder
    private let tone: EncodedTone

    init() throws {
        folder = try TemporaryFolder()
        tone = try EncodedTone.shared.get()
    }

    private func recorder() throws -> HourRecorder {
        var settings = RecorderSettings(folder: folder.path("rec"))
        settings.daysMax = 36_500
        let recorder = try HourRecorder(settings, logger: Logger(label: "test"))
        try recorder.start()
        return recorder
    }

    private func at(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }

    private func index(_ name: String) throws -> HourIndex {
        let data = try Data(contentsOf: URL(fileURLWithPath: folder.path("rec/\(name).json")))
        return try JSONDecoder().decode(HourIndex.self, from: data)
    }

    private func frameCount(_ name: String) throws -> Int {
        let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: folder.path("rec/\(name)"))))
        return try #require(ADTS.frames(bytes)).count
    }

    @Test func `the hour's change ends a file, and not a frame is lost`() async throws {
        let recorder = try recorder()
        // 47 frames are a second: two before the hour, and a little more than one after.
        let start = try at("2026-11-01T12:59:58Z")
        recorder.append(tone.frames(0..<150, from: start), tone.start)
        #expect(try await becomes { recorder.status.finishedHours == 1 })
        #expect(recorder.status.file == "2026-11-01/13.aac.part")
        #expect(try frameCount("2026-11-01/12.aac") == 94)
        recorder.stop()
        #expect(try frameCount("2026-11-01/13.aac.part") == 56)
        #expect(try index("2026-11-01/12").start == start)
        #expect(try index("2026-11-01/12").samples == 94 * 1024)
        #expect(try index("2026-11-01/12").gaps.isEmpty)
        #expect(try FFmpegProgram.decode(folder.path("rec/2026-11-01/12.aac")).count == 94 * 1024 * 2)
    }

    @Test func `a restart goes on with the hour, and the gap can be seen`() async throws {
        let first = try recorder()
        first.append(tone.frames(0..<47, from: try at("2026-11-01T12:10:00Z")), tone.start)
        #expect(try await becomes { first.status.writtenBytes > 0 })
        first.stop()
        let second = try recorder()
        second.append(tone.frames(0..<47, from: try at("2026-11-01T12:10:31Z")), tone.start)
        #expect(try await becomes { second.status.writtenBytes > 0 })
        second.stop()
        // Nobody is there when the hour ends; the next one names the file.
        let third = try recorder()
        #expect(
            try await becomes { FileManager.default.fileExists(atPath: folder.path("rec/2026-11-01/12.aac")) }
        )
        third.stop()
        #expect(try frameCount("2026-11-01/12.aac") == 94)
        let index = try index("2026-11-01/12")
        #expect(index.samples == 94 * 1024)
        #expect(index.gaps.map(\.atSample) == [47 * 1024])
        #expect(index.gaps.map(\.milliseconds) == [29_997])
        #expect(index.gaps.first?.from.toSecond == "2026-11-01T12:10:01")
    }

    @Test func `a crash in the middle of a frame costs that frame, and its gap can be seen`() async throws {
        let first = try recorder()
        first.append(tone.frames(0..<47, from: try at("2026-11-01T12:10:00Z")), tone.start)
        #expect(try await becomes { first.status.writtenBytes > 0 })
        first.stop()
        let path = folder.path("rec/2026-11-01/12.aac.part")
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        try whole.dropLast(100).write(to: URL(fileURLWithPath: path))
        let second = try recorder()
        // In the same hour, before anybody takes it for over.
        second.append(tone.frames(0..<47, from: try at("2026-11-01T12:10:02Z")), tone.start)
        #expect(try await becomes { second.status.writtenBytes > 0 })
        second.stop()
        let name = second.status.file ?? ""
        #expect(try frameCount(name) == 46 + 47)
        let index = try index("2026-11-01/12")
        #expect(index.samples == 93 * 1024)
        #expect(index.gaps.map(\.atSample) == [46 * 1024])
        #expect(!index.isIncomplete)
    }

    @Test func `frames that come after their hour was named go on with its file`() async throws {
        let first = try recorder()
        first.append(tone.frames(0..<47, from: try at("2026-11-01T12:59:50Z")), tone.start)
        #expect(try await becomes { first.status.writtenBytes > 0 })
        first.stop()
        let second = try recorder()
        #expect(
            try await becomes { FileManager.default.fileExists(atPath: folder.path("rec/2026-11-01/12.aac")) }
        )
        second.append(tone.frames(47..<94, from: try at("2026-11-01T12:59:51.002666Z")), tone.start)
        second.append(tone.frames(94..<95, from: try at("2026-11-01T13:00:00Z")), tone.start)
        #expect(try await becomes { second.status.finishedHours == 1 })
        second.stop()
        #expect(try frameCount("2026-11-01/12.aac") == 94)
    }

    @Test func `a folder that cannot be used is told, and what waits is written later`() async throws {
        try Data().write(to: URL(fileURLWithPath: folder.path("rec")))
        let recorder = try recorder()
        recorder.append(tone.frames(0..<10, from: try at("2026-11-01T12:00:00Z")), tone.start)
        #expect(try await becomes { recorder.status.failures > 1 })
        #expect(recorder.status.failure?.contains("Not a directory") == true)
        try FileManager.default.removeItem(atPath: folder.path("rec"))
        #expect(try await becomes { recorder.status.writtenBytes > 0 })
        #expect(recorder.status.failure == nil)
        recorder.stop()
        #expect(try frameCount("2026-11-01/12.aac.part") == 10)
    }
}

extension Timestamp {
    fileprivate var toSecond: String { String(description.prefix(19)) }
}

struct RetentionTests {
    private func hour(_ text: String) throws -> HourName { HourName(try #require(Timestamp("\(text):00:00Z"))) }

    @Test func `what is too old goes, then the oldest while there is too much, and never the present hour`() throws {
        let now = try #require(Timestamp("2026-11-20T12:30:00Z"))
        var settings = RecorderSettings(folder: "x")
        settings.daysMax = 10
        settings.bytesMax = 250
        let hours: [HourName: Int64] = [
            try hour("2026-11-01T00"): 100, try hour("2026-11-10T11"): 100, try hour("2026-11-10T12"): 100,
            try hour("2026-11-20T11"): 100, try hour("2026-11-20T12"): 100,
        ]
        let expired = RecordingRetention.expired(hours, settings, now: now)
        #expect(expired == [try hour("2026-11-01T00"), try hour("2026-11-10T11"), try hour("2026-11-10T12")])
        settings.bytesMax = 1
        #expect(RecordingRetention.expired(hours, settings, now: now).count == 4)
        settings.bytesMax = 1000
        #expect(RecordingRetention.expired(hours, settings, now: now).count == 2)
    }

    @Test func `only names of ours are hours`() {
        #expect(HourName(day: "2026-11-01", file: "23.aac")?.sound == "2026-11-01/23.aac")
        #expect(HourName(day: "2026-11-01", file: "07.aac.part")?.partial == "2026-11-01/07.aac.part")
        for (day, file) in [
            ("2026-11-31", "01.aac"), ("2026-11-01", "24.aac"), ("2026-11-01", "ab.aac"), ("..", "01.aac"),
            ("2026-11-01", "01.mp3"), ("2026-11-01", "1.aac"),
        ] { #expect(HourName(day: day, file: file) == nil) }
    }
}
