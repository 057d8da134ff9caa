/// A version 7 UUID: 48 bits of Unix milliseconds, then random bits, so that ids sort by time (RFC 9562).
public struct UUIDv7: Hashable, Sendable {
    /// The first eight bytes, big-endian: the milliseconds, the version, and 12 bits that order ids within one.
    public let high: UInt64
    /// The last eight bytes, big-endian: the variant and 62 random bits.
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Builds an id from its parts; bits that do not fit are cut off.
    public init(milliseconds: UInt64, counter: UInt16, random: UInt64) {
        high = (milliseconds & 0xFFFF_FFFF_FFFF) << 16 | 0x7000 | UInt64(counter & 0x0FFF)
        low = 0x8000_0000_0000_0000 | (random & 0x3FFF_FFFF_FFFF_FFFF)
    }

    /// Parses the form with four hyphens, in either case.
    ///
    /// Any version is taken: foreign publishers choose their own.
    public init?(_ text: some StringProtocol) {
        var digits: (UInt64, UInt64) = (0, 0)
        var count = 0
        for (position, byte) in text.utf8.enumerated() {
            if position == 8 || position == 13 || position == 18 || position == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let value = UUIDv7.hexValue(byte), count < 32 else { return nil }
            if count < 16 { digits.0 = digits.0 << 4 | value } else { digits.1 = digits.1 << 4 | value }
            count += 1
        }
        guard count == 32 else { return nil }
        (high, low) = digits
    }

    /// The Unix time in milliseconds that the id carries.
    public var milliseconds: UInt64 { high >> 16 }

    /// Stands for "no id" where an optional would cost space; never made by a source.
    static let none = UUIDv7(high: 0, low: 0)

    var nilIfNone: UUIDv7? { self == .none ? nil : self }

    /// Appends the 36 characters of the usual form.
    public func write(to bytes: inout [UInt8]) {
        for position in 0..<16 {
            if position == 4 || position == 6 || position == 8 || position == 10 { bytes.append(UInt8(ascii: "-")) }
            let word = position < 8 ? high : low
            bytes.appendHex(UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * (position & 7))))
        }
    }

    private static func hexValue(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}

extension UUIDv7: Comparable, CustomStringConvertible {
    public static func < (left: UUIDv7, right: UUIDv7) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }

    public var description: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(36)
        write(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension UUIDv7: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = UUIDv7(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a UUID: \(text)")
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension [UInt8] {
    mutating func appendHex(_ byte: UInt8) {
        append(Self.hexDigit(byte >> 4))
        append(Self.hexDigit(byte & 15))
    }

    private static func hexDigit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
    }
}
