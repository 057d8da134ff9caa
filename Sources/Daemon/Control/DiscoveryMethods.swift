import Bus
import BusZeroMQ
import JSON
import Market
import MarketHistory

/// `market.proposals` and what admins decide about them.
struct DiscoveryMethods {
    let desk: DiscoveryDesk

    var all: [ControlMethod] {
        [
            .reading("market.proposals", role: .viewer) { call throws(JSONRPCError) in try await list(call.params) },
            .changing("market.accept", role: .admin) { call throws(JSONRPCError) in
                try await decide(.accept, call)
            },
            .changing("market.reject", role: .admin) { call throws(JSONRPCError) in
                try await decide(.reject, call)
            },
        ]
    }

    private func list(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only()
        let proposals: [ProviderProposal]
        do throws(HistoryError) {
            proposals = try await desk.all()
        } catch {
            throw .unavailable("the proposals cannot be read: \(error)")
        }
        return ["proposals": .array(proposals.map(DiscoveryMethods.json))]
    }

    private static func json(_ proposal: ProviderProposal) -> JSONValue {
        [
            "id": .string(proposal.id), "kind": .string(proposal.kind), "address": .string(proposal.address),
            "status": .string(proposal.status.rawValue),
            "checks": .array(
                proposal.report.checks.map { check in
                    [
                        "name": .string(check.name), "outcome": .string(check.outcome.rawValue),
                        "detail": .string(check.detail),
                    ]
                }
            ),
            "latencyMilliseconds": proposal.report.latency.map { .double($0 / .milliseconds(1)) } ?? .null,
            "firstSeen": .string("\(proposal.firstSeen)"), "lastChecked": .string("\(proposal.lastChecked)"),
            "decidedBy": proposal.decidedBy.map { .string($0) } ?? .null,
            "decidedAt": proposal.decidedAt.map { .string("\($0)") } ?? .null,
        ]
    }

    private func decide(
        _ decision: ProviderProposal.Decision,
        _ call: ControlCall
    ) async throws(JSONRPCError) -> JSONValue {
        try call.params.only("id")
        let id = try call.params.text("id", sizeBytesMax: 64)
        do throws(DiscoveryDesk.Failure) {
            // The call itself is in the audit log.
            let caller = PoolDesk.Caller(name: call.caller.name, role: nil)
            let decided = try await desk.decide(decision, about: id, by: caller)
            return [
                "id": .string(decided.id), "status": .string(decided.status.rawValue),
                "inUse": .bool(decided.isInUse),
            ]
        } catch {
            switch error {
            case .refusal(.noSuchProposal): throw .badParameters("id", error.description)
            case .store: throw .unavailable(error.description)
            case .refusal, .unusable, .busy: throw .refused(error.description)
            }
        }
    }
}
