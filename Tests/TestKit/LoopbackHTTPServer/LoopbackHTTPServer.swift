import Glibc
import Threading

/// A small HTTP/1.1 server on 127.0.0.1 that misbehaves on demand, for tests of clients.
///
/// Every connection has its own thread. What happens is recorded as events that a test can wait for. It stops, and
/// closes every connection, with `stop` or when it is dropped.
package final class LoopbackHTTPServer: Sendable {
    /// One request as it arrived.
    package struct Request: Sendable {
        /// The number of the connection, from 1 in the order of their arrival.
        package let connection: Int
        package let method: String
        /// What stood after the method: a path with query, or at a proxy a whole URL or `host:port`.
        package let target: String
        package let headers: [(name: String, value: String)]
        package let body: [UInt8]

        /// The first value of a header field, whatever the case of its name.
        package func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }

        /// The target without its query.
        package var path: String { String(target.prefix { $0 != "?" }) }
        package var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// Something that a test may wait for.
    package struct Event: Sendable {
        package enum Kind: Sendable, Equatable {
            case accepted
            case requested(path: String)
            /// The whole reply is handed to the kernel.
            case answered(path: String)
            /// Nothing could be sent for 200 ms, because the client does not read; with the body bytes sent so far.
            case blocked(sentBytes: Int)
            /// The client closed the connection.
            case closedByClient
        }

        package let kind: Kind
        package let connection: Int
        package let instant: ContinuousClock.Instant
    }

    package let port: Int
    private let core: LoopbackCore
    private let thread: OSThread

    /// Listens on a free port.
    ///
    /// - Parameter answer: decides the reply to each request; called on the connection's thread.
    /// - Throws: `LoopbackError` or `ThreadError` when the system refuses a socket or a thread.
    package init(_ answer: @escaping @Sendable (Request) -> LoopbackReply) throws {
        let (descriptor, port) = try LoopbackSocket.listen()
        let core = try LoopbackCore(answer)
        self.core = core
        self.port = port
        do {
            thread = try OSThread(name: "loopback") { core.accept(on: descriptor) }
        } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    deinit { stop() }

    /// The URL of a path on this server.
    package func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }

    /// The `host:port` of this server, as lists of allowed hosts spell it.
    package var authority: String { "127.0.0.1:\(port)" }

    /// How many connections were accepted.
    package var connectionCount: Int { core.log.all.count { $0.kind == .accepted } }

    /// All requests so far, in order of arrival.
    package var requests: [Request] { core.requests }

    /// Everything that happened so far.
    package var events: [Event] { core.log.all }

    /// The first event that matches, past or to come.
    ///
    /// Give the test a time limit.
    package func event(where matches: @escaping @Sendable (Event) -> Bool) async -> Event {
        await core.log.first(where: matches)
    }

    /// The first event of a kind, past or to come.
    package func event(_ kind: Event.Kind) async -> Event { await event { $0.kind == kind } }

    /// Closes the listener and all connections.
    package func stop() { core.stop() }
}

/// What the threads of a server share; they do not keep the server itself alive.
final class LoopbackCore: Sendable {
    typealias Request = LoopbackHTTPServer.Request

    let log = LoopbackEventLog()
    /// Readable from `stop` on, and never drained: it ends every wait of every thread.
    let stopSignal: WakeUp
    let answer: @Sendable (Request) -> LoopbackReply
    private let received = Mutex<[Request]>([])

    init(_ answer: @escaping @Sendable (Request) -> LoopbackReply) throws {
        self.answer = answer
        stopSignal = try WakeUp()
    }

    var requests: [Request] { received.withLock { $0 } }

    func record(_ request: Request) {
        received.withLock { $0.append(request) }
        log.append(.requested(path: request.path), connection: request.connection)
    }

    func stop() { stopSignal.signal() }

    /// The life of the listening thread.
    func accept(on listener: Int32) {
        let socket = LoopbackSocket(listener, stopSignal: stopSignal)
        var number = 0
        while socket.wait(for: POLLIN) == .ready {
            guard let accepted = socket.accept() else { continue }
            number += 1
            let connection = LoopbackConnection(number, accepted, self)
            log.append(.accepted, connection: number)
            do {
                _ = try OSThread(name: "loopback") { connection.run() }
            } catch {
                return  // without threads there is no server; the clients see a closed port
            }
        }
    }
}
