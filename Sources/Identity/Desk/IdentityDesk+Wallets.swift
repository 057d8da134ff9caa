package import Bus
import Store

extension IdentityDesk {
    // MARK: Challenges

    /// Makes a text that the owner of a wallet signs to link it to the caller's account.
    ///
    /// - Throws: `IdentityError`: `.invalid`, `.tooMany`, `.store`.
    package func challenge(
        _ chain: WalletChain,
        address input: String,
        for principal: Principal
    ) async throws(IdentityError) -> WalletChallenge {
        let verifier = try verifier(of: chain)
        guard let address = verifier.canonical(input) else {
            throw .invalid("address", "must be an address of \(chain.rawValue)")
        }
        let time = now()
        let end = time.advanced(by: settings.challengeLifetime)
        let parts = WalletChallenge.Parts(
            domain: settings.domain,
            address: address,
            nonce: try IdentityDesk.freshNonce(),
            issuedAt: time,
            expiresAt: end
        )
        guard let message = verifier.message(parts) else {
            throw IdentityError(.unavailable, "identity.domain cannot stand in a text that wallets sign.")
        }
        let challenge = WalletChallenge(
            id: nextID(at: time),
            chain: chain,
            address: address,
            message: message,
            expiresAt: end
        )
        let countMax = settings.challengesMax
        try await commit { transaction in
            let owner = SQLValue(principal.userID)
            guard try !transaction.rows(AccountSQL.hold, [owner]).isEmpty else { throw IdentityError.notFound("user") }
            try transaction.execute(WalletSQL.clearChallenges, [owner, SQLValue(time)])
            guard try transaction.rows(WalletSQL.countChallenges, [owner]).first?[0].int ?? 0 < countMax else {
                throw IdentityError(.tooMany, "\(countMax) challenges wait for their signatures already.")
            }
            let values: [SQLValue] = [
                SQLValue(challenge.id), owner, .text(chain.rawValue), .text(address), .text(challenge.message),
                SQLValue(time), SQLValue(end),
            ]
            try transaction.execute(WalletSQL.insertChallenge, values)
        }
        return challenge
    }

    // MARK: Linking

    /// Links the wallet of a challenge to the caller's account, if its owner has signed it.
    ///
    /// A challenge is used up by the attempt, whatever the signature is worth.
    ///
    /// - Throws: `IdentityError`: `.unavailable` for a chain whose signatures cannot be checked, `.notFound` for a
    ///   challenge that is over, used or somebody else's, `.invalid` for a wrong signature, `.taken`, `.tooMany`, `.store`.
    package func linkWallet(
        _ challengeID: UUIDv7,
        signature: String,
        form: String = "plain",
        for principal: Principal,
        from origin: RequestOrigin
    ) async throws(IdentityError) -> WalletLink {
        guard signature.utf8.count <= 1024 else { throw .invalid("signature", "must have at most 1024 bytes") }
        guard form.utf8.count <= 4096 else { throw .invalid("form", "must have at most 4096 bytes") }
        let arguments = [SQLValue(challengeID), SQLValue(principal.userID), SQLValue(now())]
        let waiting = try walletTask(try await query(WalletSQL.challenge, arguments))
        let verifier = try verifier(of: waiting.chain)
        let verdict = await verifier.verdict(
            on: waiting.message,
            by: waiting.address,
            signature: signature,
            form: form
        )
        // That nobody can say is no attempt: the challenge stays.
        if case .unknown(let why) = verdict { throw IdentityError(.unavailable, why) }
        let task = try walletTask(try await run(WalletSQL.useChallenge, arguments))
        if case .refused(let why) = verdict {
            try await recordRefusal(task, principal, origin)
            throw .invalid("signature", "is not that of the wallet for this challenge: \(why)")
        }
        return try await link(task, principal, origin)
    }

    private func verifier(of chain: WalletChain) throws(IdentityError) -> any WalletVerifying {
        guard let verifier = verifiers[chain] else {
            throw IdentityError(
                .unavailable,
                "Wallets of \(chain.rawValue) cannot be linked yet: nothing here can check their signatures."
            )
        }
        return verifier
    }

