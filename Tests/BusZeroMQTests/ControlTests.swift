import Bus
import BusZeroMQ
import CZeroMQ
import JSON
import Testing
import Threading

/// Requests and answers, proper ones and others.
@Suite(.timeLimit(.minutes(1)))
struct ControlTests {
    @Test func `a request is answered and its progress told`() async throws {
        let handler: ControlHandler = { request in
            request.progress(["percent": 50])
            return .result(["method": .string(request.method), "caller": .string(request.caller.name)])
        }
        try await EdgeFixture.run(handler: handler) { fixture in
            let dealer = try ZeroMQDealer(fixture.address("control"))
            let progress = Mutex<[JSONValue]>([])
            let request = JSONRPC.request(id: "a", method: "system.status", params: [:])
            let answer = try await dealer.request(request, id: "a", timeout: .seconds(5)) { bytes in
                if let value = try? JSONValue(parsing: bytes) { progress.withLock { $0.append(value) } }
            }
            #expect(try JSONValue(parsing: answer)["result"] == ["method": "system.status", "caller": "ipc"])
            #expect(progress.withLock { $0 }.map { $0["params"] } == [["id": "a", "percent": 50]])
        }
    }

    @Test(arguments: [
        ("{", -32700), (#"{"jsonrpc":"2.0","id":1,"method":"x"}}"#, -32700), ("[]", -32600),
        (#"{"jsonrpc":"2.0","method":"x"}"#, -32600), (#"{"id":1,"method":"x"}"#, -32600),
        (#"{"jsonrpc":"2.0","id":1}"#, -32600), (#"{"jsonrpc":"2.0","id":{},"method":"x"}"#, -32600),
        (#"{"jsonrpc":"2.0","id":1,"method":"x","params":[1]}"#, -32602),
        (#"{"jsonrpc":"2.0","id":1,"id":2,"method":"x"}"#, -32700),
        (String(repeating: "[", count: 60_000), -32700),
        (String(repeating: #"{"a":"#, count: 12_000), -32700),
    ])
    func `a malformed request gets the right error`(text: String, code: Int) async throws {
        try await EdgeFixture.run { fixture in
            let peer = try RawPeer(ZMQ_DEALER, fixture.address("control"))
            peer.send(text)
            #expect(try await peer.receiveJSON()["error"]?["code"] == .int(Int64(code)))
            #expect(fixture.edge.statistics.controlMalformed == 1)
        }
    }

    @Test func `bytes that are not UTF-8 are answered as not JSON`() async throws {
        try await EdgeFixture.run { fixture in
            let peer = try RawPeer(ZMQ_DEALER, fixture.address("control"))
            peer.send([0x22, 0xC3, 0x28, 0x22])
            #expect(try await peer.receiveJSON()["error"]?["code"] == -32700)
        }
    }

    @Test func `requests that are too long or of odd frames are refused and others served`() async throws {
        try await EdgeFixture.run { fixture in
            let peer = try RawPeer(ZMQ_DEALER, fixture.address("control"))
            let long =
                #"{"jsonrpc":"2.0","id":"long","method":"x","params":{"a":""#
                + String(repeating: "x", count: 65_536) + #""}}"#
            peer.send(long)
            let answer = try await peer.receiveJSON()
            #expect(answer["error"]?["code"] == -32600)
            #expect(answer["id"] == "long")
            // Four frames, two frames, and one so long that the connection ends.
            peer.send([1], [2], [3], [4])
            peer.send([1], Array(#"{"jsonrpc":"2.0","id":1,"method":"x"}"#.utf8))
            peer.send([UInt8](repeating: 0x20, count: 1 << 20))
            let edge = fixture.edge
            try await until("all to be counted") { edge.statistics.controlMalformed == 3 }
            try await until("the connection to end") {
                (edge.statistics.connections["control"]?.disconnected ?? 0) > 0
            }
            let other = try RawPeer(ZMQ_DEALER, fixture.address("control"))
            other.send(#"{"jsonrpc":"2.0","id":7,"method":"x"}"#)
            #expect(try await other.receiveJSON()["id"] == 7)
        }
    }

    @Test func `a request sent twice takes effect once`() async throws {
        let runs = Mutex(0)
        let handler: ControlHandler = { _ in
            let run = runs.withLock { runs in
                runs += 1
                return runs
            }
            return .result(["run": .int(Int64(run))])
        }
        try await EdgeFixture.run(handler: handler) { fixture in
            let request = #"{"jsonrpc":"2.0","id":"018f2f6e-0000-7000-8000-000000000001","method":"x"}"#
            let first = try RawPeer(ZMQ_DEALER, fixture.address("control"))
            first.send(request)
            let answer = try await first.receiveJSON()
            first.send(request)
            #expect(try await first.receiveJSON() == answer)
            // Another connection of the same caller, after the first was lost.
            let second = try RawPeer(ZMQ_DEALER, fixture.address("control"))
            second.send(request)
            #expect(try await second.receiveJSON() == answer)
            #expect(runs.withLock { $0 } == 1)
            #expect(fixture.edge.statistics.controlRepeated == 2)
            // A short id means nothing outside its connection.
            first.send(#"{"jsonrpc":"2.0","id":1,"method":"x"}"#)
            #expect(try await first.receiveJSON()["result"]?["run"] == 2)
            second.send(#"{"jsonrpc":"2.0","id":1,"method":"x"}"#)
            #expect(try await second.receiveJSON()["result"]?["run"] == 3)
        }
    }

    @Test func `when too many requests wait the next is told to try again`() async throws {
        let gate = Gate()
        let configure = { (config: inout ZeroMQConfig) in
            config.controlConcurrency = 2
            config.controlQueueMax = 3
        }
        let handler: ControlHandler = { _ in
            await gate.wait()
            return .result(true)
        }
        try await EdgeFixture.run(configure: configure, handler: handler) { fixture in
            let peer = try RawPeer(ZMQ_DEALER, fixture.address("control"))
            let edge = fixture.edge
            for number in 0..<2 { peer.send(#"{"jsonrpc":"2.0","id":\#(number),"method":"x"}"#) }
            try await until("both workers to be busy") {
                edge.statistics.controlRequests == 2 && edge.statistics.controlQueueDepth == 0
            }
            for number in 2..<10 { peer.send(#"{"jsonrpc":"2.0","id":\#(number),"method":"x"}"#) }
            for number in 5..<10 {
                let answer = try await peer.receiveJSON()
                #expect(answer["error"]?["code"] == -32002)
                #expect(answer["id"] == .int(Int64(number)))
            }
            gate.open()
            var answered: Set<Int64> = []
            for _ in 0..<5 { answered.insert(try await peer.receiveJSON()["id"]?.int ?? -1) }
            #expect(answered == [0, 1, 2, 3, 4])
            #expect(edge.statistics.controlBusy == 5)
        }
    }

    @Test func `a request under way when the edge stops is still answered`() async throws {
        let gate = Gate()
        let directory = try EdgeFixture.temporaryDirectory()
        let peer = try RawPeer(ZMQ_DEALER, "ipc://\(directory)/control.sock")
        let handler: ControlHandler = { _ in
            await gate.wait()
            return .result("done")
        }
        try await EdgeFixture.run(directory: directory, handler: handler) { fixture in
            peer.send(#"{"jsonrpc":"2.0","id":1,"method":"x"}"#)
            let edge = fixture.edge
            try await until("the request to arrive") { edge.statistics.controlRequests == 1 }
            edge.stop()
            gate.open()
        }
        #expect(try await peer.receiveJSON()["result"] == "done")
        EdgeFixture.removeDirectory(directory)
    }

    @Test func `the dealer gives up in time, when cancelled and when closed`() async throws {
        let dealer = try ZeroMQDealer("ipc:///tmp/cczmq.nobody.listens.here")
        await #expect { try await dealer.request([], id: "1", timeout: .milliseconds(20)) } throws: {
            ($0 as? ZeroMQError)?.code == .timedOut
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await #expect(throws: CancellationError.self) {
                    try await dealer.request([], id: "2", timeout: .seconds(60))
                }
            }
            group.cancelAll()
            try await group.waitForAll()
        }
        dealer.close()
        await #expect { try await dealer.request([], id: "3", timeout: .seconds(60)) } throws: {
            ($0 as? ZeroMQError)?.code == .closed
        }
        dealer.join()
    }
}

/// Holds everybody up until it is opened.
final class Gate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiters: [CheckedContinuation<Void, Never>])>((false, []))

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiters.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
