import Bus
import BusZeroMQ
import Governance
import GovernanceRecords
import JSON

/// `governance.*` and `treasury.*`: what the community decides, and what it has.
struct GovernanceMethods {
    let governance: GovernanceStation

    private var desk: GovernanceDesk { governance.desk }

    var all: [ControlMethod] {
        [
            .reading("governance.status") { call throws(JSONRPCError) in try status(call.params) },
            .reading("governance.proposals") { call throws(JSONRPCError) in try await list(call.params) },
            .reading("governance.proposal") { call throws(JSONRPCError) in try await show(call.params) },
            .reading("governance.ballots") { call throws(JSONRPCError) in try await ballots(call.params) },
            .changing("governance.anchor", role: .operator) { call throws(JSONRPCError) in
                try await anchor(call.params)
            },
            .reading("treasury.show") { call throws(JSONRPCError) in try await treasury(call.params) },
            .changing("treasury.enter", role: .admin) { call throws(JSONRPCError) in try await enter(call.params) },
            .changing("treasury.withdraw", role: .admin) { call throws(JSONRPCError) in
                try await withdraw(call.params)
            },
        ]
    }

    // MARK: Proposals

    private func status(_ params: ControlParameters) throws(JSONRPCError) -> JSONValue {
        try params.only()
        return [
            "unavailable": governance.lack.map { .string($0) } ?? .null,
            "token": governance.token.map { .string($0) } ?? .null,
            "domain": .string(desk.terms.domain),
            "waiting": .object([
                "checks": .int(Int64(desk.waiting.checks)), "writes": .int(Int64(desk.waiting.writes)),
            ]),
            "endpoints": .array(governance.endpoints),
        ]
    }

    private func list(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("state", "limit", "before")
        let limit = Int(try params.number("limit", in: 1...200, otherwise: 20))
        let state = try params.optionalText("state", sizeBytesMax: 32).map { text throws(JSONRPCError) in
            guard let state = ProposalState(rawValue: text) else {
                let known = ProposalState.allCases.map(\.rawValue).joined(separator: ", ")
                throw .badParameters("state", "state must be one of \(known)")
            }
            return state
        }
        let before = try params.optionalText("before", sizeBytesMax: 36).map { text throws(JSONRPCError) in
            try id(text, "before")
        }
        let records = try await asking { () throws(GovernanceError) in
            try await desk.proposals(before: before, in: state, limit: limit)
        }
        return ["proposals": .array(records.map { json($0, nil, nil) })]
    }

    private func show(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("id")
        let id = try id(try params.text("id", sizeBytesMax: 36), "id")
        return try await asking { () throws(GovernanceError) in
            let record = try await desk.proposal(id)
            return json(record, try await desk.standing(of: record), try await desk.anchor(of: id))
        }
    }

    private func json(_ record: ProposalRecord, _ result: TallyResult?, _ anchor: ChainAnchor?) -> JSONValue {
        let result = result ?? record.result
        let outcome = record.life.outcome
        return [
            "id": .string("\(record.id)"), "title": .string(record.title), "creator": .string(record.creatorWallet),
            "system": .string(record.rules.system.rawValue),
            "options": .array(record.rules.options.map { .string($0) }),
            "state": .string(record.state.rawValue), "opensAt": .string("\(record.life.window.opensAt)"),
            "closesAt": .string("\(record.life.window.closesAt)"), "ballots": .int(Int64(record.ballotCount)),
            "castWeight": .string(result?.castWeight.description ?? String(record.castWeight)),
            "quorumWeight": .string(record.rules.quorumWeight(of: record.snapshot.supply).description),
            "supply": .string(String(record.snapshot.supply)), "decimals": .int(Int64(record.snapshot.decimals)),
            "token": .string(record.snapshot.token), "chain": .string(record.snapshot.chain),
            "slot": .string(String(record.snapshot.position)),
            "totals": result.map { .array($0.totals.map { .string($0.description) }) } ?? .null,
            "reason": outcome.map { .string($0.reason.rawValue) } ?? .null,
            "winner": outcome?.winner.flatMap { winner in
                record.rules.options.indices.contains(winner) ? .string(record.rules.options[winner]) : nil
            } ?? .null,
            "note": record.reason.map { .string($0) } ?? .null,
            "document": .string(record.document), "documentHash": .string(record.documentHash.description),
            "ballotsRoot": record.ballotsRoot.map { .string($0.hash.description) } ?? .null,
            "anchor": anchor.map { anchor in
                [
                    "state": .string(anchor.state.rawValue), "memo": .string(anchor.memo),
                    "signature": anchor.signature.map { .string($0) } ?? .null,
                    "detail": anchor.detail.map { .string($0) } ?? .null,
                    "slot": anchor.position.map { .string(String($0)) } ?? .null,
                ]
            } ?? .null,
        ]
    }

