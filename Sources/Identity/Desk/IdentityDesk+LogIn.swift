import Bus
import Domain
import Logging
import Store

extension IdentityDesk {
    // MARK: Logging in

    /// Begins a session of a program.
    ///
    /// - Throws: `IdentityError`: `.badCredentials`, `.locked`, `.disabled`, `.busy`, `.store`.
    package func logIn(
        email: String,
        password: String,
        from origin: RequestOrigin
    ) async throws(IdentityError) -> TokenPair {
        let login = try await checked(email: email, password: password, from: origin)
        let time = now()
        let refresh = try RefreshToken(session: nextID(at: time))
        let secret = SessionSecret(
            kind: .token,
            digest: try SecretDigest(refresh.text),
            family: try SecretDigest(refresh.family)
        )
        let account = try await begin(login, session: refresh.session, secret, at: time, from: origin)
        return try await tokenPair(account, refresh, at: time)
    }

    /// Begins a session of a browser.
    ///
    /// - Throws: as `logIn`.
    package func logInBrowser(
        email: String,
        password: String,
        from origin: RequestOrigin
    ) async throws(IdentityError) -> BrowserLogIn {
        let login = try await checked(email: email, password: password, from: origin)
        let time = now()
        let text = try OpaqueSecret.make(OpaqueSecret.browserPrefix)
        let id = nextID(at: time)
        let secret = SessionSecret(kind: .browser, digest: try SecretDigest(text), family: nil)
        let account = try await begin(login, session: id, secret, at: time, from: origin)
        return BrowserLogIn(
            secret: text,
            sessionID: id,
            userID: account.id,
            expiresAt: time.advanced(by: settings.sessionLifetime)
        )
    }

    func tokenPair(
        _ account: UserAccount,
        _ refresh: RefreshToken,
        at time: Timestamp
    ) async throws(IdentityError) -> TokenPair {
        let principal = Principal(
            userID: account.id,
            email: account.email,
            role: account.role,
            tier: account.tier,
            proof: .session(refresh.session)
        )
        return TokenPair(
            accessToken: try await accessToken(principal, lifetime: settings.accessLifetime, at: time),
            expiresInSeconds: Int(settings.accessLifetime.components.seconds),
            refreshToken: refresh.text,
            refreshExpiresInSeconds: Int(settings.sessionLifetime.components.seconds),
            sessionID: refresh.session
        )
    }

    // MARK: Passwords

    /// A password that was right a moment ago.
    struct CheckedPassword: Sendable {
        let id: UUIDv7
        /// The text that it was checked against.
        let storedHash: String
        /// The same password at today's cost, where that has risen.
        let newHash: PasswordHash?
    }

    private func checked(
        email: String,
        password: String,
        from origin: RequestOrigin
    ) async throws(IdentityError) -> CheckedPassword {
        var row: SQLRow?
        // What is no address belongs to nobody, and is answered like any other that does.
        if let address = try? EmailAddress(email) {
            row = try await query(AccountSQL.byEmail, [.text(address.text)]).first
        }
        return try await checked(row, password: password, from: origin)
    }

    /// Checks a password against an account's row, and counts it when it is wrong.
    func checked(
        _ row: SQLRow?,
        password: String,
        from origin: RequestOrigin
    ) async throws(IdentityError) -> CheckedPassword {
        guard PasswordRules.isPossible(password) else { throw .badCredentials }
        guard let row else {
            _ = try await hasher.check(password, against: nil)
            try await recordStranger(from: origin)
            throw .badCredentials
        }
        guard let id = row[0].id, let text = row[9].text, let hash = PasswordHash(text) else {
            logger.error("an account's password hash cannot be read")
            throw IdentityError(.failed, "This account cannot be used.")
        }
        let standing = LockPolicy.Standing(failures: row[10].int ?? 0, lockedUntil: row[6].time)
        if let seconds = standing.lockedSeconds(at: now()) { throw .locked(forSeconds: seconds) }
        guard try await hasher.check(password, against: hash) else {
            throw try await countFailure(of: id, from: origin)
        }
        return CheckedPassword(id: id, storedHash: text, newHash: try await risen(hash, password))
    }

    private func recordStranger(from origin: RequestOrigin) async throws(IdentityError) {
        let time = now()
        try await commit { transaction in
            try transaction.audit(
                "user.login",
                by: .anonymous(origin),
                target: nil,
                outcome: "refused",
                detail: ["reason": "unknown email"],
                at: time
            )
        }
    }

