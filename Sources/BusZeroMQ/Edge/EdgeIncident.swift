/// Something about the edge that the operator, or the audit log, should hear of.
package enum EdgeIncident: Hashable, Sendable, CustomStringConvertible {
    /// A connection with a key that is not authorised was refused. At most one report a second; the others only count.
    case unknownKey(publicKey: String, address: String)
    /// The authenticator's socket is gone, so the encrypted endpoints have been shut.
    case authenticatorDied(endpoints: [String])
    /// An event's payload could not be encoded; its subscribers see a gap. Reported once per topic.
    case encodingFailed(topic: String, reason: String)
    /// Requests are refused because too many are waiting. At most one report a second.
    case controlBusy
    /// A subscription that no topic can match was ignored. At most one report a second.
    case subscriptionRefused(endpoint: String)
    /// An encrypted endpoint could not be opened again.
    case endpointLost(name: String, reason: String)

    package var description: String {
        switch self {
        case .unknownKey(let publicKey, let address): "unknown CURVE key \(publicKey) from \(address) refused"
        case .authenticatorDied(let endpoints):
            "the authenticator is gone: \(endpoints.joined(separator: ", ")) shut"
        case .encodingFailed(let topic, let reason): "\(topic) could not be encoded: \(reason)"
        case .controlBusy: "the control queue is full"
        case .subscriptionRefused(let endpoint): "a subscription at \(endpoint) was ignored"
        case .endpointLost(let name, let reason): "\(name) could not be opened again: \(reason)"
        }
    }
}
