/// Thirty-two bytes held in place, without an array: what keys and hashes are made of.
struct Bytes32: Hashable, Sendable {
    /// As they lie in memory, the first byte lowest.
    private var words: Words

    /// Four stored words, so that equality and hash are made by the compiler.
    private struct Words: Hashable {
        var first: UInt64 = 0
        var second: UInt64 = 0
        var third: UInt64 = 0
        var fourth: UInt64 = 0
    }

    static let zero = Bytes32 { _ in }

    /// - Returns: `nil` for any other number of bytes than 32.
    init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        self.init { memory in
            for (index, byte) in bytes.enumerated() { memory[index] = byte }
        }
    }

    /// Bytes that `fill` writes; those that it leaves are zero.
    init(filledBy fill: (UnsafeMutablePointer<UInt8>) -> Void) {
        words = Words()
        withUnsafeMutablePointer(to: &words) { words in
            words.withMemoryRebound(to: UInt8.self, capacity: 32, fill)
        }
    }

    var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

    func withUnsafeBytes<Answer>(_ body: (UnsafeRawBufferPointer) -> Answer) -> Answer {
        Swift.withUnsafeBytes(of: words, body)
    }

    /// For C functions, which are not told the length.
    func withUnsafePointer<Answer>(_ body: (UnsafePointer<UInt8>) -> Answer) -> Answer {
        Swift.withUnsafePointer(to: words) { $0.withMemoryRebound(to: UInt8.self, capacity: 32, body) }
    }

    /// As one number whose first byte is the lowest: the words from the lowest to the highest.
    var littleEndian: (UInt64, UInt64, UInt64, UInt64) {
        (
            UInt64(littleEndian: words.first), UInt64(littleEndian: words.second), UInt64(littleEndian: words.third),
            UInt64(littleEndian: words.fourth)
        )
    }

    /// As one number whose first byte is the highest: the words from the highest to the lowest.
    var bigEndian: (UInt64, UInt64, UInt64, UInt64) {
        (
            UInt64(bigEndian: words.first), UInt64(bigEndian: words.second), UInt64(bigEndian: words.third),
            UInt64(bigEndian: words.fourth)
        )
    }
}

extension Bytes32: Comparable {
    /// In the order of their bytes.
    static func < (left: Bytes32, right: Bytes32) -> Bool { left.bigEndian < right.bigEndian }
}
