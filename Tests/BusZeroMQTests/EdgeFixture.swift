import Bus
import BusZeroMQ
import Glibc
import JSON
import Testing
import Threading

/// An event with a subject, as a stream of measurements sends it.
struct Ticked: DataEvent {
    static let topic: Topic = "test.thing.ticked"
    let number: Int
    var name: String?
    var subject: Subject? { name.flatMap { Subject($0) } }
}

/// Another type, for prefixes that do not match.
struct Rang: DataEvent {
    static let topic: Topic = "test.bell.rang"
    let number: Int
}

/// An event whose payload JSON cannot carry.
struct Broken: DataEvent {
    static let topic: Topic = "test.thing.broken"
    let value: Double
}

/// An event of any size.
struct Bulky: DataEvent {
    static let topic: Topic = "test.thing.grew"
    let text: String
}

/// A running edge over a bus of its own, on local sockets in a directory of its own.
struct EdgeFixture: Sendable {
    let bus: EventBus
    let edge: ZeroMQEdge
    let endpoints: [ZeroMQEndpoint]
    let incidents: Incidents
    let directory: String

    static let source: ActorName = "tester"

    /// Runs an edge while `body` does its work, then stops it and waits for its end.
    static func run(
        configure: (inout ZeroMQConfig) -> Void = { _ in },
        directory: String? = nil,
        position: @escaping @Sendable () -> LogPosition = { LogPosition(offset: 0, oldestOffset: 0) },
        handler: @escaping ControlHandler = { .result(["method": .string($0.method)] as JSONValue) },
        body: @escaping @Sendable (EdgeFixture) async throws -> Void
    ) async throws {
        let ownDirectory = try directory ?? temporaryDirectory()
        var config = ZeroMQConfig(runtimeDirectory: ownDirectory)
        configure(&config)
        let bus = try EventBus(types: [Ticked.self, Rang.self, Broken.self, Bulky.self])
        let incidents = Incidents()
        let edge = try ZeroMQEdge(
            bus: bus,
            config: config,
            position: position,
            report: { incidents.add($0) },
            handler: handler
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await edge.run() }
            let endpoints = try #require(try await edge.waitUntilBound())
            let fixture = EdgeFixture(
                bus: bus,
                edge: edge,
                endpoints: endpoints,
                incidents: incidents,
                directory: ownDirectory
            )
            do {
                try await body(fixture)
            } catch {
                edge.stop()
                throw error
            }
            edge.stop()
            try await group.waitForAll()
        }
        if directory == nil { removeDirectory(ownDirectory) }
    }

    func address(_ name: String) -> String { endpoints.first { $0.name == name }?.address ?? "" }

    func publish(_ numbers: some Sequence<Int>, name: String? = nil) throws {
        for number in numbers { try bus.publish(Ticked(number: number, name: name), from: EdgeFixture.source) }
    }

    static func temporaryDirectory() throws -> String {
        var template = Array("/tmp/cczmq.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw ZeroMQError(.system, "no temporary directory") }
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    static func removeDirectory(_ path: String) {
        for name in ["events.sock", "control.sock"] { unlink("\(path)/\(name)") }
        rmdir(path)
    }
}

/// The incidents that an edge has reported.
final class Incidents: Sendable {
    private let list = Mutex<[EdgeIncident]>([])

    func add(_ incident: EdgeIncident) { list.withLock { $0.append(incident) } }

    var all: [EdgeIncident] { list.withLock { $0 } }
}

/// Something awaited did not happen.
struct TimedOut: Error { let what: String }

/// Fails when `body` takes longer than any working system would.
func within<Result: Sendable>(
    _ what: String,
    limit: Duration = .seconds(30),
    _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: limit)
            throw TimedOut(what: what)
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else { throw TimedOut(what: what) }
        return first
    }
}

/// Waits until a condition holds that nothing announces, such as a counter's value.
///
/// What it waits for is put into words only when it has waited in vain, so that they can say how things stand then.
func until(
    _ what: @autoclosure @Sendable () -> String,
    limit: Duration = .seconds(30),
    _ condition: @Sendable () async -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while await !condition() {
        guard ContinuousClock.now < deadline else { throw TimedOut(what: what()) }
        try await Task.sleep(for: .milliseconds(5))
    }
}
