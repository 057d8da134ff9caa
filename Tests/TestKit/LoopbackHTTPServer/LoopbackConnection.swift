import Glibc
import Threading

/// One accepted connection: reads requests and carries out replies until either side is done.
struct LoopbackConnection: Sendable {
    /// How long nothing may go out before the client counts as not reading.
    private static let blockedAfter = Duration.milliseconds(200)

    private enum Outcome {
        case goOn
        case end
    }

    private let number: Int
    private let socket: LoopbackSocket
    private let core: LoopbackCore

    init(_ number: Int, _ socket: LoopbackSocket, _ core: LoopbackCore) {
        self.number = number
        self.socket = socket
        self.core = core
        var one: Int32 = 1
        setsockopt(socket.descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    /// The life of the connection's thread.
    func run() {
        var unread: [UInt8] = []
        while let request = readRequest(&unread) {
            core.record(request)
            for step in core.answer(request).steps where perform(step) == .end { return }
            core.log.append(.answered(path: request.path), connection: number)
        }
    }

    // MARK: Reading

    private func readRequest(_ unread: inout [UInt8]) -> LoopbackHTTPServer.Request? {
        while true {
            if let request = takeRequest(&unread) { return request }
            guard socket.wait(for: POLLIN) == .ready else { return nil }
            guard let bytes = socket.read() else { continue }
            guard !bytes.isEmpty else {
                core.log.append(.closedByClient, connection: number)
                return nil
            }
            unread += bytes
        }
    }

    private func takeRequest(_ unread: inout [UInt8]) -> LoopbackHTTPServer.Request? {
        guard let headEnd = Self.headEnd(unread) else { return nil }
        let head = String(decoding: unread[..<headEnd], as: UTF8.self)
        var lines = head.split(separator: "\r\n").map(String.init)[...]
        let words = (lines.popFirst() ?? "").split(separator: " ").map(String.init)
        let headers = lines.compactMap { line -> (name: String, value: String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            return (String(line[..<colon]), String(value))
        }
        let length = headers.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) } ?? 0
        guard words.count >= 2, unread.count >= headEnd + length else { return nil }
        let body = Array(unread[headEnd..<(headEnd + length)])
        unread.removeFirst(headEnd + length)
        return .init(connection: number, method: words[0], target: words[1], headers: headers, body: body)
    }

    private static func headEnd(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (0...(bytes.count - 4)).first { bytes[$0..<($0 + 4)].elementsEqual([13, 10, 13, 10]) }.map { $0 + 4 }
    }

    // MARK: Replying

    private func perform(_ step: LoopbackReply.Step) -> Outcome {
        switch step {
        case .send(let bytes): bytes.withUnsafeBytes { write($0, sentBefore: 0) }
        case .flood(let bytes): flood(bytes)
        case .pause(let duration): waitForClose(duration)
        case .waitFor(let gate): waitFor(gate)
        case .waitForClose: waitForClose(nil)
        case .close: .end
        case .reset: reset()
        case .tunnel(let port): tunnel(port)
        }
    }

    private func write(_ bytes: UnsafeRawBufferPointer, sentBefore: Int) -> Outcome {
        var sent = 0
        while sent < bytes.count {
            guard let count = socket.write(UnsafeRawBufferPointer(rebasing: bytes[sent...])) else {
                core.log.append(.closedByClient, connection: number)
                return .end
            }
            sent += count
            guard count == 0 else { continue }
            switch socket.wait(for: POLLOUT, Self.blockedAfter) {
            case .ready: continue
            case .stopped: return .end
            case .timedOut: core.log.append(.blocked(sentBytes: sentBefore + sent), connection: number)
            }
        }
        return .goOn
    }

    private func flood(_ total: Int) -> Outcome {
        let block = [UInt8](repeating: UInt8(ascii: "x"), count: 65_536)
        var sent = 0
        while sent < total {
            let piece = block.prefix(total - sent)
            guard piece.withUnsafeBytes({ write($0, sentBefore: sent) }) == .goOn else { return .end }
            sent += piece.count
        }
        return .goOn
    }

    /// Waits out a time during which the client says nothing; what it does say is thrown away.
    private func waitForClose(_ limit: Duration?) -> Outcome {
        let end = limit.map { ContinuousClock.now.advanced(by: $0) }
        while true {
            let left = end.map { max(.zero, ContinuousClock.now.duration(to: $0)) }
            switch socket.wait(for: POLLIN, left) {
            case .timedOut: return .goOn
            case .stopped: return .end
            case .ready:
                guard socket.read()?.isEmpty == true else { continue }
                core.log.append(.closedByClient, connection: number)
                return .end
            }
        }
    }

    private func waitFor(_ gate: LoopbackGate) -> Outcome {
        guard socket.wait(on: gate.signal.descriptor, for: POLLIN) == .ready else { return .end }
        gate.signal.drain()
        return .goOn
    }

    private func reset() -> Outcome {
        socket.resetOnClose()
        return .end
    }

    private func tunnel(_ port: Int) -> Outcome {
        guard let descriptor = try? LoopbackSocket.connect(port: port) else { return .end }
        let other = LoopbackSocket(descriptor, stopSignal: core.stopSignal)
        guard other.wait(for: POLLOUT) == .ready else { return .end }
        while true {
            for (from, to) in [(socket, other), (other, socket)] {
                switch from.wait(for: POLLIN, .milliseconds(2)) {
                case .stopped: return .end
                case .timedOut: continue
                case .ready:
                    guard let bytes = from.read() else { continue }
                    guard !bytes.isEmpty, bytes.withUnsafeBytes({ to.write($0) }) == bytes.count else { return .end }
                }
            }
        }
    }
}
