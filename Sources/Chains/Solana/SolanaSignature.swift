/// An Ed25519 signature: 64 bytes; the first one of a transaction is its id.
package struct SolanaSignature: Hashable, Sendable {
    /// The first half, called R.
    private(set) var point: Bytes32
    /// The second half, called S.
    private(set) var scalar: Bytes32

    /// - Returns: `nil` for any other number of bytes than 64.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 64 else { return nil }
        self.init { memory in
            for (index, byte) in bytes.enumerated() { memory[index] = byte }
        }
    }

    /// Bytes that `fill` writes.
    init(filledBy fill: (UnsafeMutablePointer<UInt8>) -> Void) {
        point = .zero
        scalar = .zero
        withUnsafeMutablePointer(to: &self) { signature in
            signature.withMemoryRebound(to: UInt8.self, capacity: 64, fill)
        }
    }

    package var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

    func withUnsafeBytes<Answer>(_ body: (UnsafeRawBufferPointer) -> Answer) -> Answer {
        Swift.withUnsafeBytes(of: self, body)
    }

    /// For C functions, which are not told the length.
    func withUnsafePointer<Answer>(_ body: (UnsafePointer<UInt8>) -> Answer) -> Answer {
        Swift.withUnsafePointer(to: self) { $0.withMemoryRebound(to: UInt8.self, capacity: 64, body) }
    }
}

extension SolanaSignature: LosslessStringConvertible {
    /// Reads base58 of exactly 64 bytes.
    package init?(_ description: String) {
        guard let bytes = Base58.decode(description) else { return nil }
        self.init(bytes: bytes)
    }

    package var description: String { withUnsafeBytes { Base58.encode($0) } }
}
