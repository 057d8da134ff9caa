import Domain

/// What the health routes say: one model behind all of them.
package struct HealthAnswer: Codable, Hashable, Sendable {
    package enum Status: String, Codable, Sendable, CaseIterable, SchemaChoice {
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

    enum CodingKeys: String, CodingKey {
        case status, reasons, version
        case uptimeSeconds = "uptime_seconds"
    }

    package init(status: Status, reasons: [String], uptimeSeconds: Double, version: String) {
        self.status = status
        self.reasons = reasons
        self.uptimeSeconds = uptimeSeconds
        self.version = version
    }
}

/// What `/version` says.
package struct VersionAnswer: Codable, Hashable, Sendable {
    package let version: String
}
