package import HTTPClient

/// What is remembered of one endpoint.
package struct EndpointStanding: Sendable {
    package let name: String
    package internal(set) var breaker: CircuitBreaker
    var pace: CallPace
    /// Whether it has shown which chain it is of.
    var isKnown = false
    package internal(set) var asked: UInt64 = 0
    package internal(set) var failed: UInt64 = 0
    package internal(set) var lastError: ChainError?
    package internal(set) var lastLatency: Duration?

    init(_ endpoint: ChainEndpoint, policy: CircuitBreaker.Policy) {
        name = endpoint.name
        breaker = CircuitBreaker(policy: policy)
        pace = CallPace(callsPerSecond: endpoint.callsPerSecond)
    }

    /// Whether it would be asked now.
    package var isLeftAlone: Bool { breaker.isOpen }
}
