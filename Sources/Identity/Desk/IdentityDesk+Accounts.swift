package import Bus
package import Domain
import Store

/// A new account.
package struct Registration: Sendable {
    package var email: String
    package var password: String
    /// `nil` for what stands before the `@` of the email.
    package var displayName: String?
    package var role = Role.client
    package var tier = Tier.free

    package init(email: String, password: String, displayName: String? = nil) {
        self.email = email
        self.password = password
        self.displayName = displayName
    }

    /// The email and the name as they are kept.
    ///
    /// - Throws: `IdentityError` with `.invalid`, naming every field that is wrong.
    fileprivate func checked() throws(IdentityError) -> (EmailAddress, String) {
        var faults: [IdentityError] = []
        func noting<Value>(_ check: () throws(IdentityError) -> Value) -> Value? {
            do throws(IdentityError) {
                return try check()
            } catch {
                faults.append(error)
                return nil
            }
        }
        let address = noting { () throws(IdentityError) in try EmailAddress(email) }
        let name = noting { () throws(IdentityError) in
            // Of a broken email no name is made; the email is the fault then.
            try DisplayName.checked(displayName ?? address.map { String($0.name) } ?? "-", field: "display_name")
        }
        let isFit: Void? = noting { () throws(IdentityError) in
            try PasswordRules.check(password, email: address?.text ?? email)
        }
        guard let address, let name, isFit != nil else { throw IdentityError.all(faults) }
        return (address, name)
    }
}

extension IdentityDesk {
    // MARK: Making

    /// Makes an account for whoever asks, a client of the free tier.
    ///
    /// - Throws: `IdentityError`: `.registrationClosed`, `.invalid`, `.taken`, `.busy`, `.store`.
    package func register(
        email: String,
        password: String,
        displayName: String? = nil,
        from origin: RequestOrigin
    ) async throws(IdentityError) -> UserAccount {
        guard settings.isRegistrationOpen else {
            throw IdentityError(.registrationClosed, "Accounts are made by the administrators of this station.")
        }
        let registration = Registration(email: email, password: password, displayName: displayName)
        return try await add(registration, action: "user.register", by: .anonymous(origin))
    }

    /// Makes an account on behalf of an administrator.
    ///
    /// - Throws: `IdentityError`: `.invalid`, `.taken`, `.busy`, `.store`.
    package func add(_ registration: Registration, by requester: Requester) async throws(IdentityError) -> UserAccount {
        try await add(registration, action: "user.add", by: requester)
    }

    private func add(
        _ registration: Registration,
        action: String,
        by requester: Requester
    ) async throws(IdentityError) -> UserAccount {
        let (email, name) = try registration.checked()
        let hash = try await hasher.hash(registration.password)
        let time = now()
        let account = UserAccount(
            id: nextID(at: time),
            email: email.text,
            displayName: name,
            role: registration.role,
            tier: registration.tier,
            disabledAt: nil,
            lockedUntil: nil,
            createdAt: time,
            updatedAt: time
        )
        try await commit { transaction in
            let values: [SQLValue] = [
                SQLValue(account.id), .text(account.email), .text(account.displayName), .text(hash.text),
                .text(account.role.rawValue), .text(account.tier.rawValue), SQLValue(time),
            ]
            guard try transaction.execute(AccountSQL.insert, values) == 1 else {
                throw IdentityError(.taken, "There is an account with this email already.", field: "email")
            }
            let detail = ["email": account.email, "role": account.role.rawValue, "tier": account.tier.rawValue]
            try transaction.audit(action, by: requester, target: account.id, detail: detail, at: time)
        }
        return account
    }

    // MARK: Reading

    /// - Throws: `IdentityError`: `.notFound`, `.store`.
    package func user(_ id: UUIDv7) async throws(IdentityError) -> UserAccount {
        try await account(AccountSQL.byID, [SQLValue(id)])
    }

    /// - Throws: `IdentityError`: `.invalid`, `.notFound`, `.store`.
    package func user(email: String) async throws(IdentityError) -> UserAccount {
        try await account(AccountSQL.byEmail, [.text(try EmailAddress(email).text)])
    }

