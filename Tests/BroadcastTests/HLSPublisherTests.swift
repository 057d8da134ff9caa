import Broadcast
import Bus
import Foundation
import Glibc
import Logging
import TestKit
import Testing
import Threading

/// Looks at a folder of the publisher as players do, all the time.
final class PlaylistWatch: Sendable {
    private let folder: String
    private let checkers = Mutex((audio: HLSChecker(), captions: HLSChecker(needsMap: false)))
    private let isLate = Atomic<Bool>(false)
    private let isStopping = Atomic<Bool>(false)
    private let thread = Mutex<OSThread?>(nil)

    init(_ folder: String) throws {
        self.folder = folder
        let started = try OSThread(name: "watch") { [self] in
            while !isStopping.load(ordering: .acquiring) {
                look()
                usleep(20_000)
            }
        }
        thread.withLock { $0 = started }
    }

    /// An outage was made: versions may be late.
    func excuseLateness() { isLate.store(true, ordering: .relaxed) }

    private func look() {
        let versions = (audio: version("audio.m3u8"), captions: version("captions.m3u8"))
        let files = Set((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
        let late = isLate.load(ordering: .relaxed)
        checkers.withLock { checkers in
            if let (text, time) = versions.audio {
                checkers.audio.observe(text, at: .now, files: files, changedAt: time, isLate: late)
            }
            if let (text, time) = versions.captions {
                checkers.captions.observe(text, at: .now, files: files, changedAt: time, isLate: late)
            }
        }
    }

    /// A playlist, and when it was written: this thread may get to look at it late.
    private func version(_ name: String) -> (String, Timestamp)? {
        let descriptor = open(folder + "/" + name, O_RDONLY)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var information = stat()
        guard fstat(descriptor, &information) == 0,
            let data = try? FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).readToEnd()
        else { return nil }
        let time = information.st_mtim
        let written = Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
        return (String(decoding: data, as: UTF8.self), written)
    }

    var problems: [String] { checkers.withLock { $0.audio.problems + $0.captions.problems } }
    var segments: [HLSChecker.Segment] { checkers.withLock { $0.audio.seen } }

    func stop() {
        isStopping.store(true, ordering: .releasing)
        thread.withLock { $0.take() }?.join()
    }
}

@Suite(.serialized, .enabled(if: FFmpegProgram.isInstalled, "ffmpeg is not installed"))
struct HLSPublisherTests {
    private let folder: TemporaryFolder
    private let start: InitSegment
    /// Real AAC of a tone, one frame after the other.
    private let sound: [[UInt8]]

    init() throws {
        folder = try TemporaryFolder()
        let encoded = try EncodedTone.shared.get()
        (start, sound) = (encoded.start, encoded.frames)
    }

    private func settings(target: Int = 1, window: Int = 4) -> HLSSettings {
        var settings = HLSSettings(folder: folder.path("public/hls"))
        settings.targetSeconds = target
        settings.windowSeconds = window
        settings.captionLanguage = "en"
        return settings
    }

    private func publisher(_ settings: HLSSettings) throws -> HLSPublisher {
        let publisher = try HLSPublisher(settings, logger: Logger(label: "test"))
        try publisher.start()
        return publisher
    }

    /// Frames from one number to another, as an encoder would give them.
    private func append(_ numbers: Range<Int>, to publisher: HLSPublisher, run: Int = 1) {
        let frames = numbers.map { number in
            let time = Timestamp.now.advanced(by: .nanoseconds((number - numbers.upperBound) * 21_333_333))
            return EncodedFrame(start: Int64(number * 1024), bytes: sound[number % sound.count], time: time, run: run)
        }
        publisher.append(frames, start)
    }

    private func read(_ name: String) -> String? {
        try? String(contentsOfFile: settings().folder + "/" + name, encoding: .utf8)
    }

