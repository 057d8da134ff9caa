/// A complete answer.
package struct HTTPResponse: Hashable, Sendable {
    package var status: Int
    package var headers: HTTPHeaders
    package var body: [UInt8]
    package var timing: HTTPTiming

    package init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = [], timing: HTTPTiming = HTTPTiming()) {
        self.status = status
        self.headers = headers
        self.body = body
        self.timing = timing
    }

    /// Whether the status is in 200...299.
    package var isSuccess: Bool { (200...299).contains(status) }

    /// The body read as UTF-8; what is not UTF-8 becomes replacement characters.
    package var text: String { String(decoding: body, as: UTF8.self) }
}

/// An answer whose body is still arriving.
package struct HTTPStreamedResponse: Sendable {
    package var status: Int
    package var headers: HTTPHeaders
    package var body: HTTPBody
    /// Taken when the head was complete, so `totalSeconds` ends there.
    package var timing: HTTPTiming

    package init(status: Int, headers: HTTPHeaders = [:], body: HTTPBody, timing: HTTPTiming = HTTPTiming()) {
        self.status = status
        self.headers = headers
        self.body = body
        self.timing = timing
    }

    /// Whether the status is in 200...299.
    package var isSuccess: Bool { (200...299).contains(status) }
}

/// Where the time went.
///
/// Counted from the moment the request got its place, so without waiting for one.
package struct HTTPTiming: Hashable, Sendable {
    /// Until the connection was ready, TLS included; 0 on a connection that was open already.
    package var connectSeconds = 0.0
    package var firstByteSeconds = 0.0
    package var totalSeconds = 0.0
    /// Whether a connection of an earlier request was used again.
    package var reusedConnection = false
    /// 1 or 2; 0 where unknown.
    package var httpMajorVersion = 0

    package init() {}
}
