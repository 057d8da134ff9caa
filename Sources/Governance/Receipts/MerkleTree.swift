import Domain

/// A hash tree over ballot receipts, as RFC 6962 has it.
///
/// The hash of a leaf is SHA-256 of a zero byte and the receipt, that of a node SHA-256 of a one byte and its two parts:
/// so no node can pass for a leaf. Neighbours are joined level by level, and one that is left over goes up as it is, so
/// no leaf is counted twice. The root of nothing is SHA-256 of nothing.
///
/// Holds all levels, 64 bytes a leaf, to give proofs; for the root alone there is `MerkleAccumulator`.
package struct MerkleTree: Sendable {
    /// The leaves first, the root last.
    private let levels: [[Digest]]

    /// - Parameter leaves: hashes by `leaf(_:)`, in the order of the sequence numbers.
    package init(leaves: [Digest]) {
        var levels = [leaves]
        var level = leaves
        while level.count > 1 {
            level = stride(from: 0, to: level.count, by: 2).map { index in
                index + 1 < level.count ? MerkleTree.node(level[index], level[index + 1]) : level[index]
            }
            levels.append(level)
        }
        self.levels = levels
    }

    package var root: MerkleRoot {
        MerkleRoot(leafCount: UInt64(levels[0].count), hash: levels.last?.first ?? Digest(of: []))
    }

    /// - Parameter index: of the leaf.
    /// - Returns: `nil` when there is no such leaf.
    package func proof(at index: UInt64) -> MerkleProof? {
        guard var place = Int(exactly: index), levels[0].indices.contains(place) else { return nil }
        var path: [Digest] = []
        for level in levels {
            let neighbour = place ^ 1
            if neighbour < level.count { path.append(level[neighbour]) }
            place >>= 1
        }
        return MerkleProof(index: index, leafCount: UInt64(levels[0].count), path: path)
    }

    /// The hash of a leaf.
    package static func leaf(_ bytes: [UInt8]) -> Digest {
        var hash = SHA256()
        hash.update([0])
        hash.update(bytes)
        return Digest(finishing: &hash)
    }

    static func node(_ left: Digest, _ right: Digest) -> Digest { Digest(of: [1] + left.bytes + right.bytes) }
}
