import Glibc
import NIOCore

/// An address of the Internet, as a number.
///
/// IPv4 inside IPv6 (`::ffff:1.2.3.4`) is IPv4: a listener on `::` sees its IPv4 clients so.
package enum IPAddress: Hashable, Sendable {
    case v4(UInt32)
    /// The upper and the lower 64 bits.
    case v6(UInt64, UInt64)

    /// - Parameter text: without brackets, port or zone.
    package init?(_ text: String) {
        guard text.utf8.count <= 45 else { return nil }
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            self = .v4(UInt32(bigEndian: four.s_addr))
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            self = withUnsafeBytes(of: six) { IPAddress(sixteenBytes: $0) }
        } else {
            return nil
        }
    }

    /// - Returns: `nil` for what is no address of the Internet.
    init?(_ address: SocketAddress) {
        let found = address.withSockAddr { pointer, size -> IPAddress? in
            let bytes = UnsafeRawBufferPointer(start: pointer, count: size)
            switch Int32(pointer.pointee.sa_family) {
            case AF_INET where size >= MemoryLayout<sockaddr_in>.size:
                return .v4(UInt32(bigEndian: bytes.loadUnaligned(as: sockaddr_in.self).sin_addr.s_addr))
            case AF_INET6 where size >= MemoryLayout<sockaddr_in6>.size:
                let six = bytes.loadUnaligned(as: sockaddr_in6.self).sin6_addr
                return withUnsafeBytes(of: six) { IPAddress(sixteenBytes: $0) }
            default: return nil
            }
        }
        guard let found else { return nil }
        self = found
    }

    private init(sixteenBytes bytes: UnsafeRawBufferPointer) {
        let high = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
        let low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        self = high == 0 && low >> 32 == 0xFFFF ? .v4(UInt32(truncatingIfNeeded: low)) : .v6(high, low)
    }

    /// The network of 64 bits that an IPv6 address belongs to: a customer has at least one whole network.
    package var network: IPAddress {
        switch self {
        case .v4: self
        case .v6(let high, _): .v6(high, 0)
        }
    }

    /// Whether only this machine can have sent from it.
    package var isLoopback: Bool {
        switch self {
        case .v4(let number): number >> 24 == 127
        case .v6(let high, let low): high == 0 && low == 1
        }
    }
}

extension IPAddress: CustomStringConvertible {
    package var description: String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let length = socklen_t(buffer.count)
        switch self {
        case .v4(let number):
            var address = in_addr(s_addr: number.bigEndian)
            inet_ntop(AF_INET, &address, &buffer, length)
        case .v6(let high, let low):
            var words = (high.bigEndian, low.bigEndian)
            inet_ntop(AF_INET6, &words, &buffer, length)
        }
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
