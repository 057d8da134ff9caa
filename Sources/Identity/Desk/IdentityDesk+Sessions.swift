package import Bus
import Domain
import Logging
import Store

extension IdentityDesk {
    // MARK: Refreshing

    private enum Rotation: Sendable {
        case done(UserAccount)
        case refused(IdentityError)
        /// Somebody has an old token of this session.
        case stolen(UserAccount)
    }

    /// Exchanges a refresh token for new tokens; each is good once.
    ///
    /// Of two requests with the same token exactly one gets new tokens. The other is answered `.superseded` when it comes
    /// within `IdentitySettings.refreshGrace` of that, as a retry does; later it is `.reused`, as is any older token, and
    /// the session is revoked, because one of its two holders is a thief.
    ///
    /// - Throws: `IdentityError`: `.unauthenticated`, `.superseded`, `.reused`, `.disabled`, `.store`.
    package func refresh(_ text: String, from origin: RequestOrigin) async throws(IdentityError) -> TokenPair {
        guard let token = RefreshToken(text) else { throw .unauthenticated }
        let next = try RefreshToken(session: token.session, family: token.family)
        let digests = RotationDigests(
            shown: try SecretDigest(text),
            family: try SecretDigest(token.family),
            next: try SecretDigest(next.text)
        )
        let (time, settings) = (now(), settings)
        let rotation = try await commit { transaction -> Rotation in
            guard let row = try transaction.rows(SessionSQL.hold, [SQLValue(token.session)]).first,
                digests.family.matches(row[3].blob), let userID = row[0].id, let rotatedAt = row[4].time,
                let expiresAt = row[5].time, row[6].time == nil, expiresAt > time,
                let user = try transaction.rows(AccountSQL.byID, [SQLValue(userID)]).first
            else { return .refused(.unauthenticated) }
            let account = try UserAccount(row: user)
            guard !account.isDisabled else { return .refused(.disabled) }
            if digests.shown.matches(row[1].blob) {
                let values: [SQLValue] = [
                    SQLValue(token.session), .blob(digests.next.bytes), .blob(digests.shown.bytes), SQLValue(time),
                    SQLValue(time.advanced(by: settings.sessionLifetime)), .text(origin.address),
                    .text(origin.userAgent),
                ]
                try transaction.execute(SessionSQL.rotate, values)
                return .done(account)
            }
            if digests.shown.matches(row[2].blob), time < rotatedAt.advanced(by: settings.refreshGrace) {
                return .refused(.superseded)
            }
            let values = [SQLValue(token.session), SQLValue(userID), SQLValue(time)]
            try transaction.execute(SessionSQL.revoke, values)
            try transaction.audit(
                "session.revoke",
                by: .anonymous(origin),
                target: userID,
                detail: ["session": token.session.description, "reason": "a refresh token was used again"],
                at: time
            )
            return .stolen(account)
        }
        switch rotation {
        case .done(let account): return try await tokenPair(account, next, at: time)
        case .refused(let error): throw error
        case .stolen(let account):
            forget(session: token.session)
            logger.warning("a refresh token was used again: session revoked", metadata: ["user_id": "\(account.id)"])
            throw IdentityError(.reused, "This refresh token was used before: the session has been ended.")
        }
    }

    private struct RotationDigests: Sendable {
        let shown: SecretDigest
        let family: SecretDigest
        let next: SecretDigest
    }

    // MARK: Ending

    /// Ends the session that the caller has logged in with; a key has none to end.
    ///
    /// - Throws: `IdentityError`: `.forbidden`, `.store`.
    package func logOut(_ principal: Principal, from origin: RequestOrigin) async throws(IdentityError) {
        guard case .session(let id) = principal.proof else {
            throw IdentityError(.forbidden, "A key is not logged in; it can be revoked.")
        }
        try await revoke(
            session: id,
            of: principal.userID,
            action: "user.logout",
            by: Requester(principal, from: origin)
        )
    }

