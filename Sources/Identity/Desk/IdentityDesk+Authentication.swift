import Bus
import Domain
import Logging
import Store

extension IdentityDesk {
    // MARK: Who it is

    /// Who a bearer text acts for: an access token or an API key.
    ///
    /// What was seen in the last seconds is answered from memory; the store is asked again after `recheckAfter`.
    ///
    /// - Throws: `IdentityError`: `.unauthenticated`, `.store`.
    package func authenticate(bearer text: String) async throws(IdentityError) -> Principal {
        guard text.utf8.count <= OpaqueSecret.sizeBytesMax, !text.hasPrefix(OpaqueSecret.browserPrefix) else {
            throw .unauthenticated
        }
        return try await entry(text, text.hasPrefix(OpaqueSecret.keyPrefix) ? .key : .token).principal
    }

    /// Who a browser's cookie acts for; using it makes it last longer.
    ///
    /// - Throws: as `authenticate(bearer:)`.
    package func authenticate(browser text: String) async throws(IdentityError) -> Principal {
        guard text.utf8.count <= OpaqueSecret.sizeBytesMax, text.hasPrefix(OpaqueSecret.browserPrefix) else {
            throw .unauthenticated
        }
        return try await entry(text, .browser).principal
    }

    private enum Form: Sendable { case token, key, browser }

    private func entry(_ text: String, _ form: Form) async throws(IdentityError) -> AccessCache.Entry {
        let digest = try SecretDigest(text)
        let time = now()
        let known = cache.find(digest).flatMap { $0.expires > time ? $0 : nil }
        if let known, isFresh(known, at: time) {
            await noteUse(of: known, digest, at: time)
            return known
        }
        let epoch = cache.epoch
        let (standing, expires) = try await standing(of: text, digest, form, known, at: time)
        guard let standing, standing.isGood(at: time) else { throw .unauthenticated }
        let entry = AccessCache.Entry(
            principal: standing.principal,
            grant: standing.grant,
            expires: expires ?? standing.expiresAt ?? Timestamp(nanoseconds: .max),
            checkedAt: time,
            notedAt: standing.lastUsedAt ?? Timestamp(nanoseconds: 0)
        )
        cache.keep(entry, for: digest, since: epoch)
        await noteUse(of: entry, digest, at: time)
        return entry
    }

    /// A clock that was set back makes nothing fresh for longer.
    private func isFresh(_ entry: AccessCache.Entry, at time: Timestamp) -> Bool {
        entry.checkedAt <= time && time < entry.checkedAt.advanced(by: settings.recheckAfter)
    }

    /// - Returns: how the credential stands, `nil` for none of ours, and when it ends by itself.
    private func standing(
        of text: String,
        _ digest: SecretDigest,
        _ form: Form,
        _ known: AccessCache.Entry?,
        at time: Timestamp
    ) async throws(IdentityError) -> (Standing?, expires: Timestamp?) {
        switch form {
        case .key: return (try await standing(StandingSQL.byKeySecret, .blob(digest.bytes)), nil)
        case .browser: return (try await standing(StandingSQL.byBrowserSecret, .blob(digest.bytes)), nil)
        case .token:
            // A token that was verified before is still the same; only the store may think otherwise of it.
            if let known { return (try await standing(known.grant), known.expires) }
            let claims = try await tokens.verify(text, at: time)
            let grant = claims.sid.map { AccessCache.Grant.session($0) } ?? claims.keyID.map { .key($0) }
            guard let grant, let standing = try await standing(grant), standing.principal.userID == claims.sub else {
                return (nil, nil)
            }
            return (standing, AccessTokens.time(claims.exp))
        }
    }

    private func standing(_ grant: AccessCache.Grant) async throws(IdentityError) -> Standing? {
        switch grant {
        case .session(let id): try await standing(StandingSQL.bySession, SQLValue(id))
        case .key(let id): try await standing(StandingSQL.byKey, SQLValue(id))
        }
    }

    private func standing(_ statement: SQL, _ argument: SQLValue) async throws(IdentityError) -> Standing? {
        try records(try await query(statement, [argument]), Standing.init(row:)).first
    }

    // MARK: Last use

    /// Writes that a credential is in use, once a minute; one that has been revoked meanwhile stays so.
    private func noteUse(
        of entry: AccessCache.Entry,
        _ digest: SecretDigest,
        at time: Timestamp
    ) async {
        guard entry.notedAt.advanced(by: settings.noteUseEvery) <= time,
            cache.beginNoting(digest, at: time, every: settings.noteUseEvery)
        else { return }
        do throws(StoreError) {
            switch entry.grant {
            case .session(let id):
                let expires = SQLValue(time.advanced(by: settings.sessionLifetime))
                try await store.run(SessionSQL.noteUse, [SQLValue(id), SQLValue(time), expires])
            case .key(let id): try await store.run(KeySQL.noteUse, [SQLValue(id), SQLValue(time)])
            }
        } catch {
            // The request is no less genuine for it; the next one tries again after a minute.
            logger.warning("the last use of a credential was not written", metadata: ["error": "\(error)"])
        }
    }

    // MARK: Tokens

    /// An access token for whoever shows an API key.
    ///
    /// It has the key's scopes and ends with it.
    ///
    /// - Throws: `IdentityError`: `.unauthenticated`, `.store`.
    package func exchange(key text: String) async throws(IdentityError) -> AccessToken {
        guard text.utf8.count <= OpaqueSecret.sizeBytesMax, text.hasPrefix(OpaqueSecret.keyPrefix) else {
            throw .unauthenticated
        }
        let key = try await entry(text, .key)
        let time = now()
        let lifetime = min(settings.accessLifetime, time.duration(to: key.expires))
        return AccessToken(
            text: try await accessToken(key.principal, lifetime: lifetime, at: time),
            expiresInSeconds: Int(lifetime.components.seconds)
        )
    }

    func accessToken(
        _ principal: Principal,
        lifetime: Duration,
        at time: Timestamp
    ) async throws(IdentityError) -> String {
        let seconds = time.nanoseconds / 1_000_000_000
        var session: UUIDv7?
        var key: UUIDv7?
        var scopes: [Scope]?
        switch principal.proof {
        case .session(let id): session = id
        case .key(let id, let granted):
            key = id
            scopes = Scope.allCases.filter(granted.contains)
        }
        return try await tokens.sign(
            AccessClaims(
                sub: principal.userID,
                email: principal.email,
                role: principal.role,
                tier: principal.tier,
                exp: seconds + lifetime.components.seconds,
                iat: seconds,
                iss: tokens.issuer,
                aud: tokens.audience,
                sid: session,
                keyID: key,
                scopes: scopes,
                jti: nextID(at: time)
            )
        )
    }
}
