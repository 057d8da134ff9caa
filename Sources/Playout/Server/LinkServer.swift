import Glibc
import JSON
import PlayoutLink
import Telemetry

/// The callers of the playout; for one thread, which polls for it.
final class LinkServer {
    /// Every caller beyond this is turned away.
    static let connectionsMax = 16

    /// One request, as it was read.
    struct Request {
        let id: JSONValue
        let method: String
        let parameters: JSONValue
        let connection: LinkConnection
    }

    private let socket: LinkSocket
    private var connections: [LinkConnection] = []

    init(path: String) throws(SystemCallError) { socket = try LinkSocket(path: path) }

    /// Waits until a caller or one of the others has something, at most so long.
    ///
    /// - Parameters:
    ///   - other: a descriptor of somebody else to wait for.
    ///   - milliseconds: for how long.
    func wait(with other: Int32, milliseconds: Int32) {
        var descriptors = [
            pollfd(fd: other, events: Int16(POLLIN), revents: 0),
            pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        descriptors += connections.map { connection in
            let events = connection.wantsToWrite ? POLLIN | POLLOUT : POLLIN
            return pollfd(fd: connection.descriptor, events: Int16(events), revents: 0)
        }
        guard poll(&descriptors, nfds_t(descriptors.count), milliseconds) > 0 else { return }
        for (connection, state) in zip(connections, descriptors.dropFirst(2))
        where state.revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 { connection.receive() }
        if descriptors[1].revents != 0 { acceptAll() }
    }

    private func acceptAll() {
        while let descriptor = socket.accept() {
            let connection = LinkConnection(descriptor: descriptor)
            // Goes out of scope, which closes it.
            if connections.count < LinkServer.connectionsMax { connections.append(connection) }
        }
    }

    /// The requests that have come; what is none is answered here.
    func takeRequests() -> [Request] {
        var requests: [Request] = []
        for connection in connections {
            // No caller keeps the others waiting: the rest of a flood comes next time.
            for _ in 0..<64 {
                guard let line = connection.nextLine() else { break }
                if let request = LinkServer.request(line, connection) { requests.append(request) }
            }
        }
        return requests
    }

    /// Whether whole lines may be left over from the last time.
    private static func request(_ line: [UInt8], _ connection: LinkConnection) -> Request? {
        do {
            let value = try JSONValue(parsing: line)
            guard value.object != nil else { throw LinkError(.badRequest, "a request is an object") }
            let id = value["id"] ?? .null
            guard let method = value["method"]?.string else {
                connection.answer(id, .failure(LinkError(.badRequest, "method is missing")), after: 0)
                return nil
            }
            return Request(id: id, method: method, parameters: value["params"] ?? [:], connection: connection)
        } catch let error as LinkError {
            connection.answer(.null, .failure(error), after: 0)
        } catch {
            connection.answer(.null, .failure(LinkError(.badRequest, "the line is no JSON: \(error)")), after: 0)
        }
        return nil
    }

    /// Tells an event to all that follow.
    func tell(_ event: PlayoutEvent) {
        guard connections.contains(where: \.isFollowing) else { return }
        guard var line = try? LinkCoding.encode(event) else { preconditionFailure("an event has only JSON's values") }
        line.append(UInt8(ascii: "\n"))
        for connection in connections where connection.isFollowing { connection.tell(line) }
    }

    /// Sends what may leave, and forgets who is gone.
    func flush(written: UInt64, failure: String?) {
        for connection in connections { connection.flush(written: written, failure: failure) }
        connections.removeAll(where: \.isBroken)
    }
}