    /// Ends one of an account's sessions.
    ///
    /// - Throws: `IdentityError`: `.notFound`, `.store`.
    package func revokeSession(
        _ id: UUIDv7,
        of userID: UUIDv7,
        by requester: Requester
    ) async throws(IdentityError) {
        guard try await revoke(session: id, of: userID, action: "session.revoke", by: requester) else {
            throw .notFound("session")
        }
    }

    /// - Returns: whether there was such a session.
    @discardableResult
    private func revoke(
        session id: UUIDv7,
        of userID: UUIDv7,
        action: String,
        by requester: Requester
    ) async throws(IdentityError) -> Bool {
        let time = now()
        let isDone = try await commit { transaction -> Bool in
            guard try transaction.execute(SessionSQL.revoke, [SQLValue(id), SQLValue(userID), SQLValue(time)]) == 1
            else { return false }
            let detail = ["session": id.description]
            try transaction.audit(action, by: requester, target: userID, detail: detail, at: time)
            return true
        }
        forget(session: id)
        return isDone
    }

    /// Ends all sessions of an account.
    ///
    /// - Returns: how many there were.
    /// - Throws: `IdentityError`: `.notFound`, `.store`.
    @discardableResult
    package func revokeSessions(of userID: UUIDv7, by requester: Requester) async throws(IdentityError) -> Int {
        let time = now()
        let count = try await commit { transaction -> Int in
            guard try !transaction.rows(AccountSQL.byID, [SQLValue(userID)]).isEmpty else {
                throw IdentityError.notFound("user")
            }
            // No session has the id of an account, so none stays.
            let values = [SQLValue(userID), SQLValue(time), SQLValue(userID)]
            let count = try transaction.execute(SessionSQL.revokeOthers, values)
            let detail = ["sessions_revoked": "\(count)"]
            try transaction.audit("user.revoke_sessions", by: requester, target: userID, detail: detail, at: time)
            return count
        }
        forget(user: userID)
        return count
    }

    /// The sessions of an account that live, the latest used first.
    ///
    /// - Throws: `IdentityError` with `.store`.
    package func sessions(of userID: UUIDv7) async throws(IdentityError) -> [UserSession] {
        try records(try await query(SessionSQL.list, [SQLValue(userID), SQLValue(now())]), UserSession.init(row:))
    }

    // MARK: Passwords

    /// Changes the caller's password and ends all their other sessions.
    ///
    /// - Throws: `IdentityError`: `.badCredentials`, `.locked`, `.invalid`, `.busy`, `.notFound`, `.store`.
    package func changePassword(
        of principal: Principal,
        from current: String,
        to new: String,
        at origin: RequestOrigin
    ) async throws(IdentityError) {
        try PasswordRules.check(new, email: principal.email, field: "new_password")
        guard let row = try await query(AccountSQL.byID, [SQLValue(principal.userID)]).first else {
            throw .notFound("user")
        }
        let checked = try await checked(row, password: current, from: origin)
        let hash = try await hasher.hash(new)
        let time = now()
        let stays = if case .session(let id) = principal.proof { id } else { principal.userID }
        let isDone = try await commit { transaction -> Bool in
            guard let row = try transaction.rows(AccountSQL.hold, [SQLValue(principal.userID)]).first,
                row[9].text == checked.storedHash
            else { return false }
            let values = [SQLValue(principal.userID), .text(hash.text), SQLValue(time)]
            try transaction.execute(AccountSQL.setPassword, values)
            let revoked = try transaction.execute(
                SessionSQL.revokeOthers,
                [SQLValue(principal.userID), SQLValue(time), SQLValue(stays)]
            )
            try transaction.audit(
                "user.password",
                by: Requester(principal, from: origin),
                target: principal.userID,
                detail: ["sessions_revoked": "\(revoked)"],
                at: time
            )
            return true
        }
        guard isDone else { throw .badCredentials }
        forget(user: principal.userID)
    }
}

extension IdentityError {
    fileprivate static let superseded = IdentityError(
        .superseded,
        "Another request has used this refresh token a moment ago; use the tokens that it got."
    )
}
