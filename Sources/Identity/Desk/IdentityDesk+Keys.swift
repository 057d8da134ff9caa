package import Bus
import Domain
import Store

/// A new API key, with the only sight of the key itself.
package struct NewAPIKey: Sendable {
    package let key: APIKey
    /// To be shown once; only its hash is kept.
    package let secret: String
}

extension IdentityDesk {
    /// How many characters of a key are kept to tell it by, beside its prefix.
    private static let shownCount = 6
    /// How many keys that can be used no more an account keeps in its list.
    private static let endedKeysMax = 50

    /// Makes an API key for an account.
    ///
    /// - Throws: `IdentityError`: `.invalid`, `.forbidden`, `.tooMany`, `.notFound`, `.store`.
    package func createKey(
        _ request: APIKeyRequest,
        for principal: Principal,
        from origin: RequestOrigin
    ) async throws(IdentityError) -> NewAPIKey {
        let name = try DisplayName.checked(request.name, field: "name")
        try request.check(ownerRole: principal.role)
        let secret = try OpaqueSecret.make(OpaqueSecret.keyPrefix)
        let digest = try SecretDigest(secret)
        let time = now()
        let id = nextID(at: time)
        let expiresAt = request.lifetimeDays.map { time.advanced(by: .seconds($0 * 86_400)) }
        let prefix = String(secret.prefix(OpaqueSecret.keyPrefix.count + IdentityDesk.shownCount))
        let keysMax = settings.keysMax
        let key = try await commit { transaction -> APIKey in
            // Two requests at once must not both be the last one that is allowed.
            guard try !transaction.rows(AccountSQL.hold, [SQLValue(principal.userID)]).isEmpty else {
                throw IdentityError.notFound("user")
            }
            let owner = [SQLValue(principal.userID), SQLValue(time)]
            guard try transaction.rows(KeySQL.count, owner).first?[0].int ?? 0 < keysMax else {
                throw IdentityError(.tooMany, "An account has at most \(keysMax) keys; revoke one first.")
            }
            try transaction.execute(KeySQL.clear, owner + [SQLValue(IdentityDesk.endedKeysMax)])
            let values: [SQLValue] = [
                SQLValue(id), SQLValue(principal.userID), .text(name), .blob(digest.bytes), .text(prefix),
                .text(Scope.text(request.scopes)), SQLValue(request.roleCap?.rawValue), SQLValue(time),
                SQLValue(expiresAt),
            ]
            guard let row = try transaction.rows(KeySQL.insert, values).first else {
                throw StoreError(.failed, "api_key")
            }
            try transaction.audit(
                "key.create",
                by: Requester(principal, from: origin),
                target: principal.userID,
                detail: ["key": id.description, "name": name, "scopes": Scope.text(request.scopes)],
                at: time
            )
            return try APIKey(row: row)
        }
        return NewAPIKey(key: key, secret: secret)
    }

    /// The keys of an account, the newest first, also some that can be used no more.
    ///
    /// - Throws: `IdentityError` with `.store`.
    package func keys(of userID: UUIDv7) async throws(IdentityError) -> [APIKey] {
        try records(try await query(KeySQL.list, [SQLValue(userID)]), APIKey.init(row:))
    }

    /// Ends a key for good.
    ///
    /// - Throws: `IdentityError`: `.notFound` also for one that is revoked already or somebody else's, `.store`.
    package func revokeKey(
        _ id: UUIDv7,
        of userID: UUIDv7,
        by requester: Requester
    ) async throws(IdentityError) {
        let time = now()
        try await commit { transaction in
            let arguments = [SQLValue(id), SQLValue(userID), SQLValue(time)]
            guard let name = try transaction.rows(KeySQL.revoke, arguments).first?[0].text else {
                throw IdentityError.notFound("key")
            }
            let detail = ["key": id.description, "name": name]
            try transaction.audit("key.revoke", by: requester, target: userID, detail: detail, at: time)
        }
        forget(key: id)
    }
}
