import HTTPTypes
import Hummingbird

/// What `/health` says.
///
/// The status code is that of liveness: a degraded station still serves, so only `failing` answers 503.
package struct HealthAnswer: Codable, Hashable, Sendable {
    package enum Status: String, Codable, Sendable {
        case starting
        case ok
        case degraded
        case failing
    }

    package let status: Status
    /// Why it is not `ok`, a sentence each.
    package let reasons: [String]
    /// Seconds since the daemon was ready.
    package let uptimeSeconds: Double
    package let version: String

    package init(status: Status, reasons: [String], uptimeSeconds: Double, version: String) {
        self.status = status
        self.reasons = reasons
        self.uptimeSeconds = uptimeSeconds
        self.version = version
    }

    func response() throws -> Response {
        try JSONAnswer.response(self, status: status == .failing ? .serviceUnavailable : .ok)
    }
}
