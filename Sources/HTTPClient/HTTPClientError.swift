/// A request that got no complete answer.
package struct HTTPClientError: Error, Hashable, Sendable {
    package let code: Code
    /// What happened in words; may hold the host name or the other side's text, so it is for `debugDescription` only.
    package let detail: String
    /// Whether the request may have reached the server.
    ///
    /// After that, only the caller knows if repeating it is safe.
    package let requestWasSent: Bool

    package init(_ code: Code, _ detail: String = "", requestWasSent: Bool = false) {
        self.code = code
        self.detail = detail
        self.requestWasSent = requestWasSent
    }

    /// What went wrong.
    ///
    /// Open: later versions may add codes.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }

        /// The request or its limits are malformed.
        package static let invalidRequest = Code(rawValue: "invalid_request")
        /// The host is not on the list of allowed hosts.
        package static let hostRefused = Code(rawValue: "host_refused")
        /// A URL from outside led to an address that is not public.
        package static let addressRefused = Code(rawValue: "address_refused")
        /// Too many requests wait already, or this one waited too long for its turn.
        package static let overloaded = Code(rawValue: "overloaded")
        package static let resolveFailed = Code(rawValue: "resolve_failed")
        package static let connectFailed = Code(rawValue: "connect_failed")
        package static let tlsFailed = Code(rawValue: "tls_failed")
        /// The server's certificate does not prove that it is the host.
        package static let certificateRefused = Code(rawValue: "certificate_refused")
        package static let connectTimeout = Code(rawValue: "connect_timeout")
        package static let firstByteTimeout = Code(rawValue: "first_byte_timeout")
        package static let idleTimeout = Code(rawValue: "idle_timeout")
        package static let totalTimeout = Code(rawValue: "total_timeout")
        /// The connection broke before the answer was complete.
        package static let connectionLost = Code(rawValue: "connection_lost")
        package static let malformedResponse = Code(rawValue: "malformed_response")
        package static let headersTooLarge = Code(rawValue: "headers_too_large")
        package static let bodyTooLarge = Code(rawValue: "body_too_large")
        /// A redirect was followed as often as allowed, or led where it must not.
        package static let redirectRefused = Code(rawValue: "redirect_refused")
        package static let cancelled = Code(rawValue: "cancelled")
        /// The client is shut down.
        package static let closed = Code(rawValue: "closed")
        /// libcurl or the system refused: out of memory, threads or descriptors.
        package static let internalFailure = Code(rawValue: "internal_failure")
    }

    /// What a caller may do about it.
    package enum Disposition: Hashable, Sendable {
        /// The same request may succeed later, if repeating it does no harm.
        case retry
        /// It will fail again until something is changed.
        case fail
    }

    package var disposition: Disposition {
        switch code {
        case .overloaded, .resolveFailed, .connectFailed, .tlsFailed, .connectTimeout, .firstByteTimeout,
            .idleTimeout, .totalTimeout, .connectionLost, .malformedResponse, .internalFailure:
            .retry
        default:
            .fail
        }
    }
}

extension HTTPClientError: CustomStringConvertible, CustomDebugStringConvertible {
    /// Safe to log: the code alone.
    package var description: String { "http request failed: \(code.rawValue)" }
    package var debugDescription: String { detail.isEmpty ? description : "\(description): \(detail)" }
}