    @Test func `segments are public, in order and whole, with captions and a master playlist`() async throws {
        let publisher = try publisher(settings())
        publisher.add([CaptionCue(start: 40_000, end: 60_000, text: "Bitcoin <up>")])
        append(0..<200, to: publisher)
        #expect(try await becomes { publisher.status.publishedSegments == 4 })
        publisher.stop()
        // 47 frames each, and at the end what was left.
        #expect(publisher.status.publishedSegments == 5)
        let text = try #require(read("audio.m3u8"))
        let names = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
        #expect(names.count == 5)
        let map = try #require(text.firstMatch(of: #/EXT-X-MAP:URI="(.*?)"/#)?.output.1)
        var whole = Data()
        for name in [String(map)] + names {
            whole += try Data(contentsOf: URL(fileURLWithPath: settings().folder + "/" + name))
        }
        try whole.write(to: URL(fileURLWithPath: folder.path("whole.mp4")))
        #expect(try FFmpegProgram.decode(folder.path("whole.mp4")).count == 200 * 1024 * 2)
        // A real player reads the master playlist, picks the sound and takes all of it.
        let played = try FFmpegProgram.decode(
            settings().folder + "/master.m3u8",
            ["-live_start_index", "0", "-t", "4"]
        )
        #expect(played.count >= 4 * 48_000 * 2 - 4096)
        let captions = names.compactMap { read($0.replacing("audio", with: "captions").replacing("m4s", with: "vtt")) }
        #expect(captions.count == 5)
        // The cue reaches over the border at 48128 and is in both segments with the same times.
        #expect(captions[0].contains("00:00:00.833 --> 00:00:01.250\nBitcoin &lt;up&gt;\n"))
        #expect(captions[1].contains("00:00:00.833 --> 00:00:01.250\nBitcoin &lt;up&gt;\n"))
        #expect(!captions[2].contains("-->"))
    }

    @Test func `a restart goes on with all numbers and marks the join, and old files go`() async throws {
        let watch = try PlaylistWatch(settings().folder)
        watch.excuseLateness()
        for life in 0..<3 {
            let publisher = try publisher(settings(window: 3))
            let before = watch.segments.count
            for second in 0..<5 {
                append(second * 47..<(second + 1) * 47, to: publisher)
                #expect(try await becomes { watch.segments.count > before + second })
            }
            publisher.stop()
            #expect(publisher.status.discontinuitySequence <= life)
        }
        let last = try publisher(settings(window: 3))
        #expect(try await becomes { last.status.segments > 0 })
        let listed = last.status.segments
        // Whatever players might still want goes a little later: 3 s are listed, and kept for 5.1 s.
        #expect(
            try await becomes {
                let files = try FileManager.default.contentsOfDirectory(atPath: settings().folder)
                return files.count { $0.hasSuffix(".m4s") } == listed
            }
        )
        last.stop()
        watch.stop()
        #expect(watch.problems == [])
        #expect(watch.segments.count == 15)
        #expect(Set(watch.segments.map(\.discontinuity)) == [0, 1, 2])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: settings().folder).count { $0.hasSuffix(".tmp") } == 0
        )
    }

    @Test func `a broken state and orphans do not stop it, and numbers do not go back`() async throws {
        let first = try publisher(settings())
        append(0..<47, to: first)
        #expect(try await becomes { first.status.publishedSegments == 1 })
        first.stop()
        let sequence = first.status.mediaSequence
        for name in ["state.json", "audio-5.m4s", "audio-5.m4s.tmp"] {
            try Data("{".utf8).write(to: URL(fileURLWithPath: settings().folder + "/" + name))
        }
        try Data("mine".utf8).write(to: URL(fileURLWithPath: settings().folder + "/notes.txt"))
        let second = try publisher(settings())
        append(0..<47, to: second)
        #expect(try await becomes { second.status.publishedSegments == 1 })
        second.stop()
        #expect(second.status.mediaSequence >= sequence)
        let files = try FileManager.default.contentsOfDirectory(atPath: settings().folder)
        #expect(!files.contains { $0.hasPrefix("audio-5.") })
        #expect(files.contains("notes.txt"))
    }

    @Test(arguments: [
        ("\"targetSeconds\":1", "\"targetSeconds\":0"), ("\"samples\":48128", "\"samples\":9223372036854775807"),
        ("\"map\":\"start-", "\"map\":\"../../start-"), ("\"discontinuitySequence\":0", "\"discontinuitySequence\":-1"),
    ]) func `a stored state with impossible numbers is not gone on with`(from: String, to: String) async throws {
        let first = try publisher(settings())
        append(0..<94, to: first)
        #expect(try await becomes { first.status.publishedSegments == 2 })
        first.stop()
        let state = try #require(read("state.json"))
        #expect(state.contains(from))
        try Data(state.replacing(from, with: to).utf8).write(
            to: URL(fileURLWithPath: settings().folder + "/state.json")
        )
        let second = try publisher(settings())
        append(0..<47, to: second)
        #expect(try await becomes { second.status.publishedSegments == 1 })
        second.stop()
        #expect(second.status.segments == 1)
        #expect(second.status.mediaSequence >= first.status.mediaSequence)
    }

    @Test func `a segment whose file is gone is not listed after a restart`() async throws {
        let first = try publisher(settings())
        append(0..<47 * 4, to: first)
        #expect(try await becomes { first.status.publishedSegments == 4 })
        first.stop()
        let sequence = first.status.mediaSequence
        try FileManager.default.removeItem(atPath: settings().folder + "/audio-\(sequence + 1).m4s")
        let second = try publisher(settings())
        #expect(try await becomes { second.status.segments == 2 })
        second.stop()
        #expect(second.status.mediaSequence == sequence + 2)
    }

    @Test func `a folder that cannot be written is told, and sound goes on once it can`() async throws {
        // A file where the folder should be: not even root can write there.
        try Data().write(to: URL(fileURLWithPath: folder.path("public")))
        let publisher = try publisher(settings())
        append(0..<47 * 3, to: publisher)
        #expect(try await becomes { publisher.status.failures > 1 })
        #expect(publisher.status.failure?.contains("Not a directory") == true)
        try FileManager.default.removeItem(atPath: folder.path("public"))
        #expect(try await becomes { publisher.status.publishedSegments == 3 })
        #expect(publisher.status.failure == nil)
        publisher.stop()
    }
}

