package import Bus
package import HTTPClient
import JSON
import Threading

/// The endpoints of one chain: asked one after the other until one answers, or all at once where they have to agree.
///
/// An endpoint that fails is passed over for a while; one that asks for rest gets it. Nothing is asked twice of one
/// endpoint, and everything has a deadline.
package final class ChainEndpoints: Sendable {
    package struct Settings: Hashable, Sendable {
        /// For one endpoint.
        package var attemptLimit: Duration = .seconds(5)
        /// How long a question waits for its turn at an endpoint.
        package var patience: Duration = .seconds(2)
        /// The largest answer believed: the holders of a token come as one.
        package var bodyBytesMax = 64 * 1024 * 1024
        /// So many endpoints have to agree where a reading decides about votes; never more than there are.
        package var quorum = 2
        package var breaker = CircuitBreaker.Policy()

        package init() {}
    }

    package let endpoints: [ChainEndpoint]
    package let settings: Settings
    /// What an endpoint has to show before it is asked anything else; `nil` where nothing is known of the chain.
    private let identity: ChainIdentity?
    private let transport: any HTTPTransport
    private let stopwatch: Stopwatch
    private let now: @Sendable () -> Timestamp
    private let state: Mutex<State>

    private struct State {
        var standings: [EndpointStanding]
        var random: SystemRandomNumberGenerator
    }

    /// - Parameters:
    ///   - endpoints: whom there is to ask, the preferred first.
    ///   - identity: what each of them has to show first.
    ///   - transport: the way to them.
    ///   - settings: the limits.
    ///   - stopwatch: measures and waits.
    ///   - now: what time it is.
    package init(
        _ endpoints: [ChainEndpoint],
        identity: ChainIdentity? = nil,
        transport: any HTTPTransport,
        settings: Settings = Settings(),
        stopwatch: Stopwatch = Stopwatch(ContinuousClock()),
        now: @escaping @Sendable () -> Timestamp = { .now }
    ) {
        self.endpoints = endpoints
        self.identity = identity
        self.transport = transport
        self.settings = settings
        self.stopwatch = stopwatch
        self.now = now
        state = Mutex(
            State(
                standings: endpoints.map { EndpointStanding($0, policy: settings.breaker) },
                random: SystemRandomNumberGenerator()
            )
        )
    }

    /// How each endpoint is doing, in order.
    package var standings: [EndpointStanding] { state.withLock { $0.standings } }

    /// How many have to agree; `nil` where there is none to ask.
    package var quorum: Int? { endpoints.isEmpty ? nil : max(1, min(settings.quorum, endpoints.count)) }

    // MARK: One after the other

    /// Asks the endpoints in order until one gives an answer that can be read.
    ///
    /// - Throws: the last endpoint's `ChainError`; `.notSetUp` without any.
    func ask<Value>(
        _ call: RPCCall,
        reading read: @Sendable (JSONValue) throws(ChainError) -> Value
    ) async throws(ChainError) -> Told<Value> {
        var last = ChainError(.notSetUp, "no endpoint is configured")
        for place in endpoints.indices {
            do throws(ChainError) {
                return Told(value: try await ask(place, call, reading: read), endpoint: endpoints[place].name)
            } catch {
                // That one is left alone says less than why.
                if error.code != .skipped || last.code == .notSetUp { last = error }
                guard error.mayAnotherAnswer else { throw error }
            }
        }
        throw last
    }

    // MARK: All at once

    /// Asks all endpoints at the same time; each failure stands beside its name.
    func askAll<Value: Sendable>(
        _ call: RPCCall,
        reading read: @escaping @Sendable (JSONValue) throws(ChainError) -> Value
    ) async -> [(endpoint: String, outcome: Result<Value, ChainError>)] {
        await withTaskGroup(of: (Int, Result<Value, ChainError>).self) { group in
            for place in endpoints.indices {
                // One for each endpoint, of which there are few: they answer at their own pace.
                group.addTask { [self] in
                    do throws(ChainError) {
                        return (place, .success(try await ask(place, call, reading: read)))
                    } catch {
                        return (place, .failure(error))
                    }
                }
            }
            var outcomes: [(Int, Result<Value, ChainError>)] = []
            for await outcome in group { outcomes.append(outcome) }
            return outcomes.sorted { $0.0 < $1.0 }.map { (endpoints[$0.0].name, $0.1) }
        }
    }

    // MARK: One

    private func ask<Value>(
        _ place: Int,
        _ call: RPCCall,
        reading read: @Sendable (JSONValue) throws(ChainError) -> Value
    ) async throws(ChainError) -> Value {
        try await makeKnown(place)
        try await waitForTurn(place)
        let begin = stopwatch.elapsed
        do throws(ChainError) {
            let value = try read(RPCCall.result(of: try await send(call, to: endpoints[place]), at: now()))
            note(place, nil, latency: stopwatch.elapsed - begin)
            return value
        } catch {
            note(place, error, latency: stopwatch.elapsed - begin)
            throw error
        }
    }

    /// Has an endpoint show which chain it is of, before it is asked for the first time.
    ///
    /// It asks by itself and not by way of `ask`: when one generic function with a typed error awaits another one, the
    /// optimizer of Swift 6.3 loses values of the caller.
    private func makeKnown(_ place: Int) async throws(ChainError) {
        guard let identity, !state.withLock({ $0.standings[place].isKnown }) else { return }
        try await waitForTurn(place)
        let begin = stopwatch.elapsed
        do throws(ChainError) {
            let answer = try await send(identity.call, to: endpoints[place])
            try identity.check(RPCCall.result(of: answer, at: now()))
        } catch {
            note(place, error, latency: stopwatch.elapsed - begin)
            throw error
        }
        note(place, nil, latency: stopwatch.elapsed - begin)
        state.withLock { $0.standings[place].isKnown = true }
    }

    private func waitForTurn(_ place: Int) async throws(ChainError) {
        let now = stopwatch.elapsed
        let turn = state.withLock { state -> Duration? in
            guard case .ask = state.standings[place].breaker.admit(at: now) else { return nil }
            let turn = state.standings[place].pace.take(at: now, patience: settings.patience)
            if turn == nil { state.standings[place].breaker.recordNothing(at: now) }
            return turn
        }
        guard let turn else { throw ChainError(.skipped, "\(endpoints[place].name) is left alone for a while") }
        guard turn > now else { return }
        do {
            try await stopwatch.sleep(until: turn)
        } catch {
            state.withLock { $0.standings[place].breaker.recordNothing(at: stopwatch.elapsed) }
            throw ChainError(.cancelled)
        }
    }

    private func send(_ call: RPCCall, to endpoint: ChainEndpoint) async throws(ChainError) -> HTTPResponse {
        let seconds = settings.attemptLimit / .seconds(1)
        var limits = HTTPLimits()
        limits.connectSeconds = min(seconds, 10)
        limits.firstByteSeconds = seconds
        limits.idleSeconds = seconds
        // A long list may take its time as long as it arrives.
        limits.totalSeconds = seconds * 4
        limits.bodyBytesMax = settings.bodyBytesMax
        var request = HTTPRequest(.post, endpoint.url, headers: endpoint.headers, body: call.body, limits: limits)
        request.headers["Content-Type"] = "application/json"
        request.headers["Accept"] = "application/json"
        do throws(HTTPClientError) {
            return try await transport.send(request)
        } catch {
            throw ChainError(ChainEndpoints.code(of: error.code), error.description)
        }
    }

    private static func code(of code: HTTPClientError.Code) -> ChainError.Code {
        switch code {
        case .connectTimeout, .firstByteTimeout, .idleTimeout, .totalTimeout: .timedOut
        case .bodyTooLarge, .headersTooLarge, .malformedResponse, .redirectRefused: .malformed
        case .cancelled, .closed: .cancelled
        default: .unreachable
        }
    }

    private func note(_ place: Int, _ error: ChainError?, latency: Duration) {
        let now = stopwatch.elapsed
        state.withLock { state in
            state.standings[place].asked += 1
            guard let error else {
                state.standings[place].lastLatency = latency
                state.standings[place].breaker.recordSuccess()
                return
            }
            guard error.countsAgainstEndpoint else {
                // It has answered, if only that it does not like the question.
                if error.code == .cancelled {
                    state.standings[place].breaker.recordNothing(at: now)
                } else {
                    state.standings[place].breaker.recordSuccess()
                }
                return
            }
            state.standings[place].failed += 1
            state.standings[place].lastError = error
            state.standings[place].breaker.recordFailure(
                at: now,
                retryAfter: error.retryAfter,
                atOnce: error.code == .rateLimited,
                using: &state.random
            )
        }
    }
}

/// A value, and which endpoint has told it.
package struct Told<Value> {
    package let value: Value
    package let endpoint: String
}

extension Told: Sendable where Value: Sendable {}
