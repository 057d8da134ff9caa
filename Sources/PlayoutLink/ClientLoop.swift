import Bus
import Glibc
import JSON
import Threading

/// The thread behind a client: the socket, the calls that wait, and connecting again.
final class ClientLoop: Sendable {
    typealias Outcome = Result<JSONValue, LinkError>

    private struct Waiting {
        let deadline: ContinuousClock.Instant
        let done: @Sendable (Outcome) -> Void
    }

    private struct Calls {
        var lastID: Int64 = 0
        var waiting: [Int64: Waiting] = [:]
        var outgoing: [UInt8] = []
        var isConnected = false
        var isStopping = false
    }

    private let settings: PlayoutClient.Settings
    private let updates: AsyncStream<PlayoutUpdate>.Continuation
    private let calls = Mutex(Calls())
    private let wakeUp: WakeUp

    init(
        _ settings: PlayoutClient.Settings,
        _ updates: AsyncStream<PlayoutUpdate>.Continuation
    ) throws(ThreadError) {
        self.settings = settings
        self.updates = updates
        wakeUp = try WakeUp()
    }

    func stop() {
        calls.withLock { $0.isStopping = true }
        wakeUp.signal()
    }

    // MARK: Calls

    /// - Parameter request: gives the line for an id.
    /// - Returns: the answer's result, or why there is none.
    func call(_ request: @Sendable (Int64) -> Result<[UInt8], LinkError>) async -> Outcome {
        await withCheckedContinuation { continuation in
            begin(request) { continuation.resume(returning: $0) }
        }
    }

    private func begin(
        _ request: (Int64) -> Result<[UInt8], LinkError>,
        _ done: @escaping @Sendable (Outcome) -> Void
    ) {
        let refusal = calls.withLock { calls -> LinkError? in
            guard calls.isConnected, !calls.isStopping else {
                return LinkError(.unavailable, "the playout is not connected")
            }
            guard calls.waiting.count < settings.callsMax else {
                return LinkError(.unavailable, "\(settings.callsMax) calls wait for answers already")
            }
            calls.lastID += 1
            switch request(calls.lastID) {
            case .failure(let error): return error
            case .success(let line):
                calls.outgoing += line
                calls.waiting[calls.lastID] = Waiting(deadline: .now + settings.answerTimeout, done: done)
                return nil
            }
        }
        if let refusal { return done(.failure(refusal)) }
        wakeUp.signal()
    }

    private func settle(_ id: Int64, _ outcome: Outcome) {
        calls.withLock { $0.waiting.removeValue(forKey: id) }?.done(outcome)
    }

    private func failAll(_ reason: String) {
        let waiting = calls.withLock { calls -> [Waiting] in
            defer {
                calls.waiting = [:]
                calls.outgoing = []
                calls.isConnected = false
            }
            return Array(calls.waiting.values)
        }
        for call in waiting { call.done(.failure(LinkError(.unavailable, reason))) }
    }

    private func failLate() {
        let now = ContinuousClock.now
        let late = calls.withLock { calls -> [Waiting] in
            let ids = calls.waiting.filter { $0.value.deadline <= now }.keys
            return ids.compactMap { calls.waiting.removeValue(forKey: $0) }
        }
        for call in late { call.done(.failure(LinkError(.unavailable, "no answer in time"))) }
    }

    private var isStopping: Bool { calls.withLock { $0.isStopping } }

    // MARK: The thread

    /// The thread's life.
    func run() {
        var greeting = Greeting(client: settings.client)
        var wait = settings.backoff.lowerBound
        while !isStopping {
            let reason: String
            do throws(LinkError) {
                let socket = try ClientSocket(path: settings.socketPath)
                reason = serve(socket, &greeting)
            } catch {
                reason = error.message
            }
            failAll(reason)
            if greeting.isOver {
                updates.yield(.disconnected(reason: reason))
                wait = settings.backoff.lowerBound
            }
            greeting.begin()
            pause(wait)
            wait = min(wait * 2, settings.backoff.upperBound)
        }
        failAll("the client has ended")
        updates.finish()
    }

    private func pause(_ duration: Duration) {
        let end = ContinuousClock.now + duration
        while !isStopping {
            let left = ContinuousClock.now.duration(to: end)
            guard left > .zero else { return }
            var descriptor = pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0)
            if poll(&descriptor, 1, Int32(left / .milliseconds(1)) + 1) > 0 { wakeUp.drain() }
        }
    }

    /// Talks until the connection breaks.
    ///
    /// - Returns: why it broke.
    private func serve(_ socket: ClientSocket, _ greeting: inout Greeting) -> String {
        var reader = LineReader()
        send(greeting.next())
        while !isStopping {
            let outgoing = calls.withLock { calls -> [UInt8] in
                defer { calls.outgoing = [] }
                return calls.outgoing
            }
            socket.queue(outgoing)
            do throws(LinkError) {
                try reader.append(socket.exchange(with: wakeUp, milliseconds: 100))
                while let line = try reader.next() { try take(line, &greeting) }
            } catch {
                return error.message
            }
            failLate()
        }
        return "the client has ended"
    }

    private func take(_ line: [UInt8], _ greeting: inout Greeting) throws(LinkError) {
        let value: JSONValue
        do { value = try JSONValue(parsing: line) } catch {
            throw LinkError(.badAnswer, "the playout sent what is no JSON: \(error)")
        }
        if value["event"] != nil {
            let event = try LinkCoding.decode(PlayoutEvent.self, from: value)
            for update in greeting.take(event) { updates.yield(update) }
        } else if let id = value["id"]?.int {
            let outcome = ClientLoop.outcome(value)
            guard id < 0 else { return settle(id, outcome) }
            let news = try greeting.take(outcome)
            // Before it is told: whoever hears it may call at once.
            if greeting.isOver { calls.withLock { $0.isConnected = true } } else { send(greeting.next()) }
            for update in news { updates.yield(update) }
        } else {
            throw LinkError(.badAnswer, value["error"]?["message"]?.string ?? "the playout sent what answers nothing")
        }
    }

    private func send(_ line: [UInt8]) { calls.withLock { $0.outgoing = line + $0.outgoing } }

    private static func outcome(_ value: JSONValue) -> Outcome {
        if let result = value["result"] { return .success(result) }
        guard let error = value["error"] else { return .failure(LinkError(.badAnswer, "the answer has no result")) }
        let code = error["code"]?.string.flatMap(LinkError.Code.init(rawValue:)) ?? .badAnswer
        return .failure(LinkError(code, error["message"]?.string ?? ""))
    }
}
