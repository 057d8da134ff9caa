/// How many live connections there are, together and from each address, and whether one more may come.
///
/// A plain value.
struct LiveCensus {
    struct Limits: Hashable, Sendable {
        var connectionsMax: Int
        var perAddressMax: Int
    }

    enum Refusal: String, Hashable, Sendable, CaseIterable {
        case total, address
    }

    let limits: Limits
    private(set) var total = 0
    private var byAddress: [String: Int] = [:]

    init(limits: Limits) { self.limits = limits }

    /// - Returns: why it may not; `nil` when it counts from now on.
    mutating func enter(_ address: String) -> Refusal? {
        guard total < limits.connectionsMax else { return .total }
        guard byAddress[address, default: 0] < limits.perAddressMax else { return .address }
        total += 1
        byAddress[address, default: 0] += 1
        return nil
    }

    mutating func leave(_ address: String) {
        guard let count = byAddress[address] else { return }
        total -= 1
        byAddress[address] = count > 1 ? count - 1 : nil
    }
}

/// One connection's place among those that are allowed; given up when nobody holds it any more.
///
/// So it cannot be kept by a connection that failed half-way.
final class LivePlace: Sendable {
    let address: String
    private let leave: @Sendable (String) -> Void

    init(address: String, leave: @escaping @Sendable (String) -> Void) {
        self.address = address
        self.leave = leave
    }

    deinit { leave(address) }
}
