import Bus
import Foundation
import HTTPClient
import News
import TestKit
import Testing

/// The whole way: real connections to servers that behave well or badly.
@Suite(.timeLimit(.minutes(1)))
struct FeedLoopbackTests {
    private static let typeHeader = ("Content-Type", "application/rss+xml")
    private static let feed = rss("<title>T</title><link>/a</link>")

    private func transport(_ servers: LoopbackHTTPServer...) throws -> CurlTransport {
        var config = HTTPClientConfig()
        config.allowedHosts = servers.map(\.authority)
        return try CurlTransport(config: config)
    }

    private func fetch(_ server: LoopbackHTTPServer, _ path: String = "/feed") async throws -> Result<
        FeedAnswer, NewsError
    > {
        let http = try transport(server)
        let result: Result<FeedAnswer, NewsError>
        do throws(NewsError) {
            result = .success(try await FeedClient(transport: http).fetch(server.url(path), at: readAt))
        } catch {
            result = .failure(error)
        }
        await http.shutdown()
        return result
    }

    private func code(_ server: LoopbackHTTPServer) async throws -> NewsError.Code? {
        if case .failure(let error) = try await fetch(server) { error.code } else { nil }
    }

    @Test func `a feed comes once, and again when it has changed`() async throws {
        let server = try LoopbackHTTPServer { request in
            if request.header("If-None-Match") == "\"1\"" { return .status(304) }
            return .status(headers: [Self.typeHeader, ("ETag", "\"1\"")], body: Self.feed.utf8)
        }
        let http = try transport(server)
        var settings = FeedClient.Settings()
        settings.userAgent = "Station desk@station.example"
        let client = FeedClient(transport: http, settings: settings)
        guard case .feed(let reading, let validators) = try await client.fetch(server.url("/feed"), at: readAt) else {
            Issue.record("no feed")
            return
        }
        #expect(reading.items == [FeedItem(title: "T", link: server.url("/a"))])
        #expect(try await client.fetch(server.url("/feed"), validators: validators, at: readAt) == .notModified)
        #expect(
            server.requests.map { $0.header("User-Agent") }
                == Array(repeating: "Station desk@station.example", count: 2)
        )
        await http.shutdown()
    }

    /// The most memory that this process has had, in kilobytes.
    private func memoryPeak() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) })
    }

    @Test(arguments: [true, false])
    func `a gigabyte is refused while it arrives`(saysItsLength: Bool) async throws {
        let gigabyte = 1 << 30
        let server = try LoopbackHTTPServer { _ in
            if saysItsLength { return .huge(bytes: gigabyte) }
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n<rss><channel><item><title>"
            return LoopbackReply([.send(Array(head.utf8)), .flood(bytes: gigabyte), .close])
        }
        let peak = try memoryPeak()
        #expect(try await code(server) == .tooLarge)
        _ = await server.event { $0.kind == .closedByClient }
        #expect(!server.events.contains { $0.kind == .answered(path: "/feed") })
        // The whole would be four times as much; tests beside this one take some, too.
        #expect(try memoryPeak() - peak < 256 * 1024)
    }

    @Test func `redirects lead on, but not for ever`() async throws {
        let server = try LoopbackHTTPServer { request in
            request.path == "/feed"
                ? .redirect(to: "/new", status: 301)
                : .status(headers: [Self.typeHeader], body: Self.feed.utf8)
        }
        guard case .success(.feed(let reading, _)) = try await fetch(server) else {
            Issue.record("no feed")
            return
        }
        #expect(reading.items.count == 1)
        let endless = try LoopbackHTTPServer { _ in .redirect(to: "/again") }
        #expect(try await code(endless) == .redirectRefused)
        #expect(endless.requests.count == 6)
    }

    @Test func `a redirect does not leave the hosts that are allowed`() async throws {
        let other = try LoopbackHTTPServer { _ in .status(headers: [Self.typeHeader], body: Self.feed.utf8) }
        let target = other.url("/feed")
        let server = try LoopbackHTTPServer { _ in .redirect(to: target) }
        #expect(try await code(server) == .notAllowed)
        #expect(other.connectionCount == 0)
    }

    @Test func `a connection that breaks leaves what was complete`() async throws {
        let server = try LoopbackHTTPServer { _ in .dropInBody(String(Self.feed.dropLast(10))) }
        guard case .success(.feed(let reading, _)) = try await fetch(server) else {
            Issue.record("no feed")
            return
        }
        #expect(reading.end == .cut(.connectionLost))
        #expect(reading.items.map(\.title) == ["T"])
    }

    @Test func `a server that misbehaves is an error with a name`() async throws {
        let replies: [(LoopbackReply, NewsError.Code)] = [
            (.drop, .unreachable), (.reset, .unreachable), (.raw("SSH-2.0-OpenSSH\r\n"), .rejected),
            (.dropInBody("<rss>"), .unreachable), (.status(403, headers: [("Content-Type", "text/html")]), .forbidden),
            (.status(429, headers: [("Retry-After", "60")]), .rateLimited), (.status(502), .unavailable),
            (.status(headers: [("Content-Type", "text/html")], body: "<html><p>puzzle".utf8), .webPage),
            (.redirect(to: "file:///etc/passwd"), .redirectRefused),
        ]
        for (reply, expected) in replies {
            let server = try LoopbackHTTPServer { _ in reply }
            #expect(try await code(server) == expected)
        }
    }

    @Test func `a feed that comes in small pieces is whole`() async throws {
        let pieces = Self.feed.map { String($0) }
        let server = try LoopbackHTTPServer { _ in .chunked(pieces, headers: [Self.typeHeader]) }
        guard case .success(.feed(let reading, _)) = try await fetch(server) else {
            Issue.record("no feed")
            return
        }
        #expect(reading.end == .complete)
        #expect(reading.items.map(\.title) == ["T"])
    }
}
