package import Bus
import Domain
import Governance
import Store

/// A result on its way to the chain.
package struct ChainAnchor: Hashable, Sendable {
    package enum State: String, Hashable, Sendable, CaseIterable {
        /// There is nothing to write with, such as a key or an endpoint; `detail` says what.
        case unavailable
        /// It is to be sent.
        case waiting
        /// It was signed and handed over; whether it lands is not known yet.
        case sent
        /// It stands on the chain and cannot be undone.
        case confirmed
        /// Given up; `detail` says why.
        case failed
    }

    package let proposal: UUIDv7
    /// The record that is written: short, canonical.
    package let memo: String
    package var state: State
    package var detail: String?
    /// The transaction's name on the chain.
    package var signature: String?
    /// The signed transaction, which is sent again as it is until it lands or runs out.
    package var bytes: [UInt8]?
    /// The block height at which it runs out.
    package var lastValidHeight: UInt64?
    /// How often one was signed.
    package var attempts: Int
    /// The slot at which it landed.
    package var position: UInt64?
    package var updatedAt: Timestamp

    /// One that nothing has been done about yet.
    package init(waiting memo: String, of proposal: UUIDv7, at time: Timestamp) {
        self.init(proposal: proposal, memo: memo, state: .waiting, attempts: 0, updatedAt: time)
    }

    init(
        proposal: UUIDv7,
        memo: String,
        state: State,
        detail: String? = nil,
        signature: String? = nil,
        bytes: [UInt8]? = nil,
        lastValidHeight: UInt64? = nil,
        attempts: Int,
        position: UInt64? = nil,
        updatedAt: Timestamp
    ) {
        self.proposal = proposal
        self.memo = memo
        self.state = state
        self.detail = detail
        self.signature = signature
        self.bytes = bytes
        self.lastValidHeight = lastValidHeight
        self.attempts = attempts
        self.position = position
        self.updatedAt = updatedAt
    }

    /// The record of a decided proposal.
    ///
    /// One line of ASCII: a scheme, the proposal, its document's hash, its state, the hash of the result's canonical
    /// text, the ballots' count and root.
    package static func memo(of record: ProposalRecord) -> String? {
        guard let result = record.resultText, let root = record.ballotsRoot else { return nil }
        let fields = [
            "cryptocall-result:1", record.id.description, record.documentHash.description, record.state.rawValue,
            Digest(of: Array(result.utf8)).description, String(root.leafCount), root.hash.description,
        ]
        return fields.joined(separator: " ")
    }
}

extension GovernanceDesk {
    /// What is known of a proposal's way to the chain; `nil` before there is a result.
    ///
    /// - Throws: `GovernanceError` with `.store`.
    package func anchor(of proposal: UUIDv7) async throws(GovernanceError) -> ChainAnchor? {
        guard let row = try await query(AnchorSQL.one, [SQLValue(proposal)]).first else { return nil }
        return try read { () throws(StoreError) in
            guard let memo = row[0].text, let state = row[1].text.flatMap(ChainAnchor.State.init),
                let attempts = row[6].int, let updated = row[8].time
            else { throw StoreError(.corrupt, "chain_anchor") }
            return ChainAnchor(
                proposal: proposal,
                memo: memo,
                state: state,
                detail: row[2].text,
                signature: row[3].text,
                bytes: row[4].blob,
                lastValidHeight: row[5].integer.map { UInt64(clamping: $0) },
                attempts: attempts,
                position: row[7].integer.map { UInt64(clamping: $0) },
                updatedAt: updated
            )
        }
    }

    /// Writes down where a result is on its way, before anything is done that depends on it.
    ///
    /// What is confirmed stays so.
    /// - Throws: `GovernanceError` with `.store`.
    package func save(_ anchor: ChainAnchor) async throws(GovernanceError) {
        try await commit { transaction in
            let changed = try transaction.execute(
                AnchorSQL.save,
                [
                    SQLValue(anchor.proposal), .text(anchor.memo), .text(anchor.state.rawValue),
                    SQLValue(anchor.detail), SQLValue(anchor.signature),
                    anchor.bytes.map { .blob($0) } ?? .null,
                    anchor.lastValidHeight.map { .integer(Int64(clamping: $0)) } ?? .null,
                    SQLValue(anchor.attempts), anchor.position.map { .integer(Int64(clamping: $0)) } ?? .null,
                    SQLValue(transaction.now),
                ]
            )
            guard changed == 1, anchor.state == .confirmed, let signature = anchor.signature else { return }
            try transaction.append(
                ProposalAnchored(
                    proposal: anchor.proposal,
                    signature: signature,
                    slot: String(anchor.position ?? 0)
                )
            )
        }
    }
}

/// The statements about results on their way to the chain.
enum AnchorSQL {
    static let one: SQL = """
        SELECT memo, state, detail, signature, bytes, last_valid_height, attempts, position, updated_at
        FROM chain_anchor WHERE proposal_id = ?1
        """
    /// Arguments: proposal_id, memo, state, detail, signature, bytes, last_valid_height, attempts, position,
    /// updated_at.
    static let save: SQL = """
        INSERT INTO chain_anchor
            (proposal_id, memo, state, detail, signature, bytes, last_valid_height, attempts, position, updated_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        ON CONFLICT (proposal_id) DO UPDATE SET
            state = excluded.state, detail = excluded.detail, signature = excluded.signature, bytes = excluded.bytes,
            last_valid_height = excluded.last_valid_height, attempts = excluded.attempts,
            position = excluded.position, updated_at = excluded.updated_at
        WHERE chain_anchor.state <> 'confirmed'
        """
}
