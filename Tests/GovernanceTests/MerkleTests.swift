import Governance
import Testing

@Suite struct MerkleTests {
    private func leaves(_ count: Int) -> [Digest] { (0..<count).map { MerkleTree.leaf(Array("ballot \($0)".utf8)) } }

    /// The definition: split at the largest power of two below the number of leaves.
    private func root(_ leaves: ArraySlice<Digest>) -> Digest {
        guard let first = leaves.first else { return Digest(of: []) }
        guard leaves.count > 1 else { return first }
        var split = 1
        while split * 2 < leaves.count { split *= 2 }
        let left = root(leaves.prefix(split))
        let right = root(leaves.dropFirst(split))
        return Digest(of: [1] + left.bytes + right.bytes)
    }

    @Test func `roots are those of the published test vectors`() {
        let inputs: [[UInt8]] = [
            [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43], Array(0x50...0x57),
            Array(0x60...0x6F),
        ]
        let roots = (0...8).map {
            MerkleTree(leaves: inputs.prefix($0).map { MerkleTree.leaf($0) }).root.hash.description
        }
        #expect(roots[0] == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(roots[1] == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")
        #expect(roots[8] == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")
    }

    @Test func `every leaf of every tree has a proof, and the root is the same however it is found`() throws {
        var accumulator = MerkleAccumulator()
        let all = leaves(71)
        for count in 0...70 {
            let leaves = Array(all.prefix(count))
            let tree = MerkleTree(leaves: leaves)
            #expect(tree.root == MerkleRoot(leafCount: UInt64(count), hash: root(leaves[...])))
            #expect(accumulator.root == tree.root && accumulator.leafCount == UInt64(count))
            #expect(tree.proof(at: UInt64(count)) == nil && tree.proof(at: .max) == nil)
            for (index, leaf) in leaves.enumerated() {
                let proof = try #require(tree.proof(at: UInt64(index)))
                #expect(proof.verify(leaf, in: tree.root) && proof.path.count <= 7)
            }
            accumulator.add(all[count])
        }
    }

    @Test func `nothing of a proof can be changed`() throws {
        for count in 1...20 {
            let leaves = leaves(count)
            let tree = MerkleTree(leaves: leaves)
            let (size, other) = (UInt64(count), Digest(of: [9]))
            for index in 0..<size {
                let proof = try #require(tree.proof(at: index))
                let leaf = leaves[Int(index)]
                func isTaken(_ path: [Digest], index: UInt64, size: UInt64, leaf: Digest, in root: MerkleRoot) -> Bool {
                    MerkleProof(index: index, leafCount: size, path: path).verify(leaf, in: root)
                }
                let path = proof.path
                #expect(!proof.verify(other, in: tree.root))
                #expect(!proof.verify(leaf, in: MerkleRoot(leafCount: size, hash: other)))
                #expect(!isTaken(path + [other], index: index, size: size, leaf: leaf, in: tree.root))
                for place in 0...UInt64(count + 3) where place != index {
                    #expect(!isTaken(path, index: place, size: size, leaf: leaf, in: tree.root))
                }
                for claimed in 0...UInt64(count + 3) where claimed != size {
                    // Not with another number of leaves, also where the path would do.
                    #expect(!isTaken(path, index: index, size: claimed, leaf: leaf, in: tree.root))
                }
                for step in path.indices {
                    var (changed, shortened) = (path, path)
                    changed[step] = other
                    shortened.remove(at: step)
                    #expect(!isTaken(changed, index: index, size: size, leaf: leaf, in: tree.root))
                    #expect(!isTaken(shortened, index: index, size: size, leaf: leaf, in: tree.root))
                }
            }
        }
    }

    @Test func `a node cannot pass for a leaf`() throws {
        let leaves = leaves(4)
        let root = MerkleTree(leaves: leaves).root
        // Whoever shows the two parts of a node as a ballot: its hash as a leaf is another one.
        let inner = Digest(of: [1] + leaves[0].bytes + leaves[1].bytes)
        let right = Digest(of: [1] + leaves[2].bytes + leaves[3].bytes)
        let forged = MerkleTree.leaf(leaves[0].bytes + leaves[1].bytes)
        #expect(forged != inner)
        let proof = MerkleProof(index: 0, leafCount: 2, path: [right])
        #expect(!proof.verify(forged, in: root) && !proof.verify(inner, in: root))
        #expect(!proof.verify(forged, in: MerkleRoot(leafCount: 2, hash: root.hash)))
        // A last leaf that were counted twice would give four leaves the root of three.
        #expect(
            MerkleTree(leaves: Array(leaves.prefix(3))).root.hash
                != MerkleTree(leaves: leaves.prefix(3) + [leaves[2]]).root.hash
        )
    }

    @Test func `hashes are read in one way only`() {
        let digest = Digest(of: Array("abc".utf8))
        let text = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(digest.description == text && Digest(text) == digest && digest.bytes.count == 32)
        #expect(Digest(text.uppercased()) == nil && Digest(text.dropLast()) == nil && Digest(text + "0") == nil)
        #expect(Digest(text.dropLast() + "g") == nil)
    }
}
