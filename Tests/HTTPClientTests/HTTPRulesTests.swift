import HTTPClient
import TestKit
import Testing
import Threading

@Suite(.timeLimit(.minutes(1)))
struct HTTPRulesTests {
    // MARK: Hosts and addresses

    @Test func `a host that is not listed is refused before any connection`() async throws {
        let server = try LoopbackHTTPServer { _ in .status() }
        let transport = try makeTransport(server) { $0.allowedHosts = ["example.com", "127.0.0.1:1"] }
        let error = await transport.failure(HTTPRequest(.get, server.url()))
        #expect(error?.code == .hostRefused)
        #expect(error?.disposition == .fail)
        #expect(error?.requestWasSent == false)
        #expect(server.connectionCount == 0)
    }

    @Test func `an empty list allows nothing`() async throws {
        let transport = try CurlTransport(config: HTTPClientConfig())
        #expect(await transport.failure(HTTPRequest(.get, "http://example.com/"))?.code == .hostRefused)
    }

    @Test(arguments: [
        "127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0",
    ])
    func `a link of a user never leads to this machine, however it is written`(host: String) async throws {
        let server = try LoopbackHTTPServer { _ in .status() }
        let transport = try makeTransport(server) { $0.fetchUserLinks = true }
        let url = "http://\(host):\(server.port)/"
        #expect(await transport.failure(HTTPRequest(.get, url, trust: .userGiven))?.code == .addressRefused)
        #expect(server.connectionCount == 0)
    }

    @Test func `a link of a user does not ride on an open private connection`() async throws {
        let server = try LoopbackHTTPServer { _ in .status() }
        let transport = try makeTransport(server) { $0.fetchUserLinks = true }
        #expect(try await transport.send(HTTPRequest(.get, server.url("/own"))).status == 200)
        let error = await transport.failure(HTTPRequest(.get, server.url("/user"), trust: .userGiven))
        #expect(error?.code == .addressRefused)
        #expect(server.requests.map(\.path) == ["/own"])
    }

    @Test func `links of users are refused unless the configuration allows them`() async throws {
        let server = try LoopbackHTTPServer { _ in .status() }
        let transport = try makeTransport(server)
        let request = HTTPRequest(.get, server.url(), trust: .userGiven)
        #expect(await transport.failure(request)?.code == .hostRefused)
    }

    // MARK: Malformed requests

    @Test(arguments: [
        "ftp://127.0.0.1/", "file:///etc/passwd", "127.0.0.1", "", "http://", "http://user:pass@127.0.0.1/",
        "http://127.0.0.1/a\r\nX: y", "http://127.0.0.1/a b", "http://127.0.0.1:99999/",
    ])
    func `a URL of another kind is refused`(url: String) async throws {
        var config = HTTPClientConfig()
        config.allowedHosts = ["*"]
        let transport = try CurlTransport(config: config)
        #expect(await transport.failure(HTTPRequest(.get, url))?.code == .invalidRequest)
    }

    @Test(arguments: [
        ("X-A", "b\r\nX-C: d"), ("X-A", "b\n"), ("X-A", "b\0"), ("X-A\r\nX-C", "d"), ("X A", "b"), ("", "b"),
        ("X:", "b"), ("Host", "elsewhere"), ("content-length", "3"), ("Transfer-Encoding", "chunked"),
    ])
    func `a header that would change the message is refused`(name: String, value: String) async throws {
        let server = try LoopbackHTTPServer { _ in .status() }
        let transport = try makeTransport(server)
        let request = HTTPRequest(.get, server.url(), headers: HTTPHeaders([.init(name: name, value: value)]))
        #expect(await transport.failure(request)?.code == .invalidRequest)
        #expect(await transport.failure(HTTPRequest("GET / X\r\n", server.url()))?.code == .invalidRequest)
        #expect(server.connectionCount == 0)
    }

    // MARK: Redirects

    @Test func `a redirect is the answer unless the request follows it`() async throws {
        let server = try LoopbackHTTPServer { $0.path == "/a" ? .redirect(to: "/b") : .status(body: "b".utf8) }
        let transport = try makeTransport(server)
        let answer = try await transport.send(HTTPRequest(.get, server.url("/a")))
        #expect(answer.status == 302)
        #expect(answer.headers["location"] == "/b")
        #expect(server.requests.map(\.path) == ["/a"])
        let followed = try await transport.send(HTTPRequest(.get, server.url("/a"), redirectsMax: 1))
        #expect(followed.text == "b")
        let streamed = try await transport.stream(HTTPRequest(.get, server.url("/a"), redirectsMax: 1))
        #expect(try await streamed.body.collect(bytesMax: 10) == Array("b".utf8))
    }

    @Test func `redirects end after their limit`() async throws {
        let server = try LoopbackHTTPServer { _ in .redirect(to: "/again") }
        let transport = try makeTransport(server)
        let error = await transport.failure(HTTPRequest(.get, server.url(), redirectsMax: 3))
        #expect(error?.code == .redirectRefused)
        #expect(server.requests.count == 4)
    }

    @Test func `a redirect to a host that is not listed is refused before any connection`() async throws {
        let other = try LoopbackHTTPServer { _ in .status() }
        let target = other.url()
        let server = try LoopbackHTTPServer { _ in .redirect(to: target) }
        let transport = try makeTransport(server)
        let error = await transport.failure(HTTPRequest(.get, server.url(), redirectsMax: 3))
        #expect(error?.code == .hostRefused)
        #expect(other.connectionCount == 0)
    }

