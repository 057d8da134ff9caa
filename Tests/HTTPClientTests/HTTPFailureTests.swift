import HTTPClient
import TestKit
import Testing
import Threading

@Suite(.timeLimit(.minutes(1)))
struct HTTPFailureTests {
    private func code(
        of reply: LoopbackReply,
        method: HTTPMethod = .get,
        change: (inout HTTPClientConfig) -> Void = { _ in }
    ) async throws -> HTTPClientError? {
        let server = try LoopbackHTTPServer { _ in reply }
        let transport = try makeTransport(server, change: change)
        return await transport.failure(HTTPRequest(method, server.url()))
    }

    // MARK: Time limits

    @Test func `no connection within its limit`() async throws {
        // A full backlog makes the kernel drop further attempts, so the third connection never gets ready.
        let port = try FullBacklog()
        var config = HTTPClientConfig()
        config.allowedHosts = ["127.0.0.1"]
        config.connectSeconds = 0.2
        let transport = try CurlTransport(config: config)
        let start = ContinuousClock.now
        let error = await transport.failure(HTTPRequest(.get, "http://127.0.0.1:\(port.port)/"))
        #expect(error?.code == .connectTimeout)
        #expect(error?.requestWasSent == false)
        #expect((0.19...10).contains(Double.seconds(since: start)))
    }

    @Test func `no first byte within its limit`() async throws {
        let start = ContinuousClock.now
        let error = try await code(of: .slowHeader(after: .seconds(30))) { $0.firstByteSeconds = 0.2 }
        #expect(error?.code == .firstByteTimeout)
        #expect(error?.disposition == .retry)
        #expect(error?.requestWasSent == true)
        #expect((0.19...10).contains(Double.seconds(since: start)))
    }

    @Test func `a gap in the body longer than its limit`() async throws {
        let start = ContinuousClock.now
        let error = try await code(of: .stalledBody()) { $0.idleSeconds = 0.2 }
        #expect(error?.code == .idleTimeout)
        #expect((0.19...10).contains(Double.seconds(since: start)))
    }

    @Test func `gaps shorter than their limit add up without harm`() async throws {
        let pieces = [String](repeating: "piece", count: 14)
        let server = try LoopbackHTTPServer { _ in .chunked(pieces, gap: .milliseconds(80)) }
        let transport = try makeTransport(server) { $0.idleSeconds = 1 }
        #expect(try await transport.send(HTTPRequest(.get, server.url())).text == pieces.joined())
    }

    @Test func `a whole longer than its limit, though every gap is short`() async throws {
        let start = ContinuousClock.now
        let pieces = [String](repeating: "piece", count: 200)
        let error = try await code(of: .chunked(pieces, gap: .milliseconds(20))) { $0.totalSeconds = 0.3 }
        #expect(error?.code == .totalTimeout)
        #expect((0.29...10).contains(Double.seconds(since: start)))
    }

    @Test func `a request's own limits count instead of the configured ones`() async throws {
        let server = try LoopbackHTTPServer { _ in .silence }
        let transport = try makeTransport(server)
        var limits = HTTPLimits()
        limits.firstByteSeconds = 0.1
        let error = await transport.failure(HTTPRequest(.get, server.url(), limits: limits))
        #expect(error?.code == .firstByteTimeout)
        #expect(await server.event(.closedByClient).connection == 1)
    }

    // MARK: Sizes

    @Test func `a body over its limit is given up, announced or not`() async throws {
        let text = String(repeating: "x", count: 2_001)
        for reply in [LoopbackReply.status(body: text.utf8), .chunked([text])] {
            let error = try await code(of: reply) { $0.bodyBytesMax = 2_000 }
            #expect(error?.code == .bodyTooLarge)
            #expect(error?.disposition == .fail)
        }
        #expect(try await code(of: .chunked([text])) { $0.bodyBytesMax = 2_001 } == nil)
    }

    @Test func `a body counts after decompression`() async throws {
        // gzip of 1 000 000 zero bytes is about a thousand bytes.
        let packed = GzipSample.millionZeroBytes
        let server = try LoopbackHTTPServer { _ in .status(headers: [("Content-Encoding", "gzip")], body: packed) }
        let small = try makeTransport(server) { $0.bodyBytesMax = 100_000 }
        let error = await small.failure(HTTPRequest(.get, server.url()))
        #expect(error?.code == .bodyTooLarge)
        let large = try makeTransport(server) { $0.bodyBytesMax = 1_000_000 }
        #expect(try await large.send(HTTPRequest(.get, server.url())).body == [UInt8](repeating: 0, count: 1_000_000))
        #expect(server.requests.first?.header("accept-encoding")?.contains("gzip") == true)
    }

    @Test func `headers over their limit are given up`() async throws {
        let headers = (0..<40).map { ("X-\($0)", String(repeating: "h", count: 100)) }
        #expect(try await code(of: .status(headers: headers)) { $0.headerBytesMax = 4_000 }?.code == .headersTooLarge)
        #expect(try await code(of: .status(headers: headers)) { $0.headerBytesMax = 6_000 } == nil)
    }

    @Test func `the length that an answer to HEAD announces limits nothing`() async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n"
        #expect(try await code(of: .raw(head), method: .head) { $0.bodyBytesMax = 10 } == nil)
    }

    // MARK: Broken peers

    @Test(arguments: [LoopbackReply.drop, .reset, .dropInBody()])
    func `a connection that breaks is reported as lost`(reply: LoopbackReply) async throws {
        let error = try await code(of: reply)
        #expect(error?.code == .connectionLost)
        #expect(error?.disposition == .retry)
        #expect(error?.requestWasSent == true)
    }

    @Test(arguments: ["nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd"])
    func `an answer that is no HTTP is reported as malformed`(text: String) async throws {
        #expect(try await code(of: .raw(text))?.code == .malformedResponse)
    }

    @Test func `a closed port and an unknown name are told apart`() async throws {
        let server = try LoopbackHTTPServer { _ in .status() }
        let url = server.url()
        let transport = try makeTransport(server) { $0.allowedHosts.append("*.invalid") }
        server.stop()
        var codes: [HTTPClientError.Code?] = []
        for url in [url, "http://nowhere.invalid/"] {
            let error = await transport.failure(HTTPRequest(.get, url))
            codes.append(error?.code)
        }
        #expect(codes[0] == .connectFailed || codes[0] == .connectionLost)
        #expect(codes[1] == .resolveFailed)
    }

    @Test func `a request that may change something is not sent twice over a dead connection`() async throws {
        // The second request on a connection gets no answer but a close, which libcurl would repair by itself.
        let seen = SeenConnections()
        let server = try LoopbackHTTPServer { seen.isFirst($0.connection) ? .status() : .drop }
        let transport = try makeTransport(server)
        _ = try await transport.send(HTTPRequest(.post, server.url("/first")))
        let error = await transport.failure(HTTPRequest(.post, server.url("/second")))
        #expect(error?.code == .connectionLost)
        #expect(error?.requestWasSent == true)
        #expect(server.requests.map(\.path) == ["/first", "/second"])
        // What may safely be sent again is.
        _ = try await transport.send(HTTPRequest(.get, server.url("/third")))
        #expect(try await transport.send(HTTPRequest(.get, server.url("/fourth"))).status == 200)
        #expect(server.requests.map(\.path).suffix(3) == ["/third", "/fourth", "/fourth"])
    }
}

/// Remembers which connections have asked before.
final class SeenConnections: Sendable {
    private let seen = Mutex<Set<Int>>([])
    func isFirst(_ connection: Int) -> Bool { seen.withLock { $0.insert(connection).inserted } }
}
