/// An account of Ethereum and the chains that are like it: 20 bytes.
package struct EthereumAddress: Hashable, Sendable {
    private let high: UInt64
    private let middle: UInt64
    private let low: UInt32

    /// - Returns: `nil` for any other number of bytes than 20.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 20 else { return nil }
        var (high, middle, low): (UInt64, UInt64, UInt32) = (0, 0, 0)
        for (index, byte) in bytes.enumerated() {
            switch index {
            case 0..<8: high = high << 8 | UInt64(byte)
            case 8..<16: middle = middle << 8 | UInt64(byte)
            default: low = low << 8 | UInt32(byte)
            }
        }
        (self.high, self.middle, self.low) = (high, middle, low)
    }

    package var bytes: [UInt8] {
        withUnsafeBytes(of: high.bigEndian) { Array($0) } + withUnsafeBytes(of: middle.bigEndian) { Array($0) }
            + withUnsafeBytes(of: low.bigEndian) { Array($0) }
    }
}

extension EthereumAddress: Comparable {
    package static func < (left: EthereumAddress, right: EthereumAddress) -> Bool {
        (left.high, left.middle, left.low) < (right.high, right.middle, right.low)
    }
}

extension EthereumAddress: LosslessStringConvertible {
    /// Reads `0x` and 40 digits.
    ///
    /// Letters of one case say nothing; those of both cases are a checksum (EIP-55), which has to be right.
    package init?(_ description: String) {
        guard description.utf8.count == 42, description.utf8.starts(with: "0x".utf8),
            let bytes = Hexadecimal.decode(description)
        else { return nil }
        self.init(bytes: bytes)
        let digits = description.utf8.dropFirst(2)
        let hasSmall = digits.contains { $0 >= UInt8(ascii: "a") }
        let hasLarge = digits.contains { (UInt8(ascii: "A")...UInt8(ascii: "F")).contains($0) }
        guard hasSmall, hasLarge else { return }
        guard description.utf8.elementsEqual(self.description.utf8) else { return nil }
    }

    /// With the checksum in the case of its letters.
    package var description: String {
        let digits = Array(Hexadecimal.encode(bytes).utf8)
        let hash = Keccak256.hash(digits)
        let text = digits.enumerated().map { index, digit in
            let nibble = index.isMultiple(of: 2) ? hash[index / 2] >> 4 : hash[index / 2] & 15
            return digit >= UInt8(ascii: "a") && nibble >= 8 ? digit - 32 : digit
        }
        return "0x" + String(decoding: text, as: UTF8.self)
    }
}
