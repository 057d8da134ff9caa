import Domain

/// How a client is connected.
package enum LiveKind: String, Codable, Hashable, Sendable, CaseIterable, SchemaChoice {
    /// Server-sent events.
    case events
    /// WebSocket.
    case socket
}

/// Why a live connection ended.
package enum LiveEnding: String, Hashable, Sendable, CaseIterable {
    /// The client went away.
    case gone
    /// The client said goodbye.
    case closed
    /// The client answered no ping.
    case silent
    /// The client took nothing for too long.
    case stalled
    /// Its credential does not hold any more.
    case expired
    /// It broke the WebSocket protocol.
    case protocolError = "protocol_error"
    /// It sent what is not taken here: a binary message, or a text that is not UTF-8.
    case unsupported
    case tooLarge = "too_large"
    /// It sent more than it may.
    case tooMany = "too_many"
    /// The station is stopping.
    case stopping
}
