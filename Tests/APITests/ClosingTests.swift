import HTTPClient
import Logging
import Testing
import Threading

@testable import API

/// The listener's end in order, over real connections.
@Suite(.timeLimit(.minutes(1))) struct ClosingTests {
    /// Holds answers back until it is opened.
    private final class Gate: Sendable {
        let entered = AsyncStream.makeStream(of: Void.self)
        let opened = AsyncStream.makeStream(of: Void.self)

        func pass() async {
            entered.continuation.yield()
            for await _ in opened.stream { return }
        }
    }

    private func table(_ gate: Gate) throws -> RouteTable {
        let slow = try Route.get(
            "/slow",
            access: .anyone,
            summary: "Takes its time",
            group: "Tests",
            query: NoQuery.self,
            answers: [200: "at last"]
        ) { (_, _) throws(APIError) in
            await gate.pass()
            return Route.Reply(VersionAnswer(version: "at last"))
        }
        let quick = try Route.get(
            "/quick",
            access: .anyone,
            summary: "Takes none",
            group: "Tests",
            query: NoQuery.self,
            answers: [200: "at once"]
        ) { (_, _) throws(APIError) in Route.Reply(VersionAnswer(version: "at once")) }
        return try RouteTable([slow, quick])
    }

    @Test func `what is under way is answered, what is idle ends, and nobody else comes in`() async throws {
        let gate = Gate()
        let connections = OpenConnections()
        try await TestListener.serving(try table(gate), connections: connections) { ask in
            // Leaves an idle connection behind.
            let quick = try await ask(.get, "/quick")
            #expect(quick.headers["connection"] == nil)
            async let slow = ask(.get, "/slow")
            for await _ in gate.entered.stream { break }
            async let closed: Void = connections.close(within: .seconds(30))
            while connections.count != 1 { await Task.yield() }
            await #expect(throws: (any Error).self) { try await ask(.get, "/quick") }
            gate.opened.continuation.yield()
            let answer = try await slow
            #expect(answer.status == 200)
            #expect(answer.headers["connection"] == "close")
            await closed
            #expect(connections.count == 0)
        }
    }

    @Test func `a listener whose connections are closed ends without a complaint`() async throws {
        let connections = OpenConnections()
        let listener = HTTPListener(
            address: HTTPListener.Address(host: "127.0.0.1", port: 0),
            table: try table(Gate()),
            authenticate: TestListener.authenticator,
            connections: connections,
            connectionsMax: 10,
            onAnswer: { _, _, _ in },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        async let ended: Void = listener.run { port.yield($0) }
        for await _ in ports { break }
        await connections.close(within: .seconds(30))
        try await ended
    }

    @Test func `an answer that does not come is given up after a while`() async throws {
        let gate = Gate()
        let connections = OpenConnections()
        try await TestListener.serving(try table(gate), connections: connections) { ask in
            async let slow = ask(.get, "/slow")
            for await _ in gate.entered.stream { break }
            await connections.close(within: .milliseconds(50))
            #expect(connections.count == 1)
            gate.opened.continuation.yield()
            let answer = try await slow
            #expect(answer.status == 200)
        }
    }

    @Test func `who comes when there are too many waits until one is gone`() async throws {
        let connections = OpenConnections()
        try await TestListener.serving(try table(Gate()), connections: connections, connectionsMax: 1) { ask in
            var config = HTTPClientConfig()
            config.allowedHosts = ["127.0.0.1:\(ask.port)"]
            let first = TestListener.Ask(transport: try CurlTransport(config: config), port: ask.port)
            let served = try await first(.get, "/quick")
            #expect(served.status == 200)
            // The kernel takes its connection, and the listener does not.
            async let waiting = ask(.get, "/quick")
            #expect(connections.count == 1)
            await first.transport.shutdown()
            let answer = try await waiting
            #expect(answer.status == 200)
        }
    }

    @Test func `there is nothing to close before anybody listens`() async {
        await OpenConnections().close(within: .seconds(30))
    }
}
