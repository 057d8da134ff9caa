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
}
