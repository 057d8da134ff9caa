package import Identity

extension APIError {
    /// What a refusal of the identity desk means to somebody outside.
    package init(_ error: IdentityError) {
        switch error.code {
        case .badCredentials, .reused: self.init(.unauthorized, error.message)
        case .unauthenticated: self = .unknownCredential
        case .locked: self.init(.tooManyRequests, error.message)
        case .disabled, .forbidden, .registrationClosed: self.init(.forbidden, error.message)
        case .taken, .superseded, .tooMany: self.init(.conflict, error.message)
        case .notFound: self.init(.notFound, error.message)
        case .busy, .unavailable: self.init(.unavailable, error.message)
        case .invalid: self.init(faults: ([error] + error.others).map { InputFault($0) })
        case .store:
            if let cause = error.cause {
                self.init(cause)
            } else {
                self.init(.internalError, error.message)
            }
        default: self.init(.internalError, error.message)
        }
        retryAfterSeconds = error.retryAfterSeconds
    }
}

extension InputFault {
    fileprivate init(_ error: IdentityError) {
        let field = error.field ?? "body"
        // A fault names its field apart from what is wrong with it.
        let what = error.message.hasPrefix(field + " ") ? error.message.dropFirst(field.count + 1) : error.message[...]
        self.init(field: field, message: String(what))
    }
}

/// Asks the identity desk on behalf of a request.
///
/// - Throws: `APIError`.
func asking<Value>(_ body: () async throws(IdentityError) -> Value) async throws(APIError) -> Value {
    do throws(IdentityError) {
        return try await body()
    } catch {
        throw APIError(error)
    }
}

extension IdentityDesk {
    /// Whom a request's credential stands for, as this desk knows them.
    package var authenticator: Authenticator {
        { [self] credentials throws(APIError) in
            try await asking { () throws(IdentityError) in
                switch credentials {
                case .bearer(let text): try await authenticate(bearer: text)
                case .browser(let text): try await authenticate(browser: text)
                }
            }
        }
    }
}