    /// - Returns: what the caller is told.
    private func countFailure(of id: UUIDv7, from origin: RequestOrigin) async throws(IdentityError) -> IdentityError {
        let (time, policy) = (now(), lockPolicy)
        return try await commit { transaction -> IdentityError in
            guard let row = try transaction.rows(AccountSQL.hold, [SQLValue(id)]).first else { return .badCredentials }
            let standing = LockPolicy.Standing(failures: row[10].int ?? 0, lockedUntil: row[6].time)
            // Whether it was right is not told once others have locked the account meanwhile.
            if let seconds = standing.lockedSeconds(at: time) { return .locked(forSeconds: seconds) }
            let next = policy.afterFailure(standing, at: time)
            let values = [SQLValue(id), SQLValue(next.failures), SQLValue(next.lockedUntil)]
            try transaction.execute(AccountSQL.setStanding, values)
            let detail = ["reason": "wrong password", "failures": "\(next.failures)"]
            let anonymous = Requester.anonymous(origin)
            try transaction.audit(
                "user.login",
                by: anonymous,
                target: id,
                outcome: "refused",
                detail: detail,
                at: time
            )
            if let until = next.lockedUntil {
                let detail = ["until": until.description]
                try transaction.audit("user.lock", by: anonymous, target: id, detail: detail, at: time)
            }
            return .badCredentials
        }
    }

    /// The password at today's cost, when that is more than its hash's.
    private func risen(_ hash: PasswordHash, _ password: String) async throws(IdentityError) -> PasswordHash? {
        guard hash.cost.isLess(than: hasher.cost) else { return nil }
        do throws(IdentityError) {
            return try await hasher.hash(password)
        } catch {
            // With a full queue the next log-in does it.
            guard error.code == .busy else { throw error }
            return nil
        }
    }

    // MARK: Sessions

    /// What a session is known by.
    private struct SessionSecret: Sendable {
        let kind: UserSession.Kind
        let digest: SecretDigest
        let family: SecretDigest?
    }

    private enum Entry: Sendable {
        case begun(UserAccount, crowdedOut: [UUIDv7])
        case refused(IdentityError)
    }

    private func begin(
        _ login: CheckedPassword,
        session id: UUIDv7,
        _ secret: SessionSecret,
        at time: Timestamp,
        from origin: RequestOrigin
    ) async throws(IdentityError) -> UserAccount {
        let settings = settings
        let entry = try await commit { transaction -> Entry in
            let (account, refusal) = try transaction.admit(login, at: time, from: origin)
            guard let account else { return .refused(refusal) }
            try transaction.execute(SessionSQL.clear, [SQLValue(account.id), SQLValue(time)])
            let crowdedOut = try transaction.rows(
                SessionSQL.crowdOut,
                [SQLValue(account.id), SQLValue(settings.sessionsMax - 1)]
            )
            let values: [SQLValue] = [
                SQLValue(id), SQLValue(account.id), .text(secret.kind.rawValue), .blob(secret.digest.bytes),
                secret.family.map { .blob($0.bytes) } ?? .null, .text(origin.address), .text(origin.userAgent),
                SQLValue(time), SQLValue(time.advanced(by: settings.sessionLifetime)),
            ]
            try transaction.execute(SessionSQL.insert, values)
            let requester = Requester(caller: account.email, role: account.role.rawValue, address: origin.address)
            let detail = ["session": id.description, "kind": secret.kind.rawValue]
            try transaction.audit("user.login", by: requester, target: account.id, detail: detail, at: time)
            return .begun(account, crowdedOut: crowdedOut.compactMap { $0[0].id })
        }
        switch entry {
        case .refused(let error): throw error
        case .begun(let account, let crowdedOut):
            for id in crowdedOut { forget(session: id) }
            return account
        }
    }
}

extension Transaction {
    /// Takes a password that was right, unless the account has changed meanwhile.
    ///
    /// - Returns: the account, or `nil` and what the caller is told.
    /// - Throws: `StoreError`.
    fileprivate mutating func admit(
        _ login: IdentityDesk.CheckedPassword,
        at time: Timestamp,
        from origin: RequestOrigin
    ) throws(StoreError) -> (UserAccount?, IdentityError) {
        guard let row = try rows(AccountSQL.hold, [SQLValue(login.id)]).first, row[9].text == login.storedHash else {
            return (nil, .badCredentials)
        }
        let account = try UserAccount(row: row)
        let standing = LockPolicy.Standing(failures: row[10].int ?? 0, lockedUntil: account.lockedUntil)
        if let seconds = standing.lockedSeconds(at: time) { return (nil, .locked(forSeconds: seconds)) }
        guard !account.isDisabled else {
            try audit(
                "user.login",
                by: .anonymous(origin),
                target: account.id,
                outcome: "refused",
                detail: ["reason": "disabled"],
                at: time
            )
            return (nil, .disabled)
        }
        if let hash = login.newHash {
            try execute(AccountSQL.setPassword, [SQLValue(account.id), .text(hash.text), SQLValue(time)])
        } else if standing.failures > 0 || standing.lockedUntil != nil {
            try execute(AccountSQL.setStanding, [SQLValue(account.id), SQLValue(0), .null])
        }
        return (account, .badCredentials)
    }
}

extension PasswordHash.Cost {
    /// Whether it is less work than another.
    func isLess(than other: PasswordHash.Cost) -> Bool {
        sizeBytes * UInt64(p) < other.sizeBytes * UInt64(other.p)
    }
}
