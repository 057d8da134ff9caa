import Domain
import Hummingbird
import Identity
import WalletAnalysis
import WalletOracle

extension Console {
    /// The pages of what the oracle says of wallets, and of who has paid to be heard.
    func oracleRoutes(_ oracle: ConsoleOracle) -> [Route] {
        [overview(oracle), payments(oracle), kept(oracle), ask(oracle)]
    }

    // MARK: Lists

    private func overview(_ oracle: ConsoleOracle) -> Route {
        .page(
            OraclePage.path.text,
            access: .role(.operator, scope: .control),
            summary: "Asks the oracle about a wallet; the last reports and payments",
            query: ["before"]
        ) { [self] (request, call) async throws(APIError) in
            let visit = visit(request, call)
            let before = Console.query(request)["before"].flatMap { ListingPlace($0) }
            let page = OraclePage(
                reports: await shown { () async throws(APIError) in
                    try await consulting { () throws(OracleError) in
                        try await oracle.reports(before, OraclePage.reportsShown)
                    }
                },
                // They have pages of their own behind the first one.
                payments: before == nil ? await oracle.book(before: nil, limit: OraclePage.paymentsShown) : nil,
                isOlder: before != nil,
                visit: visit
            )
            return PageAnswer(page.framed(visit))
        }
    }

    private func payments(_ oracle: ConsoleOracle) -> Route {
        .page(
            BurnsPage.path.text,
            access: .role(.operator, scope: .control),
            summary: "Payments by burning tokens, the newest first",
            query: ["before"]
        ) { [self] (request, call) async throws(APIError) in
            let visit = visit(request, call)
            let before = Console.query(request)["before"].flatMap { ListingPlace($0) }
            let page = BurnsPage(
                book: await oracle.book(before: before, limit: BurnsPage.paymentsShown),
                isOlder: before != nil,
                now: visit.now
            )
            return PageAnswer(page.framed(visit))
        }
    }

    // MARK: One wallet

    private func kept(_ oracle: ConsoleOracle) -> Route {
        .page(
            OracleWalletPage.path.text,
            access: .role(.viewer, scope: .read),
            summary: "The last report of a wallet: one's own linked one, or any as an operator",
            query: ["wallet"]
        ) { [self] (request, call) async throws(APIError) in
            let wallet = Console.query(request)["wallet"]
            return try await answer(to: request, call, typed: wallet ?? "") { person throws(APIError) in
                guard let wallet else { return .nothing }
                try await oracle.check(person, wallet)
                let found = try await consulting { () throws(OracleError) in try await oracle.kept(wallet) }
                return found.map { .report(oracle.sheet($0, isKept: true)) } ?? .unasked
            }
        }
    }

    /// A question makes sources work, and so it takes a form of ours: a link cannot ask.
    private func ask(_ oracle: ConsoleOracle) -> Route {
        .form(
            OracleWalletPage.path.text,
            access: .role(.viewer, scope: .write),
            summary: "Asks the oracle about a wallet: one's own linked one, or any as an operator",
            limit: .standard,
            fields: ["wallet"],
            answers: [200: "The report. Where nobody knows anything, its sources say so."]
        ) { [self] (form, request, call) async throws(APIError) in
            try await answer(to: request, call, typed: form.exact("wallet")) { person throws(APIError) in
                guard let wallet = form.text("wallet") else { throw APIError(OracleError.invalidWallet) }
                try await oracle.check(person, wallet)
                let found = try await consulting { () throws(OracleError) in try await oracle.analyze(wallet) }
                return .report(oracle.sheet(found, isKept: false))
            }
        }
    }

    /// The page with what was found; a browser sees why nothing was beside the field, with what was typed.
    private func answer(
        to request: Request,
        _ call: Route.Call,
        typed: String,
        _ find: (Principal) async throws(APIError) -> OracleWalletPage.Finding
    ) async throws(APIError) -> PageAnswer {
        let (person, visit) = (try call.known(), visit(request, call))
        do throws(APIError) {
            let page = OracleWalletPage(typed: typed, finding: try await find(person), visit: visit)
            return PageAnswer(page.framed(visit))
        } catch {
            guard FailurePages.isForBrowser(request) else { throw error }
            let page = OracleWalletPage(typed: typed, finding: .refused(error), visit: visit)
            var answer = PageAnswer(page.framed(visit), status: error.code.status)
            if let seconds = error.retryAfterSeconds { answer.headers[.retryAfter] = "\(seconds)" }
            return answer
        }
    }
}

extension ConsoleOracle {
    /// - Throws: `APIError` with `.forbidden` for a wallet that is somebody else's.
    fileprivate func check(_ person: Principal, _ wallet: String) async throws(APIError) {
        guard try await mayAsk(person, wallet) else {
            throw APIError(.forbidden, "The wallet is not linked to this account.")
        }
    }

    fileprivate func sheet(_ found: AnalyzedWallet, isKept: Bool) -> ReportSheet {
        let signed: Shown<SignedReport?>
        do throws(OracleError) {
            signed = .success(try self.signed(found.report))
        } catch {
            signed = .failure(APIError(error))
        }
        return ReportSheet(analyzed: found, isKept: isKept, signed: signed, publicKey: publicKey)
    }

    fileprivate func book(before: ListingPlace?, limit: Int) async -> Shown<BurnBook> {
        do throws(BurnError) {
            let found = try await payments(before, limit)
            // The chain is asked how finely the token is divided, so not for nothing.
            let token = found.isEmpty ? nil : await token()
            return .success(BurnBook(payments: found, token: token, limit: limit))
        } catch {
            return .failure(APIError(error))
        }
    }
}

/// Asks the oracle on behalf of a page.
private func consulting<Value>(_ body: () async throws(OracleError) -> Value) async throws(APIError) -> Value {
    do throws(OracleError) { return try await body() } catch { throw APIError(error) }
}
