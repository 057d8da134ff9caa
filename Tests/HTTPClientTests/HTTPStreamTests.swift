import HTTPClient
import TestKit
import Testing
import Threading

@Suite(.timeLimit(.minutes(1)))
struct HTTPStreamTests {
    @Test func `the head is there before the body, and pieces come as they are sent`() async throws {
        let gate = try LoopbackGate()
        let server = try LoopbackHTTPServer { _ in
            var reply = LoopbackReply.serverSentEvents(["one", "two", "three"])
            for index in [3, 2, 1] { reply.steps.insert(.waitFor(gate), at: index) }
            return reply
        }
        let transport = try makeTransport(server)
        let response = try await transport.stream(HTTPRequest(.get, server.url()))
        #expect(response.status == 200)
        #expect(response.headers["content-type"] == "text/event-stream")
        #expect(response.timing.firstByteSeconds > 0)
        var iterator = response.body.makeAsyncIterator()
        for word in ["one", "two", "three"] {
            gate.open()
            #expect(try await iterator.next() == Array("data: \(word)\n\n".utf8))
        }
        #expect(try await iterator.next() == nil)
    }

    @Test func `a connection serves again after its body was read to the end`() async throws {
        let server = try LoopbackHTTPServer { _ in .chunked(["a", "b"]) }
        let transport = try makeTransport(server)
        for _ in 0..<5 {
            let response = try await transport.stream(HTTPRequest(.get, server.url()))
            #expect(try await response.body.collect(bytesMax: 10) == Array("ab".utf8))
        }
        #expect(server.connectionCount == 1)
    }

    @Test func `a sender is held back while nobody reads, and nothing is lost`() async throws {
        let total = 40_000_000
        let server = try LoopbackHTTPServer { _ in .huge(bytes: total) }
        let transport = try makeTransport(server) {
            $0.bodyBytesMax = total
            $0.streamBufferBytes = 100_000
            $0.idleSeconds = 1
        }
        let response = try await transport.stream(HTTPRequest(.get, server.url()))
        let blocked = await server.event { if case .blocked = $0.kind { true } else { false } }
        // Being held back is not the sender's silence, so the idle limit may pass.
        let later = await server.event {
            if case .blocked = $0.kind { $0.instant > blocked.instant.advanced(by: .seconds(1.2)) } else { false }
        }
        if case .blocked(let sent) = later.kind {
            // What the buffers of the kernel hold, and not the whole.
            #expect(sent < total / 2)
        }
        var iterator = response.body.makeAsyncIterator()
        var received = try await iterator.next()?.count ?? 0
        #expect((1...(100_000 + 16_384)).contains(received))
        while let piece = try await iterator.next() {
            #expect(piece.first == UInt8(ascii: "x") && piece.last == UInt8(ascii: "x"))
            received += piece.count
        }
        #expect(received == total)
    }

    @Test func `a body that stalls or breaks fails after what did arrive`() async throws {
        for (reply, code) in [
            (LoopbackReply.stalledBody("begin"), HTTPClientError.Code.idleTimeout),
            (.dropInBody("begin"), .connectionLost),
        ] {
            let server = try LoopbackHTTPServer { _ in reply }
            let transport = try makeTransport(server) { $0.idleSeconds = 0.2 }
            let response = try await transport.stream(HTTPRequest(.get, server.url()))
            var iterator = response.body.makeAsyncIterator()
            #expect(try await iterator.next() == Array("begin".utf8))
            let error = await #expect(throws: HTTPClientError.self) { try await iterator.next() }
            #expect(error?.code == code)
        }
    }

