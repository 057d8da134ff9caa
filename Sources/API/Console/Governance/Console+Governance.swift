import Bus
import Domain
import Governance
import GovernanceRecords
import Hummingbird
import Identity

extension Console {
    /// The pages of what the community decides.
    func governanceRoutes(_ governance: ConsoleGovernance) -> [Route] {
        [
            proposals(governance), propose(governance), proposal(governance), veto(governance), receipt,
            treasury(governance),
            wallets(governance), unlink(governance),
        ]
    }

    /// As for programs: the description has 20 000 bytes, each of which may take three in a form.
    private static let proposalBytesMax = 128 * 1024

    // MARK: Proposals

    private func proposals(_ governance: ConsoleGovernance) -> Route {
        .page(
            ProposalsPage.path.text,
            access: .anyone,
            summary: "What the community decides and has decided, and the form to propose something",
            query: ["before"]
        ) { [self] (request, call) async throws(APIError) in
            let visit = visit(request, call)
            let values = ProposalForm.Values(days: "\(governance.votingDays())")
            let page = await proposalsPage(
                governance,
                visit,
                before: Console.query(request)["before"].flatMap { UUIDv7($0) },
                values: values
            )
            return PageAnswer(page.framed(visit))
        }
    }

    private func proposalsPage(
        _ governance: ConsoleGovernance,
        _ visit: Visit,
        before: UUIDv7? = nil,
        values: ProposalForm.Values,
        failure: APIError? = nil
    ) async -> ProposalsPage {
        var proposer = ProposalForm.Proposer.nobody
        if let person = visit.person {
            let wallets = await shown { () async throws(APIError) in
                try await governance.wallets(person.userID).filter { $0.chain == .solana }.map(\.address)
            }
            proposer = .account(wallets: wallets, values: values, failure: failure)
        }
        return ProposalsPage(
            list: await shown { () async throws(APIError) in try await governance.proposals(before) },
            lack: governance.lack(),
            proposer: proposer,
            isOlder: before != nil,
            visit: visit
        )
    }

    private func propose(_ governance: ConsoleGovernance) -> Route {
        .form(
            ProposalsPage.path.text,
            access: .role(.viewer, scope: .write),
            summary: "Opens a proposal, weighed by the token's balances of now",
            fields: ProposalForm.fields,
            bytesMax: Console.proposalBytesMax,
            answers: [303: "Opened; on to its page."]
        ) { [self] (form, request, call) async throws(APIError) in
            let person = try call.known()
            let values = ProposalForm.Values(form)
            do throws(APIError) {
                let draft = try await Console.draft(values, by: person, governance)
                let id = try await governance.open(draft)
                return PageAnswer.seeOther(ProposalsPage.path.appending(id.description))
            } catch {
                // What was typed is not lost.
                guard FailurePages.isForBrowser(request) else { throw error }
                let visit = visit(request, call)
                let page = await proposalsPage(governance, visit, values: values, failure: error)
                var answer = PageAnswer(page.framed(visit), status: error.code.status)
                if let seconds = error.retryAfterSeconds { answer.headers[.retryAfter] = "\(seconds)" }
                return answer
            }
        }
    }

    private static func draft(
        _ values: ProposalForm.Values,
        by person: Principal,
        _ governance: ConsoleGovernance
    ) async throws(APIError) -> ProposalDraft {
        let (system, seconds) = (try values.votingSystem, try values.votingSeconds)
        let wallets = try await governance.wallets(person.userID).filter { $0.chain == .solana }.map(\.address)
        guard wallets.contains(values.wallet) else {
            throw APIError(.forbidden, "The wallet is not linked to this account.")
        }
        let options = values.optionList
        return ProposalDraft(
            title: values.title,
            details: values.description,
            creatorID: person.userID,
            creatorWallet: values.wallet,
            system: system,
            options: system == .basic && options.isEmpty ? VotingSystem.basicOptions : options,
            votingSeconds: seconds
        )
    }

    private func proposal(_ governance: ConsoleGovernance) -> Route {
        .page(
            "/proposals/{id}",
            access: .anyone,
            summary: "One proposal, how it stands, and where to vote"
        ) { [self] (request, call) async throws(APIError) in
            let visit = visit(request, call)
            let page = ProposalPage(sheet: try await governance.proposal(try call.id()), visit: visit)
            return PageAnswer(page.framed(visit))
        }
    }

    /// Where a form can lead only by what stands behind a question mark, the receipt has the wallet in its path.
    private var receipt: Route {
        .page(
            "/proposals/{id}/receipt",
            access: .anyone,
            summary: "Leads to the receipt of a wallet's ballot",
            query: ["wallet"]
        ) { (request, call) async throws(APIError) in
            let id = try call.id()
            guard let wallet = Console.query(request)["wallet"] else {
                throw APIError(faults: [InputFault(field: "wallet", message: "is missing")])
            }
            let folder: OwnPath = "/governance/proposal"
            return PageAnswer.seeOther(
                folder.appending(id.description).appending("receipts").appending(wallet)
            )
        }
    }

    // MARK: Treasury

    private func treasury(_ governance: ConsoleGovernance) -> Route {
        .page(
            TreasuryPage.path.text,
            access: .anyone,
            summary: "What the treasury holds, for whom, and every movement",
            query: ["before"]
        ) { [self] (request, call) async throws(APIError) in
            let visit = visit(request, call)
            let before = Console.query(request)["before"].flatMap { UUIDv7($0) }
            let page = TreasuryPage(
                sheet: await shown { () async throws(APIError) in try await governance.treasury(before) },
                isOlder: before != nil,
                now: visit.now
            )
            return PageAnswer(page.framed(visit))
        }
    }

    // MARK: Wallets

    private func wallets(_ governance: ConsoleGovernance) -> Route {
        .page(
            WalletsPage.path.text,
            access: .role(.viewer, scope: .account),
            summary: "My wallets, and where another one is linked"
        ) { [self] (request, call) async throws(APIError) in
            let person = try call.known()
            let visit = visit(request, call)
            let page = WalletsPage(
                wallets: await shown { () async throws(APIError) in try await governance.wallets(person.userID) },
                visit: visit
            )
            return PageAnswer(page.framed(visit))
        }
    }

    private func unlink(_ governance: ConsoleGovernance) -> Route {
        .form(
            "/wallets/{id}/unlink",
            access: .role(.viewer, scope: .account),
            summary: "Takes a wallet off my account",
            fields: [],
            answers: [200: "Done."]
        ) { [self] (_, request, call) async throws(APIError) in
            try await governance.unlink(try call.id(), try call.known(), call.origin)
            let page = DonePage(
                text: "The wallet is no longer linked to your account.",
                back: WalletsPage.path,
                backName: "your wallets"
            )
            return PageAnswer(page.framed(visit(request, call)))
        }
    }
}
