import Broadcast
import Foundation
import Logging
import TestKit
import Testing

@Suite(
    .serialized,
    .enabled(if: Icecast.isInstalled && FFmpegProgram.isInstalled, "icecast2 or ffmpeg is not installed")
)
struct IcecastTests {
    private let folder: TemporaryFolder
    private let port: UInt16

    init() throws {
        folder = try TemporaryFolder()
        port = try TestServer.freePort()
    }

    private func source(password: String = "hackme", mount: String = "/live.aac") throws -> IcecastSource {
        var settings = IcecastSettings(host: "127.0.0.1", port: port, mount: mount, password: password)
        settings.name = "CryptoCall\r\nicy-evil: 1"
        settings.patience = .seconds(3)
        let source = try IcecastSource(settings, bitsPerSecond: 128_000, logger: Logger(label: "test"))
        try source.start()
        return source
    }

    private func fetch(_ path: String, seconds: Int, header: String = "Accept: */*") throws -> [UInt8] {
        let output = folder.path("fetched")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "python3", "-c",
            """
            import socket, sys, time
            s = socket.create_connection(("127.0.0.1", \(port)), timeout=5)
            s.sendall(b"GET \(path) HTTP/1.0\\r\\n\(header)\\r\\n\\r\\n")
            end, data = time.time() + \(seconds), b""
            while time.time() < end:
                piece = s.recv(65536)
                if not piece: break
                data += piece
            open(sys.argv[1], "wb").write(data)
            """, output,
        ]
        try process.run()
        process.waitUntilExit()
        let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: output)))
        let end = bytes.indices.first { bytes[$0...].starts(with: [13, 10, 13, 10]) }
        return Array(bytes[((end ?? 0) + 4)...])
    }

    @Test func `listeners get the programme and its title`() async throws {
        let server = try Icecast.start(port: port, folder)
        let source = try source()
        let frames = try FrameSource { source.append($0, $1) }
        #expect(try await becomes { source.status.state == .live })
        source.setSong("Björk – Jóga & ₿ \"x\"")
        #expect(try await becomes { source.status.song != nil })
        #expect(source.status.metadataFailure == nil)
        let heard = try fetch("/live.aac", seconds: 4)
        let titled = try fetch("/live.aac", seconds: 4, header: "Icy-MetaData: 1")
        let title = Array("StreamTitle='Björk – Jóga & ₿ \"x\"';".utf8)
        let place = titled.indices.first { titled[$0...].starts(with: Array("StreamTitle".utf8)) } ?? titled.count
        #expect(Array(titled[place...].prefix(title.count)) == title)
        let stats = String(decoding: try fetch("/status-json.xsl", seconds: 1), as: UTF8.self)
        #expect(stats.contains("CryptoCallicy-evil: 1"))
        #expect(stats.contains("audio/aac"))
        try Data(heard).write(to: URL(fileURLWithPath: folder.path("heard.aac")))
        // At least two of the four seconds; the server takes its time at the beginning.
        #expect(try FFmpegProgram.decode(folder.path("heard.aac")).count > 2 * 48_000 * 2)
        frames.stop()
        source.stop()
        #expect(source.status.state == .stopped)
        server.stop()
    }

    @Test func `a wrong password and a mount in use are told as what they are`() async throws {
        let server = try Icecast.start(port: port, folder)
        let wrong = try source(password: "wrong")
        let first = try source()
        let frames = try FrameSource {
            wrong.append($0, $1)
            first.append($0, $1)
        }
        #expect(try await becomes { wrong.status.reason?.hasPrefix("401: user or password") == true })
        #expect(try await becomes { first.status.state == .live })
        let second = try source()
        let more = try FrameSource { second.append($0, $1) }
        #expect(try await becomes { second.status.reason?.hasPrefix("403: the mount is in use") == true })
        #expect(first.status.state == .live)
        frames.stop()
        more.stop()
        for source in [wrong, first, second] { source.stop() }
        server.stop()
    }

    @Test func `a server that was away gets the programme again, and the title`() async throws {
        let server = try Icecast.start(port: port, folder)
        let source = try source()
        source.setSong("Before and after")
        let frames = try FrameSource { source.append($0, $1) }
        #expect(try await becomes { source.status.state == .live && source.status.song != nil })
        server.stop()
        #expect(try await becomes { source.status.state != .live })
        #expect(source.status.reason != nil)
        let again = try Icecast.start(port: port, folder)
        #expect(try await becomes { source.status.state == .live && source.status.connects == 2 })
        #expect(
            try await becomes {
                String(decoding: try fetch("/status-json.xsl", seconds: 1), as: UTF8.self).contains("Before and after")
            }
        )
        frames.stop()
        source.stop()
        again.stop()
    }

    @Test func `a server that says nothing is given up`() async throws {
        let silent = try SilentServer()
        var settings = IcecastSettings(host: "localhost", port: silent.port, mount: "/a", password: "x")
        settings.patience = .milliseconds(300)
        let source = try IcecastSource(settings, bitsPerSecond: 128_000, logger: Logger(label: "test"))
        try source.start()
        let frames = try FrameSource { source.append($0, $1) }
        #expect(try await becomes { source.status.reason == "the server did not answer" })
        frames.stop()
        source.stop()
    }
}

struct IcecastDecisionTests {
    private func verdict(_ text: String) -> IcecastAnswer.Verdict {
        var answer = IcecastAnswer()
        // One byte at a time, as a slow line might bring them.
        for byte in text.utf8 {
            let verdict = answer.receive([byte])
            if verdict != .more { return verdict }
        }
        return .more
    }

    @Test func `answers are read in pieces, also the one that says two things at once`() {
        #expect(verdict("HTTP/1.0 200 OK\r\nServer: x\r\n") == .more)
        #expect(verdict("HTTP/1.0 200 OK\r\n\r\n") == .accepted)
        #expect(verdict("HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n\r\nHTTP/1.0 200 OK\r\n\r\n") == .accepted)
        #expect(
            verdict("HTTP/1.0 401 Authentication Required\r\n\r\n") == .refused("401: user or password is not right")
        )
        #expect(verdict("HTTP/1.0 500 Oh\r\n\r\n") == .refused("500: Oh"))
        #expect(verdict("SSH-2.0-OpenSSH\r\n\r\n") == .refused("the server does not speak HTTP"))
        #expect(verdict(String(repeating: "x", count: 9000)) == .refused("the server's answer has no end"))
    }

    @Test func `settings that would break a request are refused with their field`() {
        let wrong = IcecastSettings(host: "a b", port: 0, mount: "live", password: "")
        #expect(wrong.problems().map { $0.prefix { $0 != ":" } } == ["host", "port", "mount", "password"])
        #expect(IcecastSettings(host: "::1", mount: "/a b", password: "x").problems().count == 1)
        #expect(IcecastSettings(host: "radio.example", mount: "/live.aac", password: "x").problems().isEmpty)
    }
}
