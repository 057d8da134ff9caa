/// What is published of all ballots of a proposal at its close.
///
/// The two belong together: the hash alone does not say how many leaves there are.
package struct MerkleRoot: Codable, Hashable, Sendable {
    package let leafCount: UInt64
    package let hash: Digest

    package init(leafCount: UInt64, hash: Digest) {
        self.leafCount = leafCount
        self.hash = hash
    }
}
