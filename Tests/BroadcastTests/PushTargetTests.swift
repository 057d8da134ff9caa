import Broadcast
import Foundation
import JSON
import Logging
import TestKit
import Testing

@Suite(
    .serialized,
    .enabled(if: NginxRTMP.isInstalled && FFmpegProgram.isInstalled, "nginx with RTMP or ffmpeg is not installed")
)
struct PushTargetTests {
    private let folder: TemporaryFolder
    private let port: UInt16

    init() throws {
        folder = try TemporaryFolder()
        port = try TestServer.freePort()
    }

    private func target(_ settings: PushTargetSettings) throws -> PushTarget {
        let target = try PushTarget(settings, program: "ffmpeg", logger: Logger(label: "test"))
        try target.start()
        return target
    }

    @Test func `the server gets the programme, again after it was away, and no status has the key`() async throws {
        let server = try NginxRTMP.start(port: port, folder)
        let target = try target(
            PushTargetSettings(name: "one", url: "rtmp://127.0.0.1:\(port)/live", key: "s3cr3t-key")
        )
        let frames = try FrameSource { target.append($0, $1) }
        #expect(try await becomes { target.status.state == .live && target.status.sentSeconds > 2 })
        server.stop()
        #expect(try await becomes { target.status.state != .live })
        let failed = "\(target.status)"
        #expect(!failed.contains("s3cr3t-key"))
        let again = try NginxRTMP.start(port: port, folder)
        #expect(try await becomes { target.status.state == .live && target.status.connects == 2 })
        #expect(try await becomes { target.status.sentSeconds > 2 })
        frames.stop()
        target.stop()
        again.stop()
        let recorded = folder.path("s3cr3t-key.flv")
        let sound = try FFmpegProgram.decode(recorded)
        #expect(sound.count > 48_000 * 2)
        let loudest = sound.map { abs($0) }.max() ?? 0
        #expect(loudest > 0.2 && loudest < 0.3)
    }

    @Test func `a dead target tells why, without the key, and costs another nothing`() async throws {
        let server = try NginxRTMP.start(port: port, folder)
        let dead = try target(
            PushTargetSettings(name: "dead", url: "rtmp://user:pass@127.0.0.1:1/live?token=t0ken", key: "s3cr3t-key")
        )
        let silent = try SilentServer()
        var stuckSettings = PushTargetSettings(name: "stuck", url: "rtmp://127.0.0.1:\(silent.port)/live", key: "k3y")
        stuckSettings.patience = .seconds(2)
        let stuck = try target(stuckSettings)
        let good = try target(PushTargetSettings(name: "good", url: "rtmp://127.0.0.1:\(port)/live", key: "fine"))
        let frames = try FrameSource {
            dead.append($0, $1)
            stuck.append($0, $1)
            good.append($0, $1)
        }
        #expect(try await becomes { dead.status.starts >= 2 && dead.status.reason != nil })
        let reason = try #require(dead.status.reason)
        #expect(reason.contains("Connection refused"))
        for secret in ["s3cr3t-key", "pass", "t0ken"] { #expect(!"\(dead.status)".contains(secret)) }
        #expect(try await becomes { stuck.status.reason?.contains("the server took nothing for 2.0 seconds") == true })
        #expect(try await becomes { good.status.state == .live && good.status.sentSeconds > 4 })
        #expect(good.status.starts == 1)
        #expect(good.status.droppedFrames == 0)
        frames.stop()
        for target in [dead, stuck, good] { target.stop() }
        server.stop()
    }
}

struct PushDecisionTests {
    @Test func `settings that would break a command are refused with their field`() {
        func problems(_ name: String, _ url: String, _ key: String) -> [String] {
            PushTargetSettings(name: name, url: url, key: key).problems().map { String($0.prefix { $0 != ":" }) }
        }
        #expect(problems("a", "rtmp://host/app", "key").isEmpty)
        #expect(problems("a", "rtmps://host:443/app", "").isEmpty)
        #expect(problems("", "http://host/app", "a b") == ["name", "url", "key"])
        #expect(problems("a", "rtmp:///app", "k") == ["url"])
        #expect(problems("a", "rtmp://host", "k") == ["url"] && problems("a", "rtmp://host/", "k") == ["url"])
        #expect(problems("a", "rtmp://host/app live=1", "k") == ["url"])
        #expect(problems("a", "-i", "k") == ["url"])
    }

    @Test func `the key is an option in a file, and the application is what stands behind the host`() {
        func options(_ url: String, _ key: String = "k") -> String? {
            PushTargetSettings(name: "a", url: url, key: key).options
        }
        #expect(options("rtmp://host/app", "") == nil)
        #expect(options("rtmp://host/app") == "rtmp_playpath=k\nrtmp_app=app\n")
        #expect(options("rtmp://host/app/") == "rtmp_playpath=k\nrtmp_app=app\n")
        #expect(options("rtmps://host:443/app/instance?x=1") == "rtmp_playpath=k\nrtmp_app=app/instance?x=1\n")
        #expect(options("rtmp://host/app", "instance/k") == "rtmp_playpath=k\nrtmp_app=app/instance\n")
        #expect(options("rtmp://host/app", "a/b/k?x=/") == "rtmp_playpath=b/k?x=/\nrtmp_app=app/a\n")
    }

    @Test func `a missing ffmpeg is told as unavailable`() async throws {
        let settings = PushTargetSettings(name: "one", url: "rtmp://127.0.0.1:1/live", key: "k")
        let target = try PushTarget(settings, program: "/nowhere/ffmpeg", logger: Logger(label: "test"))
        try target.start()
        guard FFmpegProgram.isInstalled else {
            // Without frames nothing is started, and without ffmpeg there are none.
            target.stop()
            return
        }
        let frames = try FrameSource { target.append($0, $1) }
        #expect(try await becomes { target.status.state == .unavailable })
        #expect(target.status.reason?.contains("No such file") == true)
        frames.stop()
        target.stop()
    }
}
