import Bus
import Governance
import JSON
import Store

/// How rows of governance are read.
enum GovernanceRows {
    static func proposal(_ row: SQLRow) throws(StoreError) -> ProposalRecord {
        guard row.count == 26, let id = row[0].id, let title = row[1].text, let details = row[2].text,
            let creator = row[5].text, let rules = row[6].text, let document = row[7].text,
            let hash = row[8].text.flatMap({ Digest($0) }), let life = row[9].text, let ballots = row[10].int,
            let cast = row[11].integer, let created = row[15].time
        else { throw StoreError(.corrupt, "proposal") }
        return ProposalRecord(
            id: id,
            title: title,
            details: details,
            mediaURL: row[3].text,
            creatorID: row[4].id,
            creatorWallet: creator,
            rules: try decode(rules),
            snapshot: try snapshot(row[16...]),
            document: document,
            documentHash: hash,
            life: try decode(life),
            ballotCount: ballots,
            castWeight: UInt64(clamping: cast),
            result: try row[12].text.map { text throws(StoreError) in try decode(text) },
            resultText: row[12].text,
            ballotsRoot: try row[13].text.map { text throws(StoreError) in try decode(text) },
            reason: row[14].text,
            createdAt: created
        )
    }

    private static func snapshot(_ row: ArraySlice<SQLValue>) throws(StoreError) -> SnapshotRecord {
        let row = Array(row)
        guard let id = row[0].id, let chain = row[1].text, let token = row[2].text, let decimals = row[3].int,
            let position = row[4].integer, let supply = row[5].integer, let holders = row[6].int,
            let hash = row[7].text.flatMap({ Digest($0) }), let endpoints = row[8].text, let made = row[9].time
        else { throw StoreError(.corrupt, "token_snapshot") }
        return SnapshotRecord(
            id: id,
            chain: chain,
            token: token,
            decimals: decimals,
            position: UInt64(clamping: position),
            supply: UInt64(clamping: supply),
            holderCount: holders,
            holdersHash: hash,
            endpoints: endpoints.split(separator: " ").map(String.init),
            madeAt: made
        )
    }

    static func ballot(_ row: SQLRow, of proposal: UUIDv7) throws(StoreError) -> CastBallot {
        guard let sequence = row[0].int, let voter = row[1].text, let choiceText = row[2].text,
            let choice = try? Choice(parsing: choiceText), let weight = row[3].integer, let form = row[4].text,
            let nonce = row[5].text, let issued = row[6].time, let expires = row[7].time, let signature = row[8].text,
            let hash = row[9].text.flatMap({ Digest($0) }), let cast = row[10].time
        else { throw StoreError(.corrupt, "ballot") }
        return CastBallot(
            proposal: proposal,
            sequence: sequence,
            voter: voter,
            choice: choice,
            weight: UInt64(clamping: weight),
            form: form,
            nonce: nonce,
            issuedAt: issued,
            expiresAt: expires,
            signature: signature,
            signedHash: hash,
            castAt: cast
        )
    }

    static func decode<Value: Decodable>(_ text: String) throws(StoreError) -> Value {
        do {
            return try EventCodec.decode(Value.self, from: Array(text.utf8))
        } catch {
            throw StoreError(.corrupt, "governance", detail: "\(error)")
        }
    }

    /// As JSON with members in the order of their names, so that one value has one text and one hash.
    static func encode(_ value: some Encodable) throws(StoreError) -> SQLValue {
        do {
            let value = try JSONValue(parsing: EventCodec.encode(value))
            return .text(String(decoding: value.bytes, as: UTF8.self))
        } catch {
            throw StoreError(.failed, "governance", detail: "\(error)")
        }
    }
}
