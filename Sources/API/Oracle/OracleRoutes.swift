package import Bus
import Domain
import HTTPTypes
import Hummingbird
package import Identity
package import WalletAnalysis
package import WalletOracle

/// What the oracle says of wallets, and the door for payments by burning.
package struct OracleRoutes: Sendable {
    /// Where the answers come from.
    package struct Doors: Sendable {
        package var analyze: @Sendable (_ wallet: String) async throws(OracleError) -> AnalyzedWallet
        package var signedReport: @Sendable (_ wallet: String) async throws(OracleError) -> SignedReport
        package var signer: ReportSigner?
        /// Whether somebody may ask about a wallet: their own, or any as an operator.
        package var mayAsk: @Sendable (Principal, _ wallet: String) async throws(APIError) -> Bool
        /// Looks at what a webhook tells of.
        package var burns: @Sendable (_ body: [UInt8]) async throws(BurnError) -> [BurnOutcome]
        /// Puts whoever has paid into the queue; where they stand, or `nil` where there is no queue.
        package var place: @Sendable (AcceptedBurn) async -> Int?
        /// What the sender of the webhook has to show; `nil` where none is set up.
        package var webhookSecret: [UInt8]?
        package var now: @Sendable () -> Timestamp

        package init(
            analyze: @escaping @Sendable (_ wallet: String) async throws(OracleError) -> AnalyzedWallet,
            signedReport: @escaping @Sendable (_ wallet: String) async throws(OracleError) -> SignedReport,
            signer: ReportSigner?,
            mayAsk: @escaping @Sendable (Principal, _ wallet: String) async throws(APIError) -> Bool,
            burns: @escaping @Sendable (_ body: [UInt8]) async throws(BurnError) -> [BurnOutcome],
            place: @escaping @Sendable (AcceptedBurn) async -> Int?,
            webhookSecret: [UInt8]?,
            now: @escaping @Sendable () -> Timestamp
        ) {
            self.analyze = analyze
            self.signedReport = signedReport
            self.signer = signer
            self.mayAsk = mayAsk
            self.burns = burns
            self.place = place
            self.webhookSecret = webhookSecret
            self.now = now
        }
    }

    private let doors: Doors

    package init(_ doors: Doors) { self.doors = doors }

    private static let group = "Oracle"

    /// - Throws: `SchemaError` when an answer cannot be described.
    package func all() throws -> [Route] { [try analyze, try report, try keys, try webhook] }

    // MARK: Wallets

    private struct AnalyzeRequest: Decodable, Sendable {
        /// An address of Solana, in base58.
        let wallet: String
    }

    private var analyze: Route {
        get throws {
            try Route.send(
                "POST",
                "/oracle/analyze",
                access: .role(.viewer, scope: .write),
                summary: "What the oracle makes of a wallet: one's own linked one, or any as an operator",
                group: Self.group,
                bodyBytesMax: 4096,
                body: AnalyzeRequest.self,
                answers: [200: "The figures and the tier. Where nobody knows anything, the sources say so."]
            ) { [doors] (body, call) async throws(APIError) in
                try await doors.check(try call.known(), body.wallet)
                return Route.Reply(
                    WalletAnswer(
                        try await consulting { () throws(OracleError) in try await doors.analyze(body.wallet) }
                    )
                )
            }
        }
    }

    private var report: Route {
        get throws {
            try Route.get(
                "/oracle/report/{wallet}",
                access: .role(.viewer, scope: .read),
                summary: "The last report of a wallet, signed",
                group: Self.group,
                query: NoQuery.self,
                answers: [200: "The report as it was signed; nothing is asked for anew."]
            ) { [doors] (_, call) async throws(APIError) in
                let wallet = call.parameters["wallet"] ?? ""
                try await doors.check(try call.known(), wallet)
                let signed = try await consulting { () throws(OracleError) in
                    try await doors.signedReport(wallet)
                }
                return Route.Reply(SignedReportAnswer(signed))
            }
        }
    }

    private var keys: Route {
        get throws {
            try Route.get(
                "/.well-known/cryptocall-oracle.json",
                access: .anyone,
                summary: "The keys that reports of the oracle are signed with",
                group: Self.group,
                query: NoQuery.self,
                answers: [200: "The keys; none while the station has no key."]
            ) { [doors] _, _ in Route.Reply(OracleKeysAnswer(doors.signer)) }
        }
    }

    // MARK: Payments

    private var webhook: Route {
        get throws {
            let content = Route.Content(type: Route.json, schema: try RouteSchema(of: BurnsAnswer.self))
            return Route(
                method: "POST",
                path: "/helius-webhook",
                access: .anyone,
                summary: "Takes word of burns from Helius, proven by the Authorization header",
                group: Self.group,
                limit: .webhook,
                query: nil,
                body: Route.Content(type: Route.json, schema: [:]),
                answers: [
                    Route.Answer(
                        status: 200,
                        summary: "What came of each transaction; facts are taken from the chain.",
                        content: content
                    )
                ]
            ) { [doors] request, _ in
                try doors.checkSender(request.headers)
                let bytes = try await RequestBody.bytes(of: request, bytesMax: BurnDesk.webhookBytesMax)
                return try JSONAnswer.response(try await doors.answer(to: bytes))
            }
        }
    }
}

