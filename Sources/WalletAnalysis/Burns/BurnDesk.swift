package import Bus
package import ChainReaders
import Chains
import Domain
import JSON
package import Store
import Threading
package import WalletOracle

/// Takes payments for calls: transactions that burn the station's token, each once.
///
/// That somebody tells of a transaction is only a reason to look: all that counts is what the chain has finalized.
package final class BurnDesk: Sendable {
    /// What the token costs now; `nil` where nobody knows.
    package typealias Pricing = @Sendable () async -> LivePrice?

    let store: any Storage
    let solana: SolanaReader
    package let terms: BurnTerms
    private let price: Pricing
    private let tier: @Sendable (_ wallet: String) async -> WalletTier
    let now: @Sendable () -> Timestamp
    private let author = Incarnation(of: "burns")
    /// As the mint says; read once, since it never changes.
    private let decimals = Mutex<Int?>(nil)

    /// The largest body of a webhook.
    package static let webhookBytesMax = 2 * 1024 * 1024
    /// Transactions that one webhook tells of.
    static let webhookSignaturesMax = 100

    /// - Parameters:
    ///   - store: where payments are kept.
    ///   - solana: where facts come from.
    ///   - terms: what counts.
    ///   - price: of the token, from a live source.
    ///   - tier: of a wallet.
    ///   - now: what time it is.
    package init(
        store: any Storage,
        solana: SolanaReader,
        terms: BurnTerms,
        price: @escaping Pricing,
        tier: @escaping @Sendable (_ wallet: String) async -> WalletTier,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.store = store
        self.solana = solana
        self.terms = terms
        self.price = price
        self.tier = tier
        self.now = now
    }

    // MARK: One payment

    /// Looks at a transaction, and takes it as a payment if it is one.
    ///
    /// - Parameters:
    ///   - signature: the transaction.
    ///   - wallet: whose payment it has to be; `nil` for whoever has signed it.
    /// - Returns: the payment, which is written down.
    /// - Throws: `BurnError`; `.refused(.alreadyUsed)` for one that has paid before.
    package func payment(_ signature: String, by wallet: String? = nil) async throws(BurnError) -> AcceptedBurn {
        guard SolanaSignature(signature)?.description == signature else {
            throw .invalid(field: "signature", problem: "must be a transaction's signature, in base58")
        }
        guard let mint = terms.mint else { throw .unavailable("no token is set up that could be burned") }
        if try await isUsed(signature) { throw .refused(.alreadyUsed) }
        guard let told = try await transaction(signature) else { throw .refused(.notFinalized) }
        let check = BurnCheck(
            mint: mint.description,
            decimals: try await decimals(of: mint),
            burnAccount: terms.burnAccount?.description,
            treasuryAccount: terms.treasuryAccount?.description,
            fee: terms.fee
        )
        let (transaction, price) = (try BurnReading.transaction(told, signature), await price())
        let payment: BurnCheck.Payment
        do throws(BurnCheck.Refusal) {
            payment = try check.payment(in: transaction, by: wallet, isUsed: false, price: price, at: now())
        } catch {
            throw .refused(error)
        }
        // Without a price nothing was accepted.
        guard let price else { throw .refused(.noPrice) }
        let accepted = AcceptedBurn(
            payment: payment,
            price: price,
            tier: await tier(payment.wallet),
            acceptedAt: now()
        )
        try await save(accepted, of: mint)
        return accepted
    }

    private func isUsed(_ signature: String) async throws(BurnError) -> Bool {
        do throws(StoreError) {
            return try await !store.query(BurnSQL.isUsed, [.text(signature)]).isEmpty
        } catch {
            throw .store(error)
        }
    }

    private func transaction(_ signature: String) async throws(BurnError) -> JSONValue? {
        do throws(ChainError) {
            return try await solana.transaction(signature).value
        } catch {
            // Such as a form that did not exist when this was written.
            throw error.code == .rejected ? .unreadable : .chain(error)
        }
    }

    /// How finely the token is divided; the chain is asked once.
    ///
    /// - Throws: `BurnError`: `.unavailable` while there is no token, `.chain`.
    package func tokenDecimals() async throws(BurnError) -> Int {
        guard let mint = terms.mint else { throw .unavailable("no token is set up that could be burned") }
        return try await decimals(of: mint)
    }

    private func decimals(of mint: SolanaAddress) async throws(BurnError) -> Int {
        if let known = decimals.withLock({ $0 }) { return known }
        do throws(ChainError) {
            let read = try await solana.mint(mint).value.value.decimals
            decimals.withLock { $0 = read }
            return read
        } catch {
            throw .chain(error)
        }
    }

    private func save(_ accepted: AcceptedBurn, of mint: SolanaAddress) async throws(BurnError) {
        let payment = accepted.payment
        // What does not fit there is more than any token has.
        let amounts = [payment.burned, payment.toBurn, payment.toTreasury, payment.required]
        guard amounts.allSatisfy({ $0 <= UInt64(Int64.max) }) else { throw .unreadable }
        let arguments: [SQLValue] =
            [
                .text(payment.signature), .integer(payment.slot), .text(mint.description), .text(payment.wallet),
            ] + amounts.map { .integer(Int64(clamping: $0)) } + [
                .text(accepted.price.dollars.description), SQLValue(accepted.price.at),
                SQLValue(accepted.tier.rawValue),
                SQLValue(accepted.priority), SQLValue(accepted.acceptedAt),
            ]
        let isNew = try await commit { transaction in
            guard try transaction.execute(BurnSQL.insert, arguments) == 1 else { return false }
            try transaction.append(WalletBurnAccepted(accepted))
            return true
        }
        guard isNew else { throw .refused(.alreadyUsed) }
    }

    func commit<Value: Sendable>(
        _ body: @escaping @Sendable (inout Transaction) throws -> Value
    ) async throws(BurnError) -> Value {
        do {
            return try await store.commit(by: author, body).value
        } catch let error as StoreError {
            throw .store(error)
        } catch {
            throw .store(StoreError(.failed, "burns", detail: "\(error)"))
        }
    }

    // MARK: Webhooks

    /// Looks at the transactions that a webhook tells of.
    ///
    /// - Parameter body: a list of enhanced transactions; nothing but their signatures is taken from it.
    /// - Returns: what came of each, in their order.
    /// - Throws: `BurnError` with `.invalid` for what is no such list.
    package func webhook(_ body: [UInt8]) async throws(BurnError) -> [BurnOutcome] {
        var outcomes: [BurnOutcome] = []
        for signature in try BurnDesk.signatures(in: body) {
            do throws(BurnError) {
                outcomes.append(BurnOutcome(signature: signature, result: .success(try await payment(signature))))
            } catch {
                outcomes.append(BurnOutcome(signature: signature, result: .failure(error)))
            }
        }
        return outcomes
    }

    private static func signatures(in body: [UInt8]) throws(BurnError) -> [String] {
        guard body.count <= webhookBytesMax else { throw .invalid(field: "body", problem: "is too large") }
        guard let value = try? JSONValue(parsing: body), let rows = value.array, !rows.isEmpty else {
            throw .invalid(field: "body", problem: "must be a list of transactions")
        }
        guard rows.count <= webhookSignaturesMax else {
            throw .invalid(field: "body", problem: "must have \(webhookSignaturesMax) transactions at most")
        }
        var (found, seen) = ([String](), Set<String>())
        for row in rows {
            guard let signature = row["signature"]?.string, SolanaSignature(signature) != nil else {
                throw .invalid(field: "signature", problem: "must stand in every transaction, in base58")
            }
            if seen.insert(signature).inserted { found.append(signature) }
        }
        return found
    }
}

extension WalletBurnAccepted {
    fileprivate init(_ accepted: AcceptedBurn) {
        let payment = accepted.payment
        self.init(
            signature: payment.signature,
            wallet: payment.wallet,
            required: String(payment.required),
            burned: String(payment.burned),
            toBurn: String(payment.toBurn),
            toTreasury: String(payment.toTreasury),
            tier: accepted.tier.rawValue,
            priority: accepted.priority
        )
    }
}
