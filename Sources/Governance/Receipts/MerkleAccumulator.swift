/// The root of a `MerkleTree` without the tree: takes leaves one by one, and keeps at most 64 hashes.
package struct MerkleAccumulator: Sendable {
    package private(set) var leafCount: UInt64 = 0
    /// The roots of whole subtrees, the largest first: one for each bit that is set in the number of leaves.
    private var peaks: [Digest] = []

    package init() {}

    /// - Parameter leaf: a hash by `MerkleTree.leaf(_:)`.
    package mutating func add(_ leaf: Digest) {
        var node = leaf
        // As a carry goes through the bits of the number.
        for _ in 0..<(~leafCount).trailingZeroBitCount {
            guard let left = peaks.popLast() else { break }
            node = MerkleTree.node(left, node)
        }
        peaks.append(node)
        leafCount += 1
    }

    package var root: MerkleRoot {
        guard var node = peaks.last else { return MerkleRoot(leafCount: 0, hash: Digest(of: [])) }
        for peak in peaks.dropLast().reversed() { node = MerkleTree.node(peak, node) }
        return MerkleRoot(leafCount: leafCount, hash: node)
    }
}
