import HTTPClient
import TestKit
import Testing
import Threading

@Suite(.timeLimit(.minutes(1)))
struct HTTPExchangeTests {
    @Test func `an answer comes with status, headers, body and timing`() async throws {
        let server = try LoopbackHTTPServer { _ in
            .status(
                201,
                headers: [("X-One", "a"), ("x-one", " b "), ("Set-Cookie", "c=d; HttpOnly")],
                body: "hello".utf8
            )
        }
        let transport = try makeTransport(server)
        let response = try await transport.send(HTTPRequest(.get, server.url("/path?q=1")))
        #expect(response.status == 201)
        #expect(response.text == "hello")
        #expect(response.headers["X-ONE"] == "a")
        #expect(response.headers.values(for: "x-One") == ["a", "b"])
        #expect(response.headers["set-cookie"] == "c=d; HttpOnly")
        #expect(response.headers["absent"] == nil)
        #expect(response.timing.httpMajorVersion == 1)
        #expect(!response.timing.reusedConnection)
        #expect(response.timing.firstByteSeconds > 0)
        #expect(response.timing.totalSeconds >= response.timing.firstByteSeconds)
        #expect(server.requests.first?.target == "/path?q=1")
    }

    @Test func `method, headers and body reach the server as given`() async throws {
        let server = try LoopbackHTTPServer { _ in .status() }
        let transport = try makeTransport(server) { $0.userAgent = "Station/1" }
        let body = [UInt8](0...255) + [UInt8](repeating: 7, count: 1_300_000)
        for method in [HTTPMethod.post, .put, .patch, "PURGE"] {
            _ = try await transport.send(
                HTTPRequest(method, server.url(), headers: ["X-Key": "v", "X-Empty": ""], body: body)
            )
        }
        for method in [HTTPMethod.get, .delete, .head, .post, "OPTIONS"] {
            _ = try await transport.send(HTTPRequest(method, server.url(), headers: ["User-Agent": "mine"]))
        }
        let requests = server.requests
        let methods = ["POST", "PUT", "PATCH", "PURGE", "GET", "DELETE", "HEAD", "POST", "OPTIONS"]
        #expect(requests.map(\.method) == methods)
        for request in requests.prefix(4) {
            #expect(request.body == body)
            #expect(request.header("x-key") == "v")
            #expect(request.header("x-empty") == "")
            #expect(request.header("user-agent") == "Station/1")
            #expect(request.header("expect") == nil)
            #expect(request.header("content-type") == nil)
        }
        for request in requests.suffix(5) {
            #expect(request.body.isEmpty)
            #expect(request.header("user-agent") == "mine")
            #expect(request.header("x-key") == nil)
        }
        #expect(requests[7].header("content-length") == "0")
    }

    @Test(arguments: [204, 304, 404, 429, 500, 503])
    func `a failure status is an answer and not an error`(status: Int) async throws {
        let server = try LoopbackHTTPServer { _ in .status(status, headers: [("Retry-After", "7")]) }
        let response = try await makeTransport(server).send(HTTPRequest(.get, server.url()))
        #expect(response.status == status)
        #expect(response.headers["retry-after"] == "7")
    }

    @Test func `an interim answer is passed over`() async throws {
        let server = try LoopbackHTTPServer { _ in
            .raw("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        }
        let response = try await makeTransport(server).send(HTTPRequest(.get, server.url()))
        #expect(response.status == 200)
        #expect(response.text == "ok")
        #expect(response.headers["link"] == nil)
    }

    @Test func `chunks are put together and trailers left out`() async throws {
        let server = try LoopbackHTTPServer { _ in .chunked(["one ", "two ", "three"]) }
        let response = try await makeTransport(server).send(HTTPRequest(.get, server.url()))
        #expect(response.text == "one two three")
    }

    @Test func `requests one after another share a connection`() async throws {
        let server = try LoopbackHTTPServer { _ in .json("{}") }
        let transport = try makeTransport(server)
        for round in 0..<20 {
            let response = try await transport.send(HTTPRequest(.post, server.url(), body: Array("{}".utf8)))
            #expect(response.timing.reusedConnection == (round > 0))
        }
        #expect(server.connectionCount == 1)
    }

    @Test func `64 requests at a time all get their own answer`() async throws {
        let server = try LoopbackHTTPServer { .json($0.text) }
        let transport = try makeTransport(server)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<64 {
                group.addTask {
                    for round in 0..<10 {
                        let text = "\(number)/\(round)"
                        let request = HTTPRequest(.post, server.url(), body: Array(text.utf8))
                        let answer = try await transport.send(request)
                        #expect(answer.text == text)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(server.requests.count == 640)
        #expect(server.connectionCount <= 64)
    }

    @Test func `no more requests run at a time than allowed, and the rest wait`() async throws {
        let server = try LoopbackHTTPServer { _ in .slowHeader(after: .milliseconds(20)) }
        let transport = try makeTransport(server) {
            $0.requestsMax = 8
            $0.requestsPerHostMax = 3
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<12 {
                group.addTask { _ = try await transport.send(HTTPRequest(.get, server.url())) }
            }
            try await group.waitForAll()
        }
        #expect(server.connectionCount == 3)
    }

    @Test func `one request too many in the line is refused at once`() async throws {
        let server = try LoopbackHTTPServer { _ in .silence }
        let transport = try makeTransport(server) {
            $0.requestsMax = 1
            $0.requestsPerHostMax = 1
            $0.waitingMax = 1
        }
        let codes = await withTaskGroup(of: HTTPClientError?.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    await transport.failure(HTTPRequest(.get, server.url()))
                }
            }
            let first = await group.next()
            group.cancelAll()
            var all = [first??.code]
            for await error in group { all.append(error?.code) }
            return all
        }
        #expect(codes == [.overloaded, .cancelled, .cancelled])
    }

    @Test func `a request that waits too long for its turn fails`() async throws {
        let server = try LoopbackHTTPServer { _ in .silence }
        let transport = try makeTransport(server) {
            $0.requestsMax = 1
            $0.requestsPerHostMax = 1
            $0.waitingSeconds = 0.1
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                let error = await transport.failure(HTTPRequest(.get, server.url("/first")))
                #expect(error?.code == .cancelled)
            }
            _ = await server.event(.requested(path: "/first"))
            let error = await transport.failure(HTTPRequest(.get, server.url("/second")))
            #expect(error?.code == .overloaded)
            #expect(error?.requestWasSent == false)
            group.cancelAll()
        }
    }

    @Test func `with one place all get their turn over one connection`() async throws {
        let server = try LoopbackHTTPServer { _ in .slowHeader(after: .milliseconds(30)) }
        let transport = try makeTransport(server) {
            $0.requestsMax = 1
            $0.requestsPerHostMax = 1
        }
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<5 { group.addTask { try await transport.send(HTTPRequest(.get, server.url())).status } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses == [200, 200, 200, 200, 200])
        #expect(server.connectionCount == 1)
    }
}
