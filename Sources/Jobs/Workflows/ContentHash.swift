import Domain
import FoundationEssentials

/// SHA-256 of a value, to tell whether what was approved is what there is.
package struct ContentHash: Hashable, Sendable, CustomStringConvertible {
    package let bytes: [UInt8]

    /// Of the value's JSON with sorted keys, so that equal values have equal hashes.
    package init(of value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        self.init(ofBytes: Array(try encoder.encode(value)))
    }

    package init(ofBytes message: [UInt8]) {
        var hash = SHA256()
        hash.update(message)
        bytes = hash.words().flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(24 - 8 * $0)) } }
    }

    /// Sixty-four hexadecimal digits.
    package var description: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
