import Bus
import Governance

/// The trees over ballots of decided proposals, as long as somebody asks for proofs.
///
/// A pure value; what is decided never changes, so what is kept stays right.
struct ReceiptTrees {
    struct Kept: Sendable {
        let tree: MerkleTree
        /// For each ballot in its order: what its voter carries for others; empty where nobody carries anything.
        let carried: [UInt64]
    }

    /// A million ballots take some tens of megabytes.
    private static let countMax = 4
    private var kept: [(proposal: UUIDv7, tree: Kept)] = []

    /// The tree of a proposal; it counts as used now.
    mutating func tree(of proposal: UUIDv7) -> Kept? {
        guard let place = kept.firstIndex(where: { $0.proposal == proposal }) else { return nil }
        let found = kept.remove(at: place)
        kept.append(found)
        return found.tree
    }

    mutating func keep(_ tree: Kept, of proposal: UUIDv7) {
        kept.removeAll { $0.proposal == proposal }
        if kept.count >= ReceiptTrees.countMax { kept.removeFirst() }
        kept.append((proposal, tree))
    }
}

/// Asks for a tree to be made.
struct TreeRequest: Sendable {
    typealias Answer = Result<ReceiptTrees.Kept, GovernanceError>

    let make: @Sendable () async -> Answer
}
