import Foundation
import JSON
import PlayoutLink
import Telemetry
import TestKit
import Testing

@testable import Playout

/// The real program, spoken to over its socket.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct ProgramTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func item(_ id: String, kind: ItemKind = .speech) -> PlayoutItem {
        PlayoutItem(id: id, kind: kind, file: "\(id).wav", segment: "s")
    }

    @Test func `items play in order without a frame between them, each told as started and finished`() async throws {
        let playout = try RunningPlayout(in: folder, capture: "out.wav")
        // The first is long, so that the others wait ready when it ends, however busy the machine is.
        let lengths = ["a": 240_011, "b": 20_007, "c": 25_003]
        for (name, frames) in lengths {
            try WAV.write(TestSound.marked(frames: frames), to: playout.audio("\(name).wav"))
        }
        let events = try await withClient(playout.socketPath) { client in
            var updates = Updates(client)
            _ = try await updates.connected()
            for id in ["a", "b", "c"] {
                let answer = try await client.call(QueuePut(item: item(id, kind: .music)))
                #expect(answer.isNew)
            }
            _ = try await updates.event("item.finished", "c")
            // Its last frames leave the limiter a little later.
            for _ in 0..<2 { _ = try await updates.event("level") }
            return updates.events.filter { $0.detail.name.hasPrefix("item") }
        }
        #expect(
            events.map(\.detail.name) == [
                "item.started", "item.finished", "item.started", "item.finished", "item.started", "item.finished",
            ]
        )
        #expect(zip(events, events.dropFirst()).allSatisfy { $1.seq > $0.seq })
        playout.kill(SIGTERM)
        #expect(playout.wait() == 0)
        // The marks are where the lengths say; the bed is silent under music.
        let marks = try WAV.read(folder.path("out.wav")).frames(above: 0.4)
        let start = try #require(marks.first)
        #expect(marks == [0, 240_010, 240_011, 260_017, 260_018, 285_020].map { start + $0 })
    }

    @Test func `after a kill it goes on where it was, and nothing that waited is lost`() async throws {
        let frames = 300_000
        let targets = OutputTargets(push: [OutputTargets.Push(name: "one", url: "rtmp://127.0.0.1:1/live", key: "k")])
        var playout = try RunningPlayout(in: folder, capture: "one.wav")
        try WAV.write(TestSound.numbered(frames: frames), to: playout.audio("a.wav"))
        try WAV.write(TestSound.constant(0.2, frames: 9600), to: playout.audio("b.wav"))
        try await withClient(playout.socketPath) { [playout] client in
            var updates = Updates(client)
            _ = try await updates.connected()
            _ = try await client.call(QueuePut(item: item("a", kind: .music)))
            _ = try await client.call(QueuePut(item: item("b", kind: .music)))
            _ = try await client.call(TargetsSet(targets: targets))
            _ = try await updates.event("item.started", "a")
            for _ in 0..<2 { _ = try await updates.event("level") }
            playout.kill(SIGKILL)
        }
        #expect(playout.wait() == -SIGKILL)
        playout = try RunningPlayout(in: folder, capture: "two.wav")
        let (start, order) = try await withClient(playout.socketPath) { client in
            var updates = Updates(client)
            let status = try await updates.connected()
            // It is sought again, and its key is told to nobody.
            #expect(status.outputs?.targets.map(\.name) == ["one"])
            #expect(status.outputs?.targets.map(\.url) == ["rtmp://127.0.0.1:1/live"])
            #expect(status.waiting.map(\.id) == ["b"])
            let started: PlayoutEvent.ItemStart?
            if status.playing?.frame ?? 0 > 0, status.seq > 0 {
                let kept = try await client.call(EventsSince(epoch: status.epoch, seq: 0))
                if case .itemStarted(let start)? = kept.events.first?.detail { started = start } else { started = nil }
            } else if case .itemStarted(let start) = try await updates.event("item.started", "a").detail {
                started = start
            } else {
                started = nil
            }
            // Asked again, the daemon hears that it is there.
            #expect(try await client.call(QueuePut(item: item("a"))).isNew == false)
            _ = try await updates.event("item.finished", "b")
            return (try #require(started), updates.events.map(\.detail.name))
        }
        #expect(order.filter { $0 == "item.finished" }.count == 2)
        playout.kill(SIGTERM)
        #expect(playout.wait() == 0)
        // What the file of the first run says is what listeners heard; it may lack what its writer had not written.
        let heard = try WAV.read(folder.path("one.wav")).left.last.map { Int($0 * 1_048_576) } ?? 0
        #expect(abs(Int(start.frame) - heard) <= 48_000, "went on at \(start.frame), heard up to \(heard)")
        #expect(start.frame > 24_000)
        let second = try WAV.read(folder.path("two.wav")).left.map { Int(($0 * 1_048_576).rounded()) }
        let hasLast = second.contains(frames - 1)
        #expect(hasLast)
    }

    @Test func `what cannot be played fails with its reason, and the next plays`() async throws {
        let playout = try RunningPlayout(in: folder)
        try Data("no sound".utf8).write(to: URL(filePath: playout.audio("bad.wav")))
        try WAV.data(TestSound.constant(0.1, frames: 1000)).dropLast(100).write(
            to: URL(filePath: playout.audio("cut.wav"))
        )
        try WAV.write(TestSound.constant(0.1, frames: 4800), to: playout.audio("good.wav"))
        let reasons = try await withClient(playout.socketPath) { client in
            var updates = Updates(client)
            _ = try await updates.connected()
            for id in ["bad", "none", "cut", "good"] { _ = try await client.call(QueuePut(item: item(id))) }
            _ = try await updates.event("item.finished", "good")
            return updates.events.compactMap { event -> String? in
                if case .itemEnded(let end) = event.detail, case .failed(let reason) = end.outcome {
                    reason
                } else {
                    nil
                }
            }
        }
        #expect(reasons.count == 3)
        #expect(reasons.contains("the file is no WAV file"))
        #expect(reasons.contains("the file cannot be opened: No such file or directory"))
        #expect(reasons.contains { $0.contains("cut short") })
    }

    @Test func `commands that the operator gives take effect and are told`() async throws {
        let playout = try RunningPlayout(in: folder)
        try WAV.write(TestSound.constant(0.3, frames: 480_000), to: playout.audio("long.wav"))
        try await withClient(playout.socketPath) { client in
            var updates = Updates(client)
            _ = try await updates.connected()
            _ = try await client.call(QueuePut(item: item("long")))
            _ = try await updates.event("item.started", "long")
            _ = try await client.call(Mute())
            #expect(try await updates.event("mute.changed").detail == .mute(isOn: true))
            // Within a second or two the meter tells that it is silent.
            let silent = try await updates.first { update -> LevelReading? in
                guard case .event(let event) = update, case .level(let level) = event.detail else { return nil }
                return level.peakDecibels == -120 ? level : nil
            }
            #expect(silent.silentForMilliseconds >= 1000)
            _ = try await client.call(Unmute())
            _ = try await updates.event("mute.changed")
            #expect(try await client.call(Skip(id: "long")).id == "long")
            #expect(try await updates.event("item.skipped", "long").detail.name == "item.skipped")
            _ = try await updates.event("standby.began")
            let status = try await client.call(Status())
            #expect(status.isStandby && !status.isMuted)
            #expect(status.recent == [PlayoutStatus.Ended(id: "long", outcome: .skipped)])
            await #expect(throws: LinkError(.notPossible, "nothing plays")) { try await client.call(Skip()) }
            await #expect(throws: LinkError.self) { try await client.call(Dump()) }
            let failure = await #expect(throws: LinkError.self) {
                try await client.call(QueuePut(item: PlayoutItem(id: "", kind: .ident, file: "x")))
            }
            #expect(failure?.code == .badParameters)
            _ = try await client.call(Shutdown())
        }
        #expect(playout.wait() == 0)
    }

    @Test func `the client connects again by itself, and hears that the playout was started anew`() async throws {
        let first = try RunningPlayout(in: folder)
        try await withClient(first.socketPath) { [folder] client in
            var updates = Updates(client)
            let before = try await updates.connected()
            first.kill(SIGKILL)
            _ = first.wait()
            _ = try await updates.first { if case .disconnected(let reason) = $0 { reason } else { nil } }
            await #expect(throws: LinkError.self) { try await client.call(Status()) }
            let second = try RunningPlayout(in: folder)
            let after = try await updates.connected()
            #expect(after.epoch != before.epoch)
            #expect(after.framesEmitted >= before.framesEmitted)
            second.kill(SIGTERM)
            #expect(second.wait() == 0)
        }
    }

    @Test func `a second playout on the same state ends at once and says why`() async throws {
        let first = try RunningPlayout(in: folder)
        try await withClient(first.socketPath) { [folder] client in
            var updates = Updates(client)
            _ = try await updates.connected()
            let second = try RunningPlayout(in: folder)
            #expect(second.wait() == 69)
            #expect(try second.logText.contains("another playout uses this state"))
            // The first one's socket is still there.
            _ = try await client.call(Status())
        }
    }

    @Test func `it needs less than 40 MB, and SIGTERM ends it within two seconds`() async throws {
        let playout = try RunningPlayout(in: folder)
        try WAV.write(TestSound.constant(0.1, frames: 480_000), to: playout.audio("a.wav"))
        try FileManager.default.copyItem(atPath: playout.audio("a.wav"), toPath: playout.audio("b.wav"))
        try FileManager.default.copyItem(atPath: playout.audio("a.wav"), toPath: playout.audio("bed.wav"))
        try await withClient(playout.socketPath) { client in
            var updates = Updates(client)
            _ = try await updates.connected()
            _ = try await client.call(BedSet(file: "bed.wav"))
            _ = try await client.call(QueuePut(item: item("a")))
            _ = try await client.call(QueuePut(item: item("b")))
            _ = try await client.call(DelaySet(on: true))
            for _ in 0..<3 { _ = try await updates.event("level") }
        }
        // What it takes for itself: the pages of an unoptimised program and of the libraries that it is linked with are
        // more than a release has. All of it is measured on the release.
        let status = try String(contentsOfFile: "/proc/\(playout.processID)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") })
        let kilobytes = try #require(line.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        #if !TSAN
        #expect(kilobytes < 40_000, "\(kilobytes) kB")
        #endif
        let asked = ContinuousClock.now
        playout.kill(SIGTERM)
        #expect(playout.wait() == 0)
        #expect(asked.duration(to: .now) < .seconds(2))
    }

    @Test(.enabled(if: CCompiler.canPreload, "needs gcc or clang, and no sanitizer"))
    func `the audio thread takes nothing from the heap while it plays`() async throws {
        let library = folder.path("count-mallocs.so")
        let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Preload/count-mallocs.c")
            .path
        let compiler = try #require(CCompiler.path, "no C compiler")
        #expect(try run(compiler, ["-shared", "-fPIC", "-O1", "-o", library, source]) == 0)
        let playout = try RunningPlayout(in: folder, environment: ["LD_PRELOAD": library])
        for name in ["a", "b", "c", "d"] {
            try WAV.write(TestSound.constant(0.1, frames: 72_000), to: playout.audio("\(name).wav"))
        }
        try await withClient(playout.socketPath) { client in
            var updates = Updates(client)
            _ = try await updates.connected()
            // The first round takes what each path needs once; the second does the same again.
            for (first, second) in [("a", "b"), ("c", "d")] {
                for id in [first, second] { _ = try await client.call(QueuePut(item: item(id))) }
                _ = try await updates.event("item.started", first)
                _ = try await client.call(Mute())
                _ = try await client.call(Unmute())
                _ = try await updates.event("item.started", second)
                _ = try await client.call(Skip(id: second))
                _ = try await updates.event("standby.began")
                for _ in 0..<2 { _ = try await updates.event("level") }
                playout.kill(SIGUSR2)
                _ = try await updates.event("level")
            }
        }
        playout.kill(SIGTERM)
        #expect(playout.wait() == 0)
        let lines = try playout.logText.split(separator: "\n").filter { $0.hasPrefix("mallocs ") }
        #expect(lines.filter { $0 == "mallocs end 0" }.count == 2)
        let audio = lines.filter { $0.hasPrefix("mallocs audio ") }
        #expect(audio.count == 2)
        #expect(Set(audio).count == 1, "\(audio)")
    }

    @Test func `the service manager is told when it is ready, and that it lives`() async throws {
        let path = folder.path("notify")
        let manager = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(manager) }
        let address = try #require(UnixAddress(path))
        #expect(address.withSocketAddress { bind(manager, $0, $1) } == 0)
        let playout = try RunningPlayout(
            in: folder,
            environment: ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "3000000"]
        )
        func receive() -> String {
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = recv(manager, &bytes, bytes.count, 0)
            return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        }
        #expect(receive() == "READY=1")
        #expect(receive() == "WATCHDOG=1")
        #expect(receive() == "WATCHDOG=1")
        playout.kill(SIGTERM)
        #expect(playout.wait() == 0)
    }

    @Test func `lines that are no requests are answered with what is wrong, one that is too long ends the connection`()
        async throws
    {
        let playout = try RunningPlayout(in: folder)
        try await withClient(playout.socketPath) { client in
            var updates = Updates(client)
            _ = try await updates.connected()
            _ = try await client.call(Status())
        }
        let caller = try RawCaller(playout.socketPath)
        let attempts: [(line: String, code: String)] = [
            ("nonsense", "badRequest"), ("[1]", "badRequest"), (#"{"id":1}"#, "badRequest"),
            (#"{"id":1,"method":"explode"}"#, "unknownMethod"), (#"{"id":1,"method":"queue.put"}"#, "badParameters"),
            (#"{"id":1,"method":"queue.put","params":{"item":{"id":"a","kind":"noise","file":"x"}}}"#, "badParameters"),
            (#"{"id":1,"method":"hello","params":{"version":99,"client":"x"}}"#, "version"),
            (#"{"id":1,"method":"queue.remove","params":{"id":"x"}}"#, "notFound"),
        ]
        for (line, code) in attempts {
            try caller.send(Array((line + "\n").utf8))
            let answer = try JSONValue(parsing: try #require(try caller.line()))
            #expect(answer["error"]?["code"]?.string == code, "\(line): \(answer)")
            #expect(answer["error"]?["message"]?.string?.isEmpty == false)
        }
        try caller.send([UInt8](repeating: 0x20, count: LinkCoding.lineSizeBytesMax + 70_000))
        let answer = try JSONValue(parsing: try #require(try caller.line()))
        #expect(answer["error"]?["code"]?.string == "tooLarge")
        #expect(try caller.line() == nil)
        var facts = stat()
        #expect(stat(playout.socketPath, &facts) == 0)
        #expect(facts.st_mode & 0o777 == 0o660)
    }

    private func run(_ program: String, _ arguments: [String]) throws -> Int32 {
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var processID = pid_t()
        let code = posix_spawn(&processID, program, nil, nil, &words, environ)
        guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO) }
        var status: Int32 = 0
        while waitpid(processID, &status, 0) < 0, errno == EINTR {}
        return status
    }
}
