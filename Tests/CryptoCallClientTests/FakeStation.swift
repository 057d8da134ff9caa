import BusZeroMQ
import CZeroMQ
import CryptoCallClient
import Foundation
import JSON
import Threading

/// A stand-in for the station that speaks its wire protocol and can lose, forget and die on demand.
///
/// The log outlives `kill` and `start`; the epoch and the sequences do not. All sockets belong to its thread; what tests
/// ask for is done there, in order.
final class FakeStation: Sendable {
    struct Record: Sendable {
        var header: [String: JSONValue]
        var payload: JSONValue
        var topic: String
    }

    struct State: Sendable {
        var log: [Record] = []
        var oldest: Int64 = 1
        var errors: [String: JSONValue] = [:]
        var results: [String: JSONValue] = [:]
        var requests: [JSONValue] = []
        var welcomed: Set<String> = []
        var work: [@Sendable (inout Run) -> Void] = []
        var mustEnd = false
    }

    /// What one run of the station holds.
    struct Run {
        let epoch = UUID().uuidString.lowercased()
        var sequences: [String: Int64] = [:]
        var moved: [String: Int64] = [:]
        var states: [String: Record] = [:]
        var drop = 0
        let events: Socket
    }

    /// A libzmq socket of the station's thread.
    struct Socket {
        let raw: UnsafeMutableRawPointer

        func send(_ frames: [[UInt8]]) {
            for (index, frame) in frames.enumerated() {
                zmq_send(raw, frame, frame.count, index + 1 < frames.count ? ZMQ_SNDMORE : 0)
            }
        }

        func receive() -> [[UInt8]]? {
            var frames: [[UInt8]] = []
            var more: Int32 = 0
            var size = MemoryLayout<Int32>.size
            repeat {
                var buffer = [UInt8](repeating: 0, count: 1 << 17)
                let count = zmq_recv(raw, &buffer, buffer.count, ZMQ_DONTWAIT)
                guard count >= 0 else { return nil }
                frames.append(Array(buffer.prefix(Int(count))))
                zmq_getsockopt(raw, ZMQ_RCVMORE, &more, &size)
            } while more != 0
            return frames
        }
    }

    let folder: URL
    let place: StationPlace
    let heartbeat: Duration
    let state = Mutex(State())
    private let thread = Mutex<OSThread?>(nil)

