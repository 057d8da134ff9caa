import CZeroMQ

/// What libzmq, or a limit of this module, refused.
package struct ZeroMQError: Error, Hashable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// The address is taken, by another socket of this kind that answers.
        case addressInUse
        /// The address is not one that libzmq or this module accepts.
        case badAddress
        /// A setting does not fit, for instance a key that is not Z85.
        case badSetting
        /// The system is out of something (sockets, threads), or refuses access.
        case system
        /// The socket has been closed.
        case closed
        /// No answer came in time.
        case timedOut
        /// Too much is waiting already.
        case busy
    }

    package let code: Code
    /// What was being done, and what the library said to it.
    package let detail: String

    package init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    /// The calling thread's last libzmq error.
    static func last(_ doing: String) -> ZeroMQError {
        let number = zmq_errno()
        let code: Code =
            switch number {
            case EADDRINUSE: .addressInUse
            case EINVAL, ENODEV, EADDRNOTAVAIL, EPROTONOSUPPORT, czmq_error_mechanism: .badAddress
            case czmq_error_terminated, ENOTSOCK: .closed
            default: .system
            }
        return ZeroMQError(code, "\(doing): \(String(cString: zmq_strerror(number)))")
    }

    package var description: String { detail }
}
