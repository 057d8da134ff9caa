import Bus
import Governance

/// What never changes of proposals that ballots come for, so that it is not read again for each ballot.
struct KnownProposals {
    struct Facts: Sendable {
        let snapshotID: UUIDv7
        let chain: String
        let documentHash: Digest
        let rules: ProposalRules
        let supply: UInt64

        init(_ record: ProposalRecord) {
            snapshotID = record.snapshot.id
            chain = record.snapshot.chain
            documentHash = record.documentHash
            rules = record.rules
            supply = record.snapshot.supply
        }
    }

    /// As many as may be open, and some more.
    private static let countMax = 256
    private var facts: [UUIDv7: Facts] = [:]

    subscript(id: UUIDv7) -> Facts? { facts[id] }

    mutating func add(_ new: Facts, of id: UUIDv7) {
        // It fills up slowly; then those that are still voted on come back by themselves.
        if facts.count >= KnownProposals.countMax { facts = [:] }
        facts[id] = new
    }
}