    private func ballots(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("id", "from", "limit")
        let id = try id(try params.text("id", sizeBytesMax: 36), "id")
        let from = Int(try params.number("from", in: 0...Int64(Int32.max), otherwise: 0))
        let limit = Int(try params.number("limit", in: 1...1000, otherwise: 500))
        return try await asking { () throws(GovernanceError) in
            let record = try await desk.proposal(id)
            let carried = try await desk.carried(of: record)
            let page = try await desk.ballots(of: id, from: from, limit: limit)
            return [
                "domain": .string(desk.terms.domain),
                "ballots": .array(
                    page.map { ballot in
                        [
                            "sequence": .int(Int64(ballot.sequence)), "voter": .string(ballot.voter),
                            "choice": .string(ballot.choice.text), "weight": .string(String(ballot.weight)),
                            "carried": .string(String(carried?[ballot.voter] ?? 0)),
                            "nonce": .string(ballot.nonce), "issuedAt": .string("\(ballot.issuedAt)"),
                            "expiresAt": .string("\(ballot.expiresAt)"), "signature": .string(ballot.signature),
                            "form": .string(ballot.form), "textHash": .string(ballot.signedHash.description),
                        ]
                    }
                ),
            ]
        }
    }

    private func anchor(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("id")
        let id = try id(try params.text("id", sizeBytesMax: 36), "id")
        return try await asking { () throws(GovernanceError) in
            try await governance.anchorAgain(id)
            return ["id": .string("\(id)")]
        }
    }

    // MARK: The treasury

    private func treasury(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("limit")
        let limit = Int(try params.number("limit", in: 1...200, otherwise: 20))
        return try await asking { () throws(GovernanceError) in
            [
                "balances": .array(
                    try await desk.balances().map { balance in
                        [
                            "party": .string(balance.party.rawValue), "holder": .string(balance.holder),
                            "currency": .string(balance.currency), "amount": .string(String(balance.amount)),
                        ]
                    }
                ),
                "entries": .array(
                    try await desk.treasuryEntries(limit: limit).map { entry in
                        [
                            "id": .string("\(entry.id)"), "party": .string(entry.party.rawValue),
                            "holder": .string(entry.holder), "currency": .string(entry.currency),
                            "amount": .string(String(entry.amount)), "kind": .string(entry.kind),
                            "cause": .string(entry.cause), "note": .string(entry.note),
                            "at": .string("\(entry.at)"),
                        ]
                    }
                ),
            ]
        }
    }

    private func enter(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("amount", "currency", "creator", "channel", "tip", "cause", "note")
        let income = TreasuryIncome(
            amount: UInt64(try params.number("amount", in: 1...Int64.max)),
            currency: try params.text("currency", sizeBytesMax: 64),
            creator: try params.text("creator", sizeBytesMax: 128),
            channel: try params.optionalText("channel", sizeBytesMax: 64),
            isTip: try params.flag("tip"),
            cause: try params.text("cause", sizeBytesMax: 128),
            note: try params.optionalText("note", sizeBytesMax: 500) ?? ""
        )
        return try await asking { () throws(GovernanceError) in
            let parts = try await desk.enter(income)
            return [
                "creator": .string(String(parts.creator)), "relayers": .string(String(parts.relayers)),
                "dao": .string(String(parts.dao)),
            ]
        }
    }

    private func withdraw(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("amount", "currency", "party", "holder", "cause", "note")
        guard let party = TreasuryParty(rawValue: try params.text("party", sizeBytesMax: 16)) else {
            throw .badParameters("party", "party must be creator, relayers or dao")
        }
        let amount = UInt64(try params.number("amount", in: 1...Int64.max))
        let currency = try params.text("currency", sizeBytesMax: 64)
        let holder = try params.optionalText("holder", sizeBytesMax: 128) ?? party.rawValue
        let cause = try params.text("cause", sizeBytesMax: 128)
        let note = try params.optionalText("note", sizeBytesMax: 500) ?? ""
        return try await asking { () throws(GovernanceError) in
            let left = try await desk.withdraw(
                amount,
                of: currency,
                from: party,
                holder: holder,
                cause: cause,
                note: note
            )
            return ["left": .string(String(left))]
        }
    }

    // MARK: Helpers

    private func id(_ text: String, _ name: String) throws(JSONRPCError) -> UUIDv7 {
        guard let id = UUIDv7(text) else { throw .badParameters(name, "\(name) must be a proposal's id") }
        return id
    }

    private func asking<Value>(
        _ body: () async throws(GovernanceError) -> Value
    ) async throws(JSONRPCError) -> Value {
        do throws(GovernanceError) {
            return try await body()
        } catch {
            switch error {
            case .notFound: throw .badParameters("id", error.description)
            case .invalid(let field, let problem): throw .badParameters(field, "\(field) \(problem)")
            case .store, .busy, .unavailable: throw .unavailable(error.description)
            default: throw .refused(error.description)
            }
        }
    }
}
