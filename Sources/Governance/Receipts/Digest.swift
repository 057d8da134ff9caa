import Domain

/// A SHA-256 hash.
package struct Digest: Hashable, Sendable {
    /// Eight words, the first bytes first.
    ///
    /// In two halves: one vector of all of them would have to lie at a multiple of 32 bytes, and what a task keeps for
    /// its functions lies at multiples of 16 only, so that they would write beyond their place.
    private let first: SIMD4<UInt32>
    private let last: SIMD4<UInt32>

    package init(of bytes: [UInt8]) {
        var hash = SHA256()
        hash.update(bytes)
        self.init(finishing: &hash)
    }

    init(finishing hash: inout SHA256) {
        let words = hash.words()
        first = SIMD4(words[..<4])
        last = SIMD4(words[4...])
    }

    /// Reads sixty-four hexadecimal digits in lower case.
    package init?(_ text: some StringProtocol) {
        var words = (first: SIMD4<UInt32>(), last: SIMD4<UInt32>())
        guard text.utf8.count == 64 else { return nil }
        for (place, byte) in text.utf8.enumerated() {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            default: return nil
            }
            if place < 32 {
                words.first[place / 8] = words.first[place / 8] << 4 | UInt32(digit)
            } else {
                words.last[place / 8 - 4] = words.last[place / 8 - 4] << 4 | UInt32(digit)
            }
        }
        (first, last) = words
    }

    package var bytes: [UInt8] {
        (0..<32).map { UInt8(truncatingIfNeeded: word($0 / 4) >> UInt32(24 - 8 * ($0 % 4))) }
    }

    private func word(_ place: Int) -> UInt32 { place < 4 ? first[place] : last[place - 4] }
}

extension Digest: CustomStringConvertible {
    package var description: String { SHA256.hexadecimal((0..<8).map { word($0) }) }
}

extension Digest: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let digest = Digest(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a SHA-256 hash: \(text)")
        }
        self = digest
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
