import CCurl
import Glibc

/// An IP address, and whether it lies in the public Internet.
enum NetworkAddress: Hashable, Sendable {
    case ipv4(UInt32)
    /// The upper and the lower 64 bits.
    case ipv6(UInt64, UInt64)

    /// Reads the address of a socket; `nil` for other families.
    init?(socketAddress raw: UnsafeRawPointer) {
        switch Int32(raw.loadUnaligned(as: sockaddr.self).sa_family) {
        case AF_INET:
            self = .ipv4(UInt32(bigEndian: raw.loadUnaligned(as: sockaddr_in.self).sin_addr.s_addr))
        case AF_INET6:
            let offset = MemoryLayout<sockaddr_in6>.offset(of: \sockaddr_in6.sin6_addr) ?? 8
            self.init(sixteenBytes: raw + offset)
        default: return nil
        }
    }

    /// Reads the textual form, without brackets.
    init?(_ text: String) {
        var v4 = in_addr()
        var v6 = in6_addr()
        if inet_pton(AF_INET, text, &v4) == 1 {
            self = .ipv4(UInt32(bigEndian: v4.s_addr))
        } else if inet_pton(AF_INET6, text, &v6) == 1 {
            self = withUnsafePointer(to: &v6) { NetworkAddress(sixteenBytes: UnsafeRawPointer($0)) }
        } else {
            return nil
        }
    }

    private init(sixteenBytes bytes: UnsafeRawPointer) {
        self = .ipv6(
            UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        )
    }

    /// Ranges of IPv4 that never lead to a public host: the first address and the length of the prefix.
    private static let reservedIPv4: [(UInt32, Int)] = [
        (0x0000_0000, 8), (0x0a00_0000, 8), (0x6440_0000, 10), (0x7f00_0000, 8), (0xa9fe_0000, 16),
        (0xac10_0000, 12), (0xc000_0000, 24), (0xc000_0200, 24), (0xc058_6300, 24), (0xc0a8_0000, 16),
        (0xc612_0000, 15), (0xc633_6400, 24), (0xcb00_7100, 24), (0xe000_0000, 4), (0xf000_0000, 4),
    ]

    /// False for loopback, private, link-local, shared, documentation, multicast and reserved addresses, also where
    /// IPv6 wraps such an IPv4 address.
    var isPublic: Bool {
        switch self {
        case .ipv4(let address):
            return !Self.reservedIPv4.contains { base, length in (address ^ base) >> UInt32(32 - length) == 0 }
        case .ipv6(0, let low) where low >> 32 == 0xffff:
            return NetworkAddress.ipv4(UInt32(truncatingIfNeeded: low)).isPublic  // ::ffff:a.b.c.d
        case .ipv6(0x0064_ff9b_0000_0000, let low) where low >> 32 == 0:
            return NetworkAddress.ipv4(UInt32(truncatingIfNeeded: low)).isPublic  // NAT64
        case .ipv6(let high, _):
            // Only 2000::/3 is given out; within it 2001::/23, 2001:db8::/32, 6to4 and 3fff::/20 have other uses.
            let isSpecial =
                high >> 41 == 0x2001_0000 >> 9 || high >> 32 == 0x2001_0db8 || high >> 48 == 0x2002
                || high >> 44 == 0x3fff0
            return high >> 61 == 1 && !isSpecial
        }
    }
}