    /// Twenty-six letters and digits that nobody can guess: 130 bits of chance.
    ///
    /// - Throws: `IdentityError` where the system gives no chance.
    package static func freshNonce() throws(IdentityError) -> String {
        let digits = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)
        return String(decoding: try SecureRandom.bytes(26).map { digits[Int($0 & 31)] }, as: UTF8.self)
    }

    private struct WalletTask: Sendable {
        let chain: WalletChain
        let address: String
        let message: String
    }

    private func walletTask(_ rows: [SQLRow]) throws(IdentityError) -> WalletTask {
        let tasks = try records(rows) { row throws(StoreError) in
            guard let chain = row[0].text.flatMap(WalletChain.init), let address = row[1].text,
                let message = row[2].text
            else { throw StoreError(.corrupt, "wallet_challenge") }
            return WalletTask(chain: chain, address: address, message: message)
        }
        guard let task = tasks.first else { throw .notFound("challenge") }
        return task
    }

    private func recordRefusal(
        _ task: WalletTask,
        _ principal: Principal,
        _ origin: RequestOrigin
    ) async throws(IdentityError) {
        let time = now()
        try await commit { transaction in
            try transaction.audit(
                "wallet.link",
                by: Requester(principal, from: origin),
                target: principal.userID,
                outcome: "refused",
                detail: ["chain": task.chain.rawValue, "wallet": task.address],
                at: time
            )
        }
    }

    private func link(
        _ task: WalletTask,
        _ principal: Principal,
        _ origin: RequestOrigin
    ) async throws(IdentityError) -> WalletLink {
        let time = now()
        let link = WalletLink(
            id: nextID(at: time),
            userID: principal.userID,
            chain: task.chain,
            address: task.address,
            linkedAt: time
        )
        let countMax = settings.walletsMax
        try await commit { transaction in
            let owner = SQLValue(principal.userID)
            guard try !transaction.rows(AccountSQL.hold, [owner]).isEmpty else { throw IdentityError.notFound("user") }
            guard try transaction.rows(WalletSQL.count, [owner]).first?[0].int ?? 0 < countMax else {
                throw IdentityError(.tooMany, "An account has at most \(countMax) wallets.")
            }
            let values: [SQLValue] = [
                SQLValue(link.id), owner, .text(link.chain.rawValue), .text(link.address), SQLValue(time),
            ]
            guard try transaction.execute(WalletSQL.link, values) == 1 else {
                throw IdentityError(.taken, "This wallet is linked to an account already.", field: "address")
            }
            try transaction.audit(
                "wallet.link",
                by: Requester(principal, from: origin),
                target: principal.userID,
                detail: ["chain": link.chain.rawValue, "wallet": link.address],
                at: time
            )
        }
        return link
    }

    // MARK: Links

    /// The wallets of an account, the latest first.
    ///
    /// - Throws: `IdentityError` with `.store`.
    package func wallets(of userID: UUIDv7) async throws(IdentityError) -> [WalletLink] {
        try records(try await query(WalletSQL.list, [SQLValue(userID)])) { row throws(StoreError) in
            guard let id = row[0].id, let userID = row[1].id, let chain = row[2].text.flatMap(WalletChain.init),
                let address = row[3].text, let linkedAt = row[4].time
            else { throw StoreError(.corrupt, "wallet_link") }
            return WalletLink(id: id, userID: userID, chain: chain, address: address, linkedAt: linkedAt)
        }
    }

    /// Takes a wallet off the caller's account.
    ///
    /// - Throws: `IdentityError`: `.notFound`, `.store`.
    package func unlinkWallet(
        _ id: UUIDv7,
        of principal: Principal,
        from origin: RequestOrigin
    ) async throws(IdentityError) {
        let time = now()
        try await commit { transaction in
            guard
                let row = try transaction.rows(WalletSQL.unlink, [SQLValue(id), SQLValue(principal.userID)]).first
            else { throw IdentityError.notFound("wallet") }
            try transaction.audit(
                "wallet.unlink",
                by: Requester(principal, from: origin),
                target: principal.userID,
                detail: ["chain": row[0].text ?? "", "wallet": row[1].text ?? ""],
                at: time
            )
        }
    }
}
