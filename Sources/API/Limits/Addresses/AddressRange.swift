/// One address, or all that begin with the same bits: `10.0.0.0/8`, `2001:db8::/32`, `192.0.2.7`.
package struct AddressRange: Hashable, Sendable {
    private let base: IPAddress
    private let bits: Int

    /// - Returns: `nil` for what is no address, too many bits, or bits set behind the prefix, which is mostly a mistake.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let base = IPAddress(String(parts[0])) else { return nil }
        let most = if case .v4 = base { 32 } else { 128 }
        self.base = base
        if parts.count == 1 {
            bits = most
        } else {
            guard let bits = Int(parts[1]), (0...most).contains(bits), parts[1].allSatisfy(\.isNumber) else {
                return nil
            }
            self.bits = bits
            guard base == AddressRange.prefix(base, bits) else { return nil }
        }
    }

    package func contains(_ address: IPAddress) -> Bool {
        switch (base, address) {
        case (.v4, .v4), (.v6, .v6): AddressRange.prefix(address, bits) == base
        default: false
        }
    }

    private static func prefix(_ address: IPAddress, _ bits: Int) -> IPAddress {
        switch address {
        case .v4(let number): .v4(bits == 0 ? 0 : number & ~0 << UInt32(32 - bits))
        case .v6(let high, let low):
            .v6(
                bits == 0 ? 0 : high & ~0 << UInt64(64 - min(64, bits)),
                bits <= 64 ? 0 : low & ~0 << UInt64(128 - bits)
            )
        }
    }
}