/// A disk that is full, which only root can make.
@Suite(.enabled(if: geteuid() == 0 && FFmpegProgram.isInstalled, "needs root, to mount a small disk, and ffmpeg"))
struct FullDiskTests {
    @Test func `a full disk is told, what is public stays whole, and it goes on when there is room`() async throws {
        let folder = try TemporaryFolder()
        let disk = folder.path("disk")
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        guard mount("tmpfs", disk, "tmpfs", 0, "size=256k") == 0 else {
            print("a small disk cannot be mounted here: the test of a full one is skipped")
            return
        }
        defer { umount2(disk, Int32(MNT_DETACH)) }
        let start = try EncodedTone.shared.get().start
        var settings = HLSSettings(folder: disk + "/hls")
        settings.targetSeconds = 1
        settings.windowSeconds = 3
        let publisher = try HLSPublisher(settings, logger: Logger(label: "test"))
        try publisher.start()
        // The rest of the disk is full of something else.
        try Data(count: 200_000).write(to: URL(fileURLWithPath: disk + "/other"))
        let frames = (0..<47 * 8).map {
            EncodedFrame(start: Int64($0 * 1024), bytes: [UInt8](repeating: 33, count: 350), time: .now, run: 1)
        }
        publisher.append(frames, start)
        #expect(try await becomes { publisher.status.failure?.contains("No space left") == true })
        #expect(try await becomes { publisher.status.failures > 2 })
        let text = (try? String(contentsOfFile: settings.folder + "/audio.m3u8", encoding: .utf8)) ?? "#EXTM3U\n"
        #expect(text.hasPrefix("#EXTM3U\n") && text.hasSuffix("\n"))
        try FileManager.default.removeItem(atPath: disk + "/other")
        #expect(try await becomes { publisher.status.failure == nil && publisher.status.publishedSegments > 2 })
        publisher.stop()
    }
}