    @Test func `secrets do not follow a redirect to another origin`() async throws {
        let other = try LoopbackHTTPServer { _ in .status(body: "other".utf8) }
        let target = other.url("/new")
        let server = try LoopbackHTTPServer { _ in .redirect(to: target, status: 307) }
        let transport = try makeTransport(server, other)
        let answer = try await transport.send(
            HTTPRequest(
                .post,
                server.url(),
                headers: ["Authorization": "Bearer x", "X-Api-Key": "y", "Content-Type": "text/plain"],
                body: Array("body".utf8),
                redirectsMax: 1
            )
        )
        #expect(answer.text == "other")
        let request = try #require(other.requests.first)
        #expect(request.method == "POST")
        #expect(request.text == "body")
        #expect(request.header("content-type") == "text/plain")
        #expect(request.header("authorization") == nil)
        #expect(request.header("x-api-key") == nil)
    }

    @Test func `the total limit holds for all redirects together`() async throws {
        let server = try LoopbackHTTPServer { _ in .slowHeader(after: .milliseconds(60), .redirect(to: "/again")) }
        let transport = try makeTransport(server) { $0.totalSeconds = 0.3 }
        let error = await transport.failure(HTTPRequest(.get, server.url(), redirectsMax: 100))
        #expect(error?.code == .totalTimeout)
        #expect(server.requests.count <= 6)
    }

    // MARK: Proxies

    @Test func `a plain request goes to the proxy with its whole URL`() async throws {
        let proxy = try LoopbackHTTPServer { _ in .status(body: "from the proxy".utf8) }
        let url = proxy.url("")
        var config = HTTPClientConfig()
        config.allowedHosts = ["prices.example"]
        config.proxy = url
        let transport = try CurlTransport(config: config)
        let response = try await transport.send(HTTPRequest(.get, "http://prices.example/btc"))
        #expect(response.text == "from the proxy")
        #expect(proxy.requests.map(\.target) == ["http://prices.example/btc"])
        // The list is about the host that is asked, with or without a proxy.
        #expect(await transport.failure(HTTPRequest(.get, "http://other.example/"))?.code == .hostRefused)
    }

    @Test func `a host on the list of exceptions is reached directly`() async throws {
        let proxy = try LoopbackHTTPServer { _ in .status(500) }
        let server = try LoopbackHTTPServer { _ in .status() }
        let url = proxy.url("")
        let transport = try makeTransport(server) { $0.proxy = url }
        #expect(try await transport.send(HTTPRequest(.get, server.url())).status == 200)
        #expect(proxy.connectionCount == 0)
    }

    @Test func `a proxy that refuses a tunnel is a failed connection`() async throws {
        let proxy = try LoopbackHTTPServer { _ in .status(403) }
        let url = proxy.url("")
        var config = HTTPClientConfig()
        config.allowedHosts = ["prices.example"]
        config.proxy = url
        let transport = try CurlTransport(config: config)
        let error = await transport.failure(HTTPRequest(.get, "https://prices.example/"))
        #expect(error?.code == .connectFailed)
        #expect(error?.requestWasSent == false)
        #expect(proxy.requests.map(\.method) == ["CONNECT"])
    }

    // MARK: Configuration

    @Test func `every mistake in the configuration is named`() throws {
        var config = HTTPClientConfig()
        #expect(config.problems().isEmpty)
        config.allowedHosts = ["good.example", "http://bad.example/", "bad example", "h:0"]
        config.requestsMax = 0
        config.waitingMax = -1
        config.waitingSeconds = 0
        config.connectSeconds = 301
        config.firstByteSeconds = .nan
        config.idleSeconds = -1
        config.totalSeconds = -1
        config.headerBytesMax = 0
        config.bodyBytesMax = 0
        config.streamBufferBytes = 0
        config.idleConnectionsMax = 0
        config.proxy = "proxy.example"
        config.fetchUserLinks = true
        config.userAgent = "two\r\nlines"
        #expect(
            config.problems().map(\.key).sorted() == [
                "allowed_hosts", "allowed_hosts", "allowed_hosts", "body_bytes_max", "connect_seconds",
                "fetch_user_links", "first_byte_seconds", "header_bytes_max", "idle_connections_max", "idle_seconds",
                "proxy", "requests_max", "requests_per_host_max", "stream_buffer_bytes", "total_seconds",
                "user_agent", "waiting_max", "waiting_seconds",
            ]
        )
        let error = #expect(throws: HTTPClientError.self) { try CurlTransport(config: config) }
        #expect(error?.code == .invalidRequest)
    }

    @Test func `a double stands in for the transport`() async throws {
        struct Canned: HTTPTransport {
            func send(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPResponse {
                HTTPResponse(status: 200, headers: ["X": "y"], body: request.body)
            }
            func stream(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPStreamedResponse {
                let failure = HTTPClientError(.connectionLost)
                return HTTPStreamedResponse(status: 200, body: HTTPBody(pieces: [[1], [], [2]], failure: failure))
            }
        }
        let transport: any HTTPTransport = Canned()
        #expect(try await transport.send(HTTPRequest(.post, "http://x/", body: [7])).body == [7])
        var iterator = try await transport.stream(HTTPRequest(.get, "http://x/")).body.makeAsyncIterator()
        #expect(try await iterator.next() == [1])
        #expect(try await iterator.next() == [2])
        let error = await #expect(throws: HTTPClientError.self) { try await iterator.next() }
        #expect(error?.code == .connectionLost)
    }

    @Test func `an error's loggable text holds no detail`() {
        let error = HTTPClientError(.hostRefused, "secret.example")
        #expect(!error.description.contains("secret"))
        #expect(error.debugDescription.contains("secret.example"))
    }
}
