package import Bus
package import Identity

extension ConsoleAccounts {
    /// The accounts that a desk keeps.
    ///
    /// - Parameters:
    ///   - desk: keeps them.
    ///   - admit: counts an attempt on an account, before its password is looked at.
    ///   - now: what time it is.
    package init(
        _ desk: IdentityDesk,
        admit: @escaping @Sendable (_ account: String) async throws(APIError) -> Void,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.init(
            logIn: { email, password, origin throws(LogInFailure) in
                do throws(APIError) {
                    try await admit(email)
                } catch {
                    throw .tooOften(seconds: error.retryAfterSeconds ?? 60)
                }
                return try await ConsoleAccounts.logIn(desk, email, password, RequestOrigin(origin))
            },
            logOut: { person, origin throws(APIError) in
                try await asking { () throws(IdentityError) in
                    try await desk.logOut(person, from: RequestOrigin(origin))
                }
            },
            sessions: { person throws(APIError) in
                try await asking { () throws(IdentityError) in
                    try await desk.sessions(of: person.userID).map(Session.init)
                }
            },
            endSession: { id, person, origin throws(APIError) in
                try await asking { () throws(IdentityError) in
                    let requester = Requester(person, from: RequestOrigin(origin))
                    try await desk.revokeSession(id, of: person.userID, by: requester)
                }
            },
            keys: { person throws(APIError) in
                let time = now()
                return try await asking { () throws(IdentityError) in
                    try await desk.keys(of: person.userID)
                        .filter { $0.revokedAt == nil && $0.expiresAt.map { $0 > time } ?? true }
                        .map(Key.init)
                }
            },
            makeKey: { request, person, origin throws(APIError) in
                try await asking { () throws(IdentityError) in
                    let wanted = APIKeyRequest(
                        name: request.name,
                        scopes: request.scopes,
                        lifetimeDays: request.lifetimeDays
                    )
                    return try await desk.createKey(wanted, for: person, from: RequestOrigin(origin)).secret
                }
            },
            revokeKey: { id, person, origin throws(APIError) in
                try await asking { () throws(IdentityError) in
                    let requester = Requester(person, from: RequestOrigin(origin))
                    try await desk.revokeKey(id, of: person.userID, by: requester)
                }
            },
            changePassword: { current, new, person, origin throws(APIError) in
                do throws(IdentityError) {
                    try await desk.changePassword(of: person, from: current, to: new, at: RequestOrigin(origin))
                } catch {
                    // Who it is has been proven; it is a field of the form that is wrong.
                    guard error.code == .badCredentials else { throw APIError(error) }
                    throw APIError(faults: [InputFault(field: "The current password", message: "is wrong")])
                }
            }
        )
    }

    private static func logIn(
        _ desk: IdentityDesk,
        _ email: String,
        _ password: String,
        _ origin: RequestOrigin
    ) async throws(LogInFailure) -> LoggedIn {
        do throws(IdentityError) {
            let secret = try await desk.logInBrowser(email: email, password: password, from: origin).secret
            return LoggedIn(secret: secret, person: try await desk.authenticate(browser: secret))
        } catch {
            switch error.code {
            case .badCredentials: throw .wrong
            case .locked: throw .locked(seconds: error.retryAfterSeconds ?? 60)
            case .disabled: throw .disabled
            case .busy: throw .busy
            default: throw .unavailable
            }
        }
    }
}

extension RequestOrigin {
    fileprivate init(_ origin: ConsoleAccounts.Origin) {
        self.init(address: origin.address, userAgent: origin.userAgent)
    }
}

extension ConsoleAccounts.Session {
    fileprivate init(_ session: UserSession) {
        self.init(
            id: session.id,
            kind: session.kind.rawValue,
            address: session.address,
            userAgent: session.userAgent,
            createdAt: session.createdAt,
            lastUsedAt: session.lastUsedAt,
            expiresAt: session.expiresAt
        )
    }
}

extension ConsoleAccounts.Key {
    fileprivate init(_ key: APIKey) {
        self.init(
            id: key.id,
            name: key.name,
            prefix: key.shownPrefix,
            scopes: key.scopes,
            createdAt: key.createdAt,
            lastUsedAt: key.lastUsedAt,
            expiresAt: key.expiresAt
        )
    }
}
