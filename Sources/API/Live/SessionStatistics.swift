/// What the hub has done, for administrators.
struct SessionStatistics: Codable, Hashable, Sendable {
    /// Open connections, by kind.
    let clients: [String: Int]
    let connectionsMax: Int
    let connectionsPerAddressMax: Int
    let delivered: [String: UInt64]
    let lost: LiveLosses
    /// Connections that ended, by reason.
    let ended: [String: UInt64]
    /// Connections that were refused, by the limit they met.
    let refused: [String: UInt64]
    let replayed: UInt64

    enum CodingKeys: String, CodingKey {
        case clients, delivered, lost, ended, refused, replayed
        case connectionsMax = "connections_max"
        case connectionsPerAddressMax = "connections_per_address_max"
    }

    init(_ statistics: LiveStatistics, settings: LiveSettings) {
        func named<Key: RawRepresentable<String>, Value>(_ values: [Key: Value]) -> [String: Value] {
            Dictionary(uniqueKeysWithValues: values.map { ($0.key.rawValue, $0.value) })
        }
        clients = named(statistics.clients)
        connectionsMax = settings.connectionsMax
        connectionsPerAddressMax = settings.connectionsPerAddressMax
        delivered = named(statistics.delivered)
        var lost = statistics.lost
        lost.missed = Int(clamping: statistics.missed)
        self.lost = lost
        ended = named(statistics.ended)
        refused = statistics.refused
        replayed = statistics.replayed
    }
}