extension OracleRoutes.Doors {
    /// - Throws: `APIError` with `.forbidden` for a wallet that is somebody else's.
    fileprivate func check(_ principal: Principal, _ wallet: String) async throws(APIError) {
        guard try await mayAsk(principal, wallet) else {
            throw APIError(.forbidden, "The wallet is not linked to this account.")
        }
    }

    /// Before anything of the body is read.
    ///
    /// - Throws: `APIError`: `.unauthorized`, `.unavailable` where no secret is set up.
    fileprivate func checkSender(_ headers: HTTPFields) throws(APIError) {
        guard let webhookSecret else {
            throw APIError(.unavailable, "No webhook is taken: oracle.webhook_secret is not set.")
        }
        let proof = WebhookSignature(scheme: .bearer, secret: webhookSecret, tolerance: .zero)
        do throws(WebhookSignature.Refusal) {
            try proof.check([], headers, at: now())
        } catch {
            throw APIError(.unauthorized, "The Authorization header is missing, or is not the one that is set up.")
        }
    }

    /// - Throws: `APIError`: `.conflict` when all have paid before, `.unavailable` when one may pay later: the sender is
    ///   to tell of it again, and those that were accepted stay accepted.
    fileprivate func answer(to body: [UInt8]) async throws(APIError) -> BurnsAnswer {
        let outcomes: [BurnOutcome]
        do throws(BurnError) { outcomes = try await burns(body) } catch { throw APIError(error) }
        var payments: [BurnsAnswer.Payment] = []
        var refusals: [BurnError] = []
        for outcome in outcomes {
            switch outcome.result {
            case .success(let accepted):
                let position = await place(accepted)
                payments.append(BurnsAnswer.Payment(accepted, position: position))
            case .failure(let error):
                refusals.append(error)
                payments.append(BurnsAnswer.Payment(outcome.signature, error))
            }
        }
        if let later = refusals.first(where: \.mayPayLater) { throw APIError(later) }
        let used = refusals.first { if case .refused(.alreadyUsed) = $0 { true } else { false } }
        if let used, refusals.count == outcomes.count,
            refusals.allSatisfy({ if case .refused(.alreadyUsed) = $0 { true } else { false } })
        {
            throw APIError(used)
        }
        return BurnsAnswer(payments)
    }
}

extension BurnsAnswer.Payment {
    fileprivate init(_ accepted: AcceptedBurn, position: Int?) {
        self.init(
            signature: accepted.payment.signature,
            isAccepted: true,
            isQueued: position != nil,
            position: position,
            tier: accepted.tier.rawValue,
            priority: accepted.priority,
            problem: nil
        )
    }

    fileprivate init(_ signature: String, _ error: BurnError) {
        self.init(
            signature: signature,
            isAccepted: false,
            isQueued: false,
            position: nil,
            tier: nil,
            priority: nil,
            problem: error.description
        )
    }
}

/// Asks the oracle on behalf of a request.
///
/// - Throws: `APIError`.
private func consulting<Value>(_ body: () async throws(OracleError) -> Value) async throws(APIError) -> Value {
    do throws(OracleError) { return try await body() } catch { throw APIError(error) }
}
