import HTTPClient
import Testing

@testable import API

/// Stopping the listener while clients come.
@Suite(.timeLimit(.minutes(3))) struct AcceptedConnectionsTests {
    /// A connection that was accepted and not yet served when the listener was stopped used to end the process.
    @Test func `a listener that is stopped while clients come drops them, and nothing else`() async throws {
        let loop = try WireLoop()
        let route = Route.text("/", access: .anyone, summary: "s", group: "g", contentType: "text/plain") { "here" }
        let table = try RouteTable([route])
        for _ in 0..<20 {
            var wires: [Wire] = []
            try await TestListener.serving(table) { ask in
                #expect(try await ask(.get, "/").text == "here")
                for _ in 0..<60 {
                    let wire = try loop.connect(to: ask.port)
                    wire.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                    wires.append(wire)
                }
            }
            // Answered or not, each of them is closed.
            for wire in wires {
                while await wire.next({ bytes in bytes.isEmpty ? nil : bytes.removeAll() }) != nil {}
            }
        }
        loop.stop()
    }

    /// What comes together with the end of the input used to be read before anybody was there to hear it.
    @Test func `a client that sends its request and then no more is answered`() async throws {
        let loop = try WireLoop()
        let route = Route.text("/", access: .anyone, summary: "s", group: "g", contentType: "text/plain") { "here" }
        try await TestListener.serving(try RouteTable([route])) { ask in
            let wires = try (0..<100).map { _ in
                let wire = try loop.connect(to: ask.port)
                wire.finish("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                return wire
            }
            for wire in wires {
                let answer = await wire.next { bytes in
                    String(decoding: bytes, as: UTF8.self).hasSuffix("here")
                        ? String(decoding: bytes, as: UTF8.self) : nil
                }
                #expect(answer?.hasPrefix("HTTP/1.1 200 OK") == true)
            }
        }
        loop.stop()
    }

    @Test func `a client that goes in the middle of its first words is gone at once`() async throws {
        let loop = try WireLoop()
        let connections = OpenConnections()
        let route = Route.text("/", access: .anyone, summary: "s", group: "g", contentType: "text/plain") { "here" }
        try await TestListener.serving(try RouteTable([route]), connections: connections) { ask in
            let before = ContinuousClock.now
            let wires = try (0..<100).map { _ in
                let wire = try loop.connect(to: ask.port)
                wire.finish("GET / HTTP/1.1\r\nHo")
                return wire
            }
            for wire in wires {
                while await wire.next({ bytes in bytes.isEmpty ? nil : bytes.removeAll() }) != nil {}
            }
            while connections.count > 0 { await Task.yield() }
            // Without looking at its goodbye it would be let go after the time that a head may take.
            #expect(ContinuousClock.now - before < ConnectionPace.Limits().firstHead / 2)
        }
        loop.stop()
    }
}
