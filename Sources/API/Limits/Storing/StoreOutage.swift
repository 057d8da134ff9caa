/// Whether the store is away, and who may find out whether it is back: a plain value.
///
/// While it is away one request in a while asks it, and the others do not wait for it.
struct StoreOutage: Hashable, Sendable {
    static let probeInterval: Duration = .seconds(1)

    private var nextProbe: Duration?

    var isAway: Bool { nextProbe != nil }

    /// Whether a request may ask the store now.
    mutating func mayAsk(at now: Duration) -> Bool {
        guard let probe = nextProbe else { return true }
        guard now >= probe else { return false }
        nextProbe = now + StoreOutage.probeInterval
        return true
    }

    mutating func noteFailure(at now: Duration) { nextProbe = now + StoreOutage.probeInterval }

    mutating func noteAnswer() { nextProbe = nil }
}