    @Test func `a streamed body has a limit too`() async throws {
        let server = try LoopbackHTTPServer { _ in .chunked([String](repeating: "0123456789", count: 20)) }
        let transport = try makeTransport(server) { $0.bodyBytesMax = 150 }
        let response = try await transport.stream(HTTPRequest(.get, server.url()))
        let error = await #expect(throws: HTTPClientError.self) {
            for try await _ in response.body {}
        }
        #expect(error?.code == .bodyTooLarge)
    }

    @Test func `an error before the head comes from the call itself`() async throws {
        let server = try LoopbackHTTPServer { _ in .drop }
        let transport = try makeTransport(server)
        let error = await #expect(throws: HTTPClientError.self) {
            try await transport.stream(HTTPRequest(.get, server.url()))
        }
        #expect(error?.code == .connectionLost)
    }

    // MARK: Leaving early

    /// The shortest time of a few attempts from giving up until the server sees the connection close.
    ///
    /// One fast attempt proves that nothing waits for a time limit; the others may suffer from a busy machine.
    private func closingTime(
        of reply: LoopbackReply,
        giveUp: (CurlTransport, LoopbackHTTPServer) async throws -> ContinuousClock.Instant
    ) async throws -> Duration {
        var shortest = Duration.seconds(3_600)
        for _ in 0..<5 where shortest >= .milliseconds(100) {
            let server = try LoopbackHTTPServer { _ in reply }
            let instant = try await giveUp(makeTransport(server), server)
            let closed = await server.event(.closedByClient)
            shortest = min(shortest, instant.duration(to: closed.instant))
        }
        return shortest
    }

    @Test func `cancelling a request closes its connection within 100 ms`() async throws {
        let time = try await closingTime(of: .silence) { transport, server in
            await withTaskGroup(of: HTTPClientError?.self) { group in
                group.addTask { await transport.failure(HTTPRequest(.get, server.url("/wait"))) }
                _ = await server.event(.requested(path: "/wait"))
                let instant = ContinuousClock.now
                group.cancelAll()
                let error = await group.next() ?? nil
                #expect(error?.code == .cancelled)
                return instant
            }
        }
        #expect(time < .milliseconds(100))
    }

    @Test func `cancelling a reader in the middle of a body closes its connection within 100 ms`() async throws {
        let time = try await closingTime(of: .stalledBody("begin")) { transport, server in
            let started = Signal()
            return try await withThrowingTaskGroup(of: HTTPClientError.Code?.self) { group in
                group.addTask {
                    let response = try await transport.stream(HTTPRequest(.get, server.url()))
                    do throws(HTTPClientError) {
                        for try await _ in response.body { started.raise() }
                        return nil
                    } catch {
                        return error.code
                    }
                }
                await started.wait()
                let instant = ContinuousClock.now
                group.cancelAll()
                let code = try await group.next() ?? nil
                #expect(code == .cancelled)
                return instant
            }
        }
        #expect(time < .milliseconds(100))
    }

    @Test func `dropping a body closes its connection within 100 ms`() async throws {
        let time = try await closingTime(of: .stalledBody("begin")) { transport, server in
            let response = try await transport.stream(HTTPRequest(.get, server.url()))
            #expect(response.status == 200)
            return .now
        }
        #expect(time < .milliseconds(100))
    }

    @Test func `what was held back for one request never reaches the next`() async throws {
        let server = try LoopbackHTTPServer { $0.path == "/huge" ? .huge(bytes: 20_000_000) : .status(body: "ok".utf8) }
        let transport = try makeTransport(server) {
            $0.requestsMax = 1  // so that the same handle serves both
            $0.requestsPerHostMax = 1
            $0.bodyBytesMax = 20_000_000
        }
        for _ in 1...3 {
            let start = ContinuousClock.now
            var dropped: HTTPStreamedResponse? = try await transport.stream(HTTPRequest(.get, server.url("/huge")))
            _ = await server.event { if case .blocked = $0.kind { $0.instant > start } else { false } }
            #expect(dropped?.status == 200)
            dropped = nil
            #expect(try await transport.send(HTTPRequest(.get, server.url("/next"))).text == "ok")
        }
    }

    @Test func `a task that is cancelled already asks nothing`() async throws {
        let server = try LoopbackHTTPServer { _ in .status() }
        let transport = try makeTransport(server)
        let code = await withTaskGroup(of: HTTPClientError.Code?.self) { group in
            group.cancelAll()
            group.addTask { await transport.failure(HTTPRequest(.get, server.url("/never")))?.code }
            return await group.next() ?? nil
        }
        #expect(code == .cancelled)
        _ = try await transport.send(HTTPRequest(.get, server.url("/after")))
        #expect(server.requests.map(\.path) == ["/after"])
    }

    // MARK: Shutdown

    @Test func `shutdown ends what runs and what waits, and then refuses`() async throws {
        let server = try LoopbackHTTPServer { _ in .silence }
        let transport = try makeTransport(server) {
            $0.requestsMax = 2
            $0.requestsPerHostMax = 2
        }
        let codes = await withTaskGroup(of: HTTPClientError.Code?.self) { group in
            for number in 0..<4 {
                group.addTask { await transport.failure(HTTPRequest(.get, server.url("/\(number)")))?.code }
            }
            _ = await server.event { $0.kind == .accepted && $0.connection == 2 }
            await transport.shutdown()
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes == [.closed, .closed, .closed, .closed])
        #expect(await transport.failure(HTTPRequest(.get, server.url()))?.code == .closed)
        await transport.shutdown()
    }

    @Test func `shutdown ends a stream and closes its connection`() async throws {
        let server = try LoopbackHTTPServer { _ in .stalledBody("begin") }
        let transport = try makeTransport(server)
        let response = try await transport.stream(HTTPRequest(.get, server.url()))
        await transport.shutdown()
        #expect(await server.event(.closedByClient).connection == 1)
        let error = await #expect(throws: HTTPClientError.self) {
            for try await _ in response.body {}
        }
        #expect(error?.code == .closed)
    }

    @Test func `dropping the transport closes its idle connections`() async throws {
        let server = try LoopbackHTTPServer { _ in .status() }
        var transport: CurlTransport? = try makeTransport(server)
        _ = try await transport?.send(HTTPRequest(.get, server.url()))
        transport = nil
        #expect(await server.event(.closedByClient).connection == 1)
    }
}

/// Raised once, and waited for by one task.
final class Signal: Sendable {
    private let pair = AsyncStream.makeStream(of: Void.self)
    func raise() { pair.continuation.yield() }
    func wait() async { for await _ in pair.stream { return } }
}
