/// That a leaf is in a tree, to be checked with the root alone.
package struct MerkleProof: Codable, Hashable, Sendable {
    /// Of the leaf.
    package let index: UInt64
    package let leafCount: UInt64
    /// The neighbours on the way up, the lowest first.
    package let path: [Digest]

    package init(index: UInt64, leafCount: UInt64, path: [Digest]) {
        self.index = index
        self.leafCount = leafCount
        self.path = path
    }

    /// - Parameters:
    ///   - leaf: the hash of what is claimed to be there.
    ///   - root: as published, with the number of leaves, which the path alone does not prove.
    /// - Returns: whether the leaf is in the tree, at this index.
    package func verify(_ leaf: Digest, in root: MerkleRoot) -> Bool {
        guard leafCount == root.leafCount, index < leafCount, path.count <= 64 else { return false }
        var node = leaf
        // Where the node and the last one of its level stand.
        var (place, last) = (index, leafCount - 1)
        var rest = path[...]
        while last > 0 {
            // One that is left over at the end goes up as it is.
            if place & 1 == 1 || place < last {
                guard let neighbour = rest.popFirst() else { return false }
                node = place & 1 == 1 ? MerkleTree.node(neighbour, node) : MerkleTree.node(node, neighbour)
            }
            place >>= 1
            last >>= 1
        }
        return rest.isEmpty && node == root.hash
    }
}
