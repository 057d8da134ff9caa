/// The result of `system.hello`.
public struct Hello: Codable, Hashable, Sendable {
    /// The version of the wire protocol: 1.
    public let `protocol`: Int
    /// The daemon's version.
    public let version: String
    public let epoch: String
    /// What the caller may do: `viewer`, `operator` or `admin`.
    public let role: String
    public let features: [String]
    /// Addresses of the events endpoint.
    public let events: [String]
}