    init(heartbeat: Duration = .milliseconds(100)) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "cc\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder.appending(path: "run"), withIntermediateDirectories: true)
        place = try StationPlace.find(home: folder.path)
        self.heartbeat = heartbeat
        try start()
    }

    /// Ends it for good; its thread keeps it alive until then.
    func dispose() {
        kill()
        try? FileManager.default.removeItem(at: folder)
    }

    // MARK: Life

    func start() throws {
        state.withLock { $0.mustEnd = false }
        let (events, control) = (place.events, place.control)
        let new = try OSThread(name: "fake-station") { [unowned self] in live(events, control) }
        thread.withLock { $0 = new }
    }

    /// Ends at once; what was not sent is gone from the wire but not from the log.
    func kill() {
        state.withLock { $0.mustEnd = true }
        thread.withLock { thread -> OSThread? in
            defer { thread = nil }
            return thread
        }?.join()
    }

    // MARK: Doing

    func publish(_ type: String, _ delivery: String = "data", times: Int = 1) {
        perform { [unowned self] run in
            for number in 0..<times { publishOne(type, delivery, ["n": .int(Int64(number))], &run) }
        }
    }

    /// The next events are published and never arrive.
    func drop(_ count: Int) { perform { $0.drop = count } }

    func ageOut(to oldest: Int64) { perform { [unowned self] _ in state.withLock { $0.oldest = oldest } } }

    /// Waits until everything asked for so far has been done.
    func settled() async {
        await withCheckedContinuation { continuation in perform { _ in continuation.resume() } }
    }

    /// Waits until somebody's subscription to `prefix` stands.
    func welcomed(_ prefix: String) async {
        while !state.withLock({ $0.welcomed.contains(prefix) }) { await settled() }
    }

    private func perform(_ work: @escaping @Sendable (inout Run) -> Void) { state.withLock { $0.work.append(work) } }

    private func publishOne(_ type: String, _ delivery: String, _ payload: JSONValue, _ run: inout Run) {
        let seq = (run.sequences[type] ?? 0) + 1
        run.sequences[type] = seq
        run.moved[type] = seq
        var record = Record(header: FakeStation.header(type, delivery, run.epoch, seq), payload: payload, topic: type)
        if delivery == "durable" {
            state.withLock { state in
                record.header["offset"] = .int(Int64(state.log.count + 1))
                state.log.append(record)
            }
        }
        if delivery == "state" { run.states[type] = record }
        if run.drop > 0 {
            run.drop -= 1
        } else {
            FakeStation.send(record, on: run.events)
        }
    }

    private static func send(_ record: Record, on socket: Socket) {
        socket.send([Array(record.topic.utf8), JSONValue.object(record.header).bytes, record.payload.bytes])
    }

    private static func header(_ type: String, _ delivery: String, _ epoch: String, _ seq: Int64) -> [String: JSONValue]
    {
        let milliseconds = String(Int64(Date().timeIntervalSince1970 * 1000), radix: 16)
        let time = String(repeating: "0", count: 12 - milliseconds.count) + milliseconds
        let rest = UUID().uuidString.lowercased().suffix(12)
        return [
            "specversion": "1.0", "id": .string("\(time.prefix(8))-\(time.suffix(4))-7000-8000-\(rest)"),
            "source": "/cryptocall/fake", "type": .string(type), "time": "2026-11-21T07:00:00.000000Z",
            "version": 1, "delivery": .string(delivery), "epoch": .string(epoch), "seq": .int(seq),
        ]
    }

    // MARK: The thread

    private func live(_ events: String, _ control: String) {
        guard let context = zmq_ctx_new(), let publisher = zmq_socket(context, ZMQ_XPUB),
            let router = zmq_socket(context, ZMQ_ROUTER)
        else { return }
        for socket in [publisher, router] { FakeStation.set(socket, ZMQ_LINGER, 0) }
        FakeStation.set(publisher, ZMQ_XPUB_VERBOSE, 1)
        FakeStation.set(publisher, ZMQ_SNDHWM, 1_000_000)
        zmq_bind(publisher, events)
        zmq_bind(router, control)
        var run = Run(events: Socket(raw: publisher))
        var beat = ContinuousClock.now + heartbeat
        while !state.withLock({ $0.mustEnd }) {
            var items = [publisher, router].map {
                zmq_pollitem_t(socket: $0, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
            }
            zmq_poll(&items, 2, 2)
            while let frames = run.events.receive() { welcome(frames[0], run) }
            while let frames = Socket(raw: router).receive() { answer(frames, run, on: Socket(raw: router)) }
            let work = state.withLock { state in
                defer { state.work = [] }
                return state.work
            }
            for one in work { one(&run) }
            if ContinuousClock.now >= beat {
                beat = .now + heartbeat
                sendSystem("system.heartbeat.sent", "system.heartbeat.sent", run.moved, run)
                run.moved = [:]
            }
        }
        zmq_close(publisher)
        zmq_close(router)
        zmq_ctx_term(context)
    }

    private static func set(_ socket: UnsafeMutableRawPointer, _ option: Int32, _ value: Int32) {
        var value = value
        zmq_setsockopt(socket, option, &value, MemoryLayout<Int32>.size)
    }

    private func welcome(_ message: [UInt8], _ run: Run) {
        guard message.first == 1 else { return }
        let prefix = String(decoding: message.dropFirst(), as: UTF8.self)
        let sequences = run.sequences.filter { $0.key.hasPrefix(prefix) }
        state.withLock { _ = $0.welcomed.insert(prefix) }
        sendSystem(prefix.isEmpty ? "system.welcome.sent" : prefix, "system.welcome.sent", sequences, run)
    }

    private func sendSystem(_ topic: String, _ type: String, _ sequences: [String: Int64], _ run: Run) {
        let payload: JSONValue = [
            "protocol": 1, "epoch": .string(run.epoch), "offset": .int(Int64(state.withLock { $0.log.count })),
            "sequences": .object(sequences.mapValues(JSONValue.int)),
            "heartbeatSeconds": .double(heartbeat / .seconds(1)),
        ]
        let header = FakeStation.header(type, "state", run.epoch, 0)
        FakeStation.send(Record(header: header, payload: payload, topic: topic), on: run.events)
    }

    private func answer(_ frames: [[UInt8]], _ run: Run, on router: Socket) {
        guard let body = frames.last, let request = try? JSONValue(parsing: body), let id = request["id"] else {
            return
        }
        let method = request["method"]?.string ?? ""
        let prefix = request["params"]?["prefix"]?.string ?? ""
        state.withLock { $0.requests.append(request) }
        var reply: [String: JSONValue] = ["jsonrpc": "2.0", "id": id]
        let (error, result) = state.withLock { ($0.errors[method], $0.results[method]) }
        if let error {
            reply["error"] = error
        } else if let result {
            reply["result"] = result
        } else if method == "events.snapshot" {
            let states = run.states.values.filter { $0.topic.hasPrefix(prefix) }
            reply["result"] = ["events": .array(states.map(FakeStation.part))]
        } else if method == "events.replay" {
            replay(request["params"] ?? [:], prefix, &reply)
        } else {
            reply["error"] = ["code": -32601, "message": .string("unknown method \(method)")]
        }
        router.send(frames.dropLast() + [JSONValue.object(reply).bytes])
    }

    private func replay(_ params: JSONValue, _ prefix: String, _ reply: inout [String: JSONValue]) {
        let from = params["fromOffset"]?.int ?? 0
        let (log, oldest) = state.withLock { ($0.log, $0.oldest) }
        guard from >= oldest else {
            reply["error"] = ["code": -32006, "message": "aged out", "data": ["oldest": .int(oldest)]]
            return
        }
        let limit = Int(params["limit"]?.int ?? 1)
        let found = log.dropFirst(Int(from) - 1).prefix(limit)
        let next = from + Int64(found.count)
        reply["result"] = [
            "events": .array(found.filter { $0.topic.hasPrefix(prefix) }.map(FakeStation.part)), "next": .int(next),
            "head": .int(Int64(log.count)), "oldest": .int(oldest), "complete": .bool(next > Int64(log.count)),
        ]
    }

    private static func part(_ record: Record) -> JSONValue {
        ["header": .object(record.header), "payload": record.payload]
    }
}