    private func account(_ statement: SQL, _ arguments: [SQLValue]) async throws(IdentityError) -> UserAccount {
        let accounts = try records(try await query(statement, arguments), UserAccount.init(row:))
        guard let account = accounts.first else { throw .notFound("user") }
        return account
    }

    /// The accounts, oldest first.
    ///
    /// - Parameters:
    ///   - id: only those made after this one, for the next page.
    ///   - limit: the most, up to 1000.
    /// - Returns: the accounts.
    /// - Throws: `IdentityError` with `.store`.
    package func users(after id: UUIDv7? = nil, limit: Int = 100) async throws(IdentityError) -> [UserAccount] {
        let arguments = [SQLValue(id ?? UUIDv7(high: 0, low: 0)), SQLValue(min(max(1, limit), 1000))]
        return try records(try await query(AccountSQL.list, arguments), UserAccount.init(row:))
    }

    // MARK: Administrators

    /// Changes role, tier or whether the account can be used; who is disabled is logged out everywhere.
    ///
    /// - Throws: `IdentityError`: `.notFound`, `.store`.
    package func change(
        _ id: UUIDv7,
        _ change: UserChange,
        by requester: Requester
    ) async throws(IdentityError) -> UserAccount {
        let time = now()
        let account = try await commit { transaction -> UserAccount in
            guard let row = try transaction.rows(AccountSQL.hold, [SQLValue(id)]).first else {
                throw IdentityError.notFound("user")
            }
            let old = try UserAccount(row: row)
            var account = old
            account.role = change.role ?? old.role
            account.tier = change.tier ?? old.tier
            if let isDisabled = change.isDisabled { account.disabledAt = isDisabled ? old.disabledAt ?? time : nil }
            guard account != old else { return old }
            account.updatedAt = time
            let values: [SQLValue] = [
                SQLValue(id), .text(account.role.rawValue), .text(account.tier.rawValue), SQLValue(account.disabledAt),
                SQLValue(time),
            ]
            try transaction.execute(AccountSQL.change, values)
            for (action, detail) in IdentityDesk.changes(from: old, to: account) {
                try transaction.audit(action, by: requester, target: id, detail: detail, at: time)
            }
            if account.isDisabled {
                try transaction.execute(SessionSQL.revokeOthers, [SQLValue(id), SQLValue(time), SQLValue(id)])
            }
            return account
        }
        forget(user: id)
        return account
    }

    /// One line of the audit log for each thing that has changed.
    private static func changes(from old: UserAccount, to new: UserAccount) -> [(String, [String: String])] {
        var lines: [(String, [String: String])] = []
        if old.role != new.role { lines.append(("user.role", ["from": old.role.rawValue, "to": new.role.rawValue])) }
        if old.tier != new.tier { lines.append(("user.tier", ["from": old.tier.rawValue, "to": new.tier.rawValue])) }
        if old.isDisabled != new.isDisabled { lines.append((new.isDisabled ? "user.disable" : "user.enable", [:])) }
        return lines
    }

    /// Gives an account another password, takes its lock away and logs it out everywhere.
    ///
    /// - Throws: `IdentityError`: `.notFound`, `.invalid`, `.busy`, `.store`.
    package func resetPassword(
        of id: UUIDv7,
        to password: String,
        by requester: Requester
    ) async throws(IdentityError) {
        let account = try await user(id)
        try PasswordRules.check(password, email: account.email)
        let hash = try await hasher.hash(password)
        let time = now()
        try await commit { transaction in
            try transaction.execute(AccountSQL.setPassword, [SQLValue(id), .text(hash.text), SQLValue(time)])
            let revoked = try transaction.execute(
                SessionSQL.revokeOthers,
                [SQLValue(id), SQLValue(time), SQLValue(id)]
            )
            let detail = ["sessions_revoked": "\(revoked)"]
            try transaction.audit("user.reset_password", by: requester, target: id, detail: detail, at: time)
        }
        forget(user: id)
    }
}
