import JSON
import NIOHTTP1
import Threading

/// Hands out what is to be done with each request, and keeps account of how it ends.
final class FaultDesk: Sendable {
    /// One request of a model that is under way.
    struct Ticket: Hashable, Sendable {
        let model: String
        fileprivate let generation: Int
    }

    fileprivate struct Tally {
        var counts = FaultReport.Model()
        var headers = HTTPHeaders()
    }

    private struct State {
        var script: FaultScript
        /// How many requests of each model have been answered from this script.
        var turns: [String: Int] = [:]
        var models: [String: Tally] = [:]
        var connections = 0
        var openConnections = 0
        var refused = 0
        /// Counts the resets: what began before one is not part of the account after it.
        var generation = 0
        var number = 0
        var isStopping = false
        var watchers: [Int: AsyncStream<FaultReport>.Continuation] = [:]
        var watcherCount = 0
    }

    private let state: Mutex<State>

    init(_ script: FaultScript) { state = Mutex(State(script: script)) }

    private func change<Result: Sendable>(_ body: (_ state: inout State) -> Result) -> Result {
        state.withLock { state in
            let result = body(&state)
            if !state.watchers.isEmpty {
                let report = FaultDesk.report(state)
                for watcher in state.watchers.values { watcher.yield(report) }
            }
            return result
        }
    }

    // MARK: Requests

    /// The number of a request that is no call of a model.
    func number() -> Int {
        change { state in
            state.number += 1
            return state.number
        }
    }

    /// Begins a request of a model.
    ///
    /// - Parameters:
    ///   - model: as the request names it.
    ///   - body: the request.
    ///   - headers: its headers.
    /// - Returns: what is to be done, and the number of the request; `nil` when there is no such model.
    func begin(_ model: String, _ body: JSONValue, _ headers: HTTPHeaders) -> (Ticket, Behaviour, number: Int)? {
        change { state in
            guard let behaviour = FaultDesk.next(model, &state) else {
                state.refused += 1
                return nil
            }
            state.number += 1
            state.models[model, default: Tally()].begin(body, headers)
            return (Ticket(model: model, generation: state.generation), behaviour, state.number)
        }
    }

    private static func next(_ model: String, _ state: inout State) -> Behaviour? {
        guard let behaviours = state.script.models[model], !behaviours.isEmpty else { return state.script.fallback }
        let turn = state.turns[model, default: 0]
        if turn < behaviours.count { state.turns[model] = turn + 1 }
        return behaviours[min(turn, behaviours.count - 1)]
    }

    func end(_ ticket: Ticket, _ outcome: AnswerPlan.Outcome) {
        tally(ticket) { counts in
            switch outcome {
            case .completed: counts.completed += 1
            case .cut: counts.cut += 1
            case .failed: counts.failed += 1
            }
        }
    }

    /// The client has gone.
    ///
    /// - Parameters:
    ///   - ticket: its request.
    ///   - contentCount: how many content events had left for it.
    func abandon(_ ticket: Ticket, after contentCount: Int) {
        tally(ticket) { counts in
            counts.clientGone += 1
            counts.lastClientGoneAfterEvents = contentCount
        }
    }

    private func tally(_ ticket: Ticket, _ count: (_ counts: inout FaultReport.Model) -> Void) {
        change { state in
            // Connections that the server itself ends say nothing about its clients.
            guard ticket.generation == state.generation, !state.isStopping, var tally = state.models[ticket.model]
            else {
                return
            }
            count(&tally.counts)
            tally.counts.open -= 1
            state.models[ticket.model] = tally
        }
    }

    func refuse() { change { $0.refused += 1 } }

    func connectionOpened() {
        change { state in
            state.connections += 1
            state.openConnections += 1
        }
    }

    func connectionClosed() { change { $0.openConnections -= 1 } }

    // MARK: Script

    var modelNames: [String] { state.withLock { $0.script.models.keys.sorted() } }

    /// From now on requests are answered by this script, from the first of each list.
    func setScript(_ script: FaultScript) {
        change { state in
            state.script = script
            state.turns = [:]
        }
    }

    // MARK: Report

    var report: FaultReport { state.withLock { FaultDesk.report($0) } }

    private static func report(_ state: State) -> FaultReport {
        var report = FaultReport()
        report.models = state.models.mapValues(\.report)
        report.connections = state.connections
        report.openConnections = state.openConnections
        report.refused = state.refused
        return report
    }

    /// Forgets what has been, and the requests that are under way.
    func reset() {
        change { state in
            state.generation += 1
            state.models = [:]
            state.connections = 0
            state.refused = 0
        }
    }

    func stop() { change { $0.isStopping = true } }

    /// The report of now, and of after each change; when several come at once, the last of them.
    func reports() -> AsyncStream<FaultReport> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: FaultReport.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        let id = state.withLock { state in
            state.watcherCount += 1
            state.watchers[state.watcherCount] = continuation
            continuation.yield(FaultDesk.report(state))
            return state.watcherCount
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { state in _ = state.watchers.removeValue(forKey: id) }
        }
        return stream
    }
}

extension FaultDesk.Tally {
    fileprivate mutating func begin(_ body: JSONValue, _ headers: HTTPHeaders) {
        counts.requests += 1
        counts.open += 1
        counts.lastRequest = body
        self.headers = headers
    }

    fileprivate var report: FaultReport.Model {
        var model = counts
        for (name, value) in headers {
            let name = name.lowercased()
            if FaultDesk.Tally.secretNames.contains(name) {
                if !model.lastCredentials.contains(name) { model.lastCredentials.append(name) }
            } else {
                model.lastHeaders[name] = model.lastHeaders[name].map { "\($0), \(value)" } ?? value
            }
        }
        return model
    }

    private static let secretNames: Set<String> = [
        "authorization", "x-api-key", "api-key", "x-goog-api-key", "proxy-authorization", "cookie",
    ]
}
