import Bus
import JSON
import Testing

@testable import BusZeroMQ

/// The parts that decide, tested by plain calls.
struct DecisionTests {
    // MARK: Repeated requests

    private typealias Answers = AnsweredRequests<ContinuousClock.Instant>

    private func route(_ connection: UInt8) -> ControlRoute {
        ControlRoute(socket: 0, identity: [connection], hasDelimiter: false)
    }

    private func key(_ id: JSONValue, connection: UInt8 = 1, caller: String = "ipc") -> Answers.Key {
        let caller = ControlCaller(name: caller, role: .viewer, publishPrefixes: [], endpoint: "control")
        return Answers.Key(caller: caller, route: route(connection), id: id)
    }

    @Test func `an answer is remembered for ten minutes`() {
        let start = ContinuousClock.now
        var answers = Answers()
        #expect(answers.begin(key(1), route: route(1), at: start) == .run)
        #expect(answers.finish(key(1), [42], at: start) == [route(1)])
        #expect(answers.begin(key(1), route: route(1), at: start + .seconds(599)) == .answered([42]))
        #expect(answers.begin(key(1), route: route(1), at: start + .seconds(600)) == .run)
        #expect(answers.sizeBytes == 0)
    }

    @Test func `a request that comes again while it runs is answered with the first`() {
        let start = ContinuousClock.now
        var answers = Answers()
        let id: JSONValue = "018f2f6e-0000-7000-8000-000000000001"
        #expect(answers.begin(key(id), route: route(1), at: start) == .run)
        #expect(answers.begin(key(id), route: route(1), at: start) == .wait)
        for connection in UInt8(2)...8 {
            #expect(answers.begin(key(id, connection: connection), route: route(connection), at: start) == .wait)
        }
        #expect(answers.begin(key(id, connection: 9), route: route(9), at: start) == .busy)
        #expect(answers.finish(key(id), [1], at: start).count == 8)
    }

    @Test func `short ids count within a connection and long ones within a caller`() {
        #expect(key(1) != key(1, connection: 2))
        #expect(key("short") != key("short", connection: 2))
        let long: JSONValue = "018f2f6e-0000-7000-8000-000000000001"
        #expect(key(long) == key(long, connection: 2))
        #expect(key(long) != key(long, caller: "somebody else"))
    }

    @Test func `memory for answers is bounded in number and bytes`() {
        let start = ContinuousClock.now
        var answers = Answers(countMax: 100, sizeBytesMax: 5000)
        for number in 0..<1000 {
            #expect(answers.begin(key(.int(Int64(number))), route: route(1), at: start) == .run)
            _ = answers.finish(key(.int(Int64(number))), [UInt8](repeating: 0, count: 100), at: start)
        }
        #expect(answers.count == 50)
        #expect(answers.sizeBytes == 5000)
        #expect(answers.begin(key(999), route: route(1), at: start) != .run)
        #expect(answers.begin(key(949), route: route(1), at: start) == .run)
        // A long answer is that of a reading method.
        #expect(answers.begin(key("r"), route: route(1), at: start) == .run)
        #expect(answers.finish(key("r"), [UInt8](repeating: 0, count: 70_000), at: start) == [route(1)])
        #expect(answers.begin(key("r"), route: route(1), at: start) == .run)
    }

    // MARK: Subscriptions

    @Test func `an unsubscription by somebody who has none cuts nobody off`() {
        var table = SubscriptionTable(limit: 10)
        #expect(table.add(Array("market.".utf8)) == true)
        table.remove(Array("market.".utf8))
        table.remove(Array("market.".utf8))
        #expect(table.wants(Array("market.price.ticked".utf8)))
        #expect(table.activeCount == 0)
        #expect(table.add(Array("market.".utf8)) == false)
        table.remove(Array("market.".utf8))
        #expect(table.forgetLapsed() == true)
        #expect(!table.wants(Array("market.price.ticked".utf8)))
        #expect(table.forgetLapsed() == false)
    }

    @Test func `more prefixes than are tracked make every event wanted`() {
        var table = SubscriptionTable(limit: 2)
        #expect(table.add([1]) == true)
        #expect(table.add([2]) == true)
        #expect(!table.wants([3]))
        #expect(table.add([3]) == true)
        #expect(table.add([4]) == false)
        #expect(table.wants([9]))
        table.remove([1])
        #expect(table.forgetLapsed() == true)
        #expect(!table.wants([9]))
    }

    @Test func `the sequence table says what moved once`() {
        var table = SequenceTable()
        table.append([NewTopic(text: Array("a.b".utf8), seq: 4), NewTopic(text: Array("a.c".utf8), seq: 0)])
        var bytes: [UInt8] = []
        table.write(prefix: Array("a.".utf8), to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == #"{"a.b":4}"#)
        table.record(1, 1)
        table.record(1, 2)
        bytes = []
        table.writeMoved(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == #"{"a.c":2}"#)
        bytes = []
        table.writeMoved(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "{}")
    }

    // MARK: Connections

    @Test func `connections that never get through their handshake are not peers for long`() {
        var peers = PeerCounters()
        for event in [ConnectionEvent.accepted, .handshakeSucceeded, .accepted, .handshakeFailed, .disconnected] {
            peers.observe(event)
        }
        #expect(peers.open == 1)
        #expect(peers.peers == 1)
        peers.observe(.disconnected)
        peers.observe(.disconnected)
        #expect(peers.open == 0)
        #expect(peers.peers == 0)
    }
}
