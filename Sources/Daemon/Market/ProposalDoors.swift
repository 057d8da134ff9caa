import API
import Bus
import Domain
import Identity
import Market
import MarketHistory

/// What was found out about further addresses of providers, over HTTP.
struct ProposalDoors: Sendable {
    let desk: DiscoveryDesk

    var routes: ProposalRoutes {
        ProposalRoutes(
            ProposalRoutes.Doors(
                proposals: { () async throws(APIError) in
                    do throws(HistoryError) {
                        return try await desk.all().map(ProposalAnswer.init)
                    } catch {
                        throw APIError(.unavailable, "The proposals cannot be read now.")
                    }
                },
                decide: { (id, isAccepted, principal) async throws(APIError) in
                    try await decide(isAccepted ? .accept : .reject, id, by: principal)
                }
            )
        )
    }

    private func decide(
        _ decision: ProviderProposal.Decision,
        _ id: String,
        by principal: Principal
    ) async throws(APIError) -> ProposalDecided {
        let caller = PoolDesk.Caller(name: principal.email, role: principal.role.rawValue)
        do throws(DiscoveryDesk.Failure) {
            let decided = try await desk.decide(decision, about: id, by: caller)
            return ProposalDecided(
                id: decided.id,
                status: ProposalAnswer.Status(decided.status),
                isInUse: decided.isInUse
            )
        } catch {
            switch error {
            case .refusal(.noSuchProposal): throw APIError(.notFound, error.description)
            case .refusal, .unusable, .busy: throw APIError(.conflict, error.description)
            case .store(let failure): throw APIError(failure)
            }
        }
    }
}

// The names outside are fixed, whatever those inside are called one day.

extension ProposalAnswer {
    fileprivate init(_ proposal: ProviderProposal) {
        self.init(
            id: proposal.id,
            kind: proposal.kind,
            address: proposal.address,
            status: Status(proposal.status),
            checks: proposal.report.checks.map { check in
                Check(name: check.name, outcome: Outcome(check.outcome), detail: check.detail)
            },
            latency: proposal.report.latency,
            seen: (proposal.firstSeen, proposal.lastChecked),
            decided: (proposal.decidedBy, proposal.decidedAt)
        )
    }
}

extension ProposalAnswer.Status {
    fileprivate init(_ status: ProviderProposal.Status) {
        self =
            switch status {
            case .proposed: .proposed
            case .accepted: .accepted
            case .rejected: .rejected
            case .gone: .gone
            case .refused: .refused
            }
    }
}

extension ProposalAnswer.Outcome {
    fileprivate init(_ outcome: CandidateReport.Check.Outcome) {
        self =
            switch outcome {
            case .passed: .passed
            case .failed: .failed
            case .unknown: .unknown
            }
    }
}
