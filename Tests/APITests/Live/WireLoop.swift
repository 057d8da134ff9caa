import Glibc
import Threading

/// One thread that owns plain TCP connections, for tests that must see every byte; thousands of them, if need be.
final class WireLoop: Sendable {
    private struct State {
        var wires: [Wire] = []
        var isStopped = false
    }

    private let state = Mutex(State())
    private let wakeUp: WakeUp
    private let thread = Mutex<OSThread?>(nil)

    init() throws {
        wakeUp = try WakeUp()
        let thread = try OSThread(name: "test-wires") { [self] in run() }
        self.thread.withLock { $0 = thread }
    }

    /// Connects to a port of this machine; what is sent waits until that is done.
    func connect(to port: Int) throws -> Wire {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { throw WireError(errno) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 || errno == EINPROGRESS else {
            let code = errno
            Glibc.close(descriptor)
            throw WireError(code)
        }
        let wire = Wire(descriptor, wakeUp)
        state.withLock { $0.wires.append(wire) }
        wakeUp.signal()
        return wire
    }

    /// Closes every connection and ends the thread.
    func stop() {
        state.withLock { $0.isStopped = true }
        wakeUp.signal()
        thread.withLock { $0.take() }?.join()
    }

    private func run() {
        while true {
            let (wires, isStopped) = state.withLock { state in
                state.wires.removeAll { $0.isOver }
                return (state.wires, state.isStopped)
            }
            if isStopped {
                for wire in wires { wire.shutDown() }
                return
            }
            var polled = [pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0)]
            for wire in wires { polled.append(pollfd(fd: wire.descriptor, events: wire.interest, revents: 0)) }
            _ = poll(&polled, nfds_t(polled.count), -1)
            if polled[0].revents != 0 { wakeUp.drain() }
            for (wire, slot) in zip(wires, polled.dropFirst()) { wire.work(slot.revents) }
        }
    }
}

/// A system call on a test's connection failed.
struct WireError: Error {
    let code: Int32
    init(_ code: Int32) { self.code = code }
}

/// One connection of a `WireLoop`.
final class Wire: Sendable {
    private struct State {
        var received: [UInt8] = []
        var toSend: [UInt8] = []
        /// Nothing more is sent behind what waits, and the server is told so.
        var isFinishing = false
        var isReading = true
        var isClosing = false
        var isClosed = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    let descriptor: Int32
    private let wakeUp: WakeUp
    private let state = Mutex(State())

    init(_ descriptor: Int32, _ wakeUp: WakeUp) {
        self.descriptor = descriptor
        self.wakeUp = wakeUp
    }

    // MARK: The test's side

    func send(_ bytes: some Sequence<UInt8>) {
        state.withLock { $0.toSend.append(contentsOf: bytes) }
        wakeUp.signal()
    }

    func send(_ text: String) { send(text.utf8) }

    /// Sends this and then no more, in one go.
    func finish(_ text: String) {
        state.withLock { state in
            state.toSend.append(contentsOf: text.utf8)
            state.isFinishing = true
        }
        wakeUp.signal()
    }

    /// Stops or goes on taking what the server sends.
    func setReading(_ isReading: Bool) {
        state.withLock { $0.isReading = isReading }
        wakeUp.signal()
    }

    /// Closes; what has been received can still be taken.
    func close() {
        state.withLock { $0.isClosing = true }
        wakeUp.signal()
    }

    /// Waits until something can be made of what has arrived.
    ///
    /// - Parameter parse: takes what it needs away; `nil` when that is not all there.
    /// - Returns: what was made, or `nil` when the server has closed before.
    func next<Value: Sendable>(_ parse: @Sendable (inout [UInt8]) -> Value?) async -> Value? {
        while true {
            let (value, count, isClosed) = state.withLock { state in
                (parse(&state.received), state.received.count, state.isClosed)
            }
            if let value { return value }
            if isClosed || Task.isCancelled { return nil }
            await wait(behind: count)
        }
    }

    private func wait(behind count: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state -> Bool in
                    if state.received.count != count || state.isClosed || Task.isCancelled { return true }
                    state.waiter = continuation
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiter.take() }?.resume()
        }
    }

    // MARK: The loop's side

    var isOver: Bool { state.withLock { $0.isClosed } }

    var interest: Int16 {
        state.withLock { state in
            var events = 0
            if state.isReading { events |= Int(POLLIN) }
            if !state.toSend.isEmpty { events |= Int(POLLOUT) }
            return Int16(events)
        }
    }

    func work(_ events: Int16) {
        if state.withLock({ $0.isClosing }) { return shutDown() }
        if events & Int16(POLLOUT) != 0 { sendSome() }
        guard events & Int16(POLLIN | POLLHUP | POLLERR) != 0 else { return }
        let isReading = state.withLock { $0.isReading }
        if isReading { readSome() } else if events & Int16(POLLERR | POLLHUP) != 0 { shutDown() }
    }

    private func sendSome() {
        state.withLock { state in
            let count = state.toSend.withUnsafeBytes { bytes in
                Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            }
            if count > 0 { state.toSend.removeFirst(count) }
            if state.isFinishing, state.toSend.isEmpty { shutdown(descriptor, Int32(SHUT_WR)) }
        }
    }

    private func readSome() {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) { return shutDown() }
        guard count > 0 else { return }
        let waiter = state.withLock { state in
            state.received.append(contentsOf: buffer[..<count])
            return state.waiter.take()
        }
        waiter?.resume()
    }

    func shutDown() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.isClosed else { return nil }
            state.isClosed = true
            Glibc.close(descriptor)
            return state.waiter.take()
        }
        waiter?.resume()
    }
}

/// The head of an answer.
struct WireHead: Sendable {
    let status: Int
    /// Names in small letters.
    let headers: [String: String]

    static func take(from bytes: inout [UInt8]) -> WireHead? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        bytes.removeSubrange(..<end.upperBound)
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts[1].trimmingPrefix(while: \.isWhitespace).description
        }
        let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return WireHead(status: status, headers: headers)
    }
}
