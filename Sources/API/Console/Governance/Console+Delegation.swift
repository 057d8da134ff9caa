import Bus
import Hummingbird
import Identity

extension Console {
    /// The page about who votes for whom.
    func delegationRoutes(_ delegation: ConsoleDelegation) -> [Route] {
        [
            .page(
                DelegationPage.path.text,
                access: .anyone,
                summary: "Who votes for my wallets, and where that is signed"
            ) { [self] (request, call) async throws(APIError) in
                let visit = visit(request, call)
                var delegations: Shown<[ConsoleDelegation.Delegation]>?
                if let person = visit.person {
                    delegations = await shown { () async throws(APIError) in
                        try await delegation.delegations(person.userID)
                    }
                }
                let page = DelegationPage(lack: delegation.lack, delegations: delegations, visit: visit)
                return PageAnswer(page.framed(visit))
            }
        ]
    }

    /// The page where a key of the council objects to a proposal.
    func veto(_ governance: ConsoleGovernance) -> Route {
        .page(
            "/proposals/{id}/veto",
            access: .anyone,
            summary: "Where a key of the council objects to a proposal, as long as it may"
        ) { [self] (request, call) async throws(APIError) in
            let page = VetoPage(sheet: try await governance.proposal(try call.id()))
            return PageAnswer(page.framed(visit(request, call)))
        }
    }
}
