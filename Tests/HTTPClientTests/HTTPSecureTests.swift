import HTTPClient
import TestKit
import Testing
import Threading

@Suite(
    .timeLimit(.minutes(1)),
    .enabled(if: TLSTestServer.isAvailable, "needs /usr/bin/openssl and /usr/bin/python3")
)
struct HTTPSecureTests {
    private func makeTransport(
        _ server: TLSTestServer,
        change: (inout HTTPClientConfig) -> Void = { _ in }
    ) throws -> CurlTransport {
        var config = HTTPClientConfig()
        config.allowedHosts = ["localhost", "127.0.0.1", "prices.example"]
        config.caBundle = server.authority
        change(&config)
        return try CurlTransport(config: config)
    }

    @Test func `a certificate of the configured authority is accepted, and the connection used again`() async throws {
        let server = try await TLSTestServer.start(http2: false)
        let transport = try makeTransport(server)
        for round in 0..<3 {
            let response = try await transport.send(HTTPRequest(.get, "https://localhost:\(server.port)/"))
            #expect(response.text == "1")
            #expect(response.timing.httpMajorVersion == 1)
            #expect((response.timing.connectSeconds > 0) == (round == 0))
        }
    }

    @Test func `a certificate of an unknown authority or for another host is refused`() async throws {
        let server = try await TLSTestServer.start(http2: false)
        let system = try makeTransport(server) { $0.caBundle = "" }
        let error = await system.failure(HTTPRequest(.get, "https://localhost:\(server.port)/"))
        #expect(error?.code == .certificateRefused)
        #expect(error?.disposition == .fail)
        #expect(error?.requestWasSent == false)
        let transport = try makeTransport(server)
        let other = await transport.failure(HTTPRequest(.get, "https://127.0.0.1:\(server.port)/"))
        #expect(other?.code == .certificateRefused)
        let missing = try makeTransport(server) { $0.caBundle = "/nonexistent.pem" }
        let unreadable = await missing.failure(HTTPRequest(.get, "https://localhost:\(server.port)/"))
        #expect(unreadable?.code == .certificateRefused)
    }

    @Test func `a handshake that never ends counts as connecting`() async throws {
        let server = try LoopbackHTTPServer { _ in .status() }  // waits for the end of a request that makes no sense
        let transport = try HTTPClientTests.makeTransport(server) { $0.connectSeconds = 0.2 }
        let error = await transport.failure(HTTPRequest(.get, "https://\(server.authority)/"))
        #expect(error?.code == .connectTimeout)
        #expect(error?.requestWasSent == false)
    }

    @Test func `over HTTP 2 several requests share one connection`() async throws {
        let server = try await TLSTestServer.start(http2: true)
        let transport = try makeTransport(server)
        let url = "https://localhost:\(server.port)/"
        let answers = try await withThrowingTaskGroup(of: HTTPResponse.self) { group in
            for number in 0..<16 {
                group.addTask {
                    try await transport.send(
                        HTTPRequest(
                            .post,
                            url,
                            headers: ["X-Number": "\(number)"],
                            body: [UInt8](repeating: 1, count: 99)
                        )
                    )
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.map(\.status) == [Int](repeating: 200, count: 16))
        #expect(Set(answers.map(\.text)) == ["1"])
        #expect(answers.allSatisfy { $0.timing.httpMajorVersion == 2 })
        let streamed = try await transport.stream(HTTPRequest(.get, url))
        #expect(try await streamed.body.collect(bytesMax: 10) == Array("1".utf8))
    }

    @Test func `TLS goes through a proxy's tunnel`() async throws {
        let server = try await TLSTestServer.start(http2: false)
        let port = server.port
        let proxy = try LoopbackHTTPServer { _ in .tunnel(to: port) }
        let proxyURL = proxy.url("")
        let transport = try makeTransport(server) {
            $0.proxy = proxyURL
            $0.proxyExceptions = []
        }
        let response = try await transport.send(HTTPRequest(.get, "https://localhost:\(port)/"))
        #expect(response.text == "1")
        #expect(response.headers.count == 1)
        #expect(proxy.requests.map(\.method) == ["CONNECT"])
        #expect(proxy.requests.map(\.target) == ["localhost:\(port)"])
    }
}
