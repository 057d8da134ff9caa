import Governance
import JSON

/// The holders of a token in writing: for their hash, and for the store.
enum HolderList {
    /// How many go into one statement.
    private static let pieceCount = 1000

    /// SHA-256 over one line for each holder, `address amount`, in the order of the addresses' bytes.
    static func hash(_ holders: [String: UInt64]) -> Digest {
        var bytes: [UInt8] = []
        for (owner, amount) in inOrder(holders) { bytes += "\(owner) \(amount)\n".utf8 }
        return Digest(of: bytes)
    }

    /// JSON lists of `[address, amount]`.
    static func pieces(of holders: [String: UInt64]) -> [String] {
        let rows = inOrder(holders).map { owner, amount -> JSONValue in
            [.string(owner), .int(Int64(clamping: amount))]
        }
        return stride(from: 0, to: rows.count, by: pieceCount).map { start in
            String(
                decoding: JSONValue.array(Array(rows[start..<min(rows.count, start + pieceCount)])).bytes,
                as: UTF8.self
            )
        }
    }

    private static func inOrder(_ holders: [String: UInt64]) -> [(String, UInt64)] {
        holders.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { ($0.key, $0.value) }
    }
}
