package import Store

/// Why something about accounts and credentials was refused or failed.
///
/// `message` is for whoever asked; it holds no secret and nothing of the inside.
package struct IdentityError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of refusal it is.
    ///
    /// Open, so that others can be added; compare with `==`.
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        package let name: String

        package init(name: String) { self.name = name }

        package var description: String { name }
    }

    package let code: Code
    package let message: String
    /// The field of the input that is wrong, where one is.
    package let field: String?
    /// When the same may be tried again, in seconds, where that is known.
    package let retryAfterSeconds: Int?
    /// What the store said, for `.store`.
    package let cause: StoreError.Code?
    /// What is wrong with further fields of the same input.
    package private(set) var others: [IdentityError] = []

    package init(
        _ code: Code,
        _ message: String,
        field: String? = nil,
        retryAfterSeconds: Int? = nil,
        cause: StoreError.Code? = nil
    ) {
        self.code = code
        self.message = message
        self.field = field
        self.retryAfterSeconds = retryAfterSeconds
        self.cause = cause
    }

    package var description: String { message }

    /// Some faults as one: the first, with the others in it.
    static func all(_ faults: [IdentityError]) -> IdentityError {
        var first = faults.first ?? IdentityError(.invalid, "The input is not as it should be.")
        first.others = Array(faults.dropFirst())
        return first
    }
}

extension IdentityError.Code {
    /// The email or the password is wrong; which one is not said.
    package static let badCredentials = Self(name: "bad credentials")
    /// A token, key or cookie that is unknown, expired, revoked or not one at all.
    package static let unauthenticated = Self(name: "unauthenticated")
    /// Too many wrong passwords: no password counts for a while.
    package static let locked = Self(name: "locked")
    /// An administrator has disabled the account.
    package static let disabled = Self(name: "disabled")
    /// Accounts are made by administrators only.
    package static let registrationClosed = Self(name: "registration closed")
    /// Somebody has it already: an email, a wallet.
    package static let taken = Self(name: "taken")
    /// A field of the input is not as it should be.
    package static let invalid = Self(name: "invalid")
    package static let notFound = Self(name: "not found")
    package static let forbidden = Self(name: "forbidden")
    /// The refresh token was used by another request a moment ago; that one has the new tokens.
    package static let superseded = Self(name: "superseded")
    /// A refresh token was used again: its session has been revoked.
    package static let reused = Self(name: "reused")
    /// A bound on how many of something one account may have.
    package static let tooMany = Self(name: "too many")
    /// The queue of passwords to check is full.
    package static let busy = Self(name: "busy")
    /// Something that is needed is not there; the message says what.
    package static let unavailable = Self(name: "unavailable")
    /// The store refused or failed; `cause` says how.
    package static let store = Self(name: "store")
    /// A fault of the program or of the system.
    package static let failed = Self(name: "failed")
}

extension IdentityError {
    static let badCredentials = IdentityError(.badCredentials, "The email or the password is wrong.")
    static let unauthenticated = IdentityError(.unauthenticated, "The credential is not valid, or no longer.")
    static let disabled = IdentityError(.disabled, "This account has been disabled.")

    static func locked(forSeconds seconds: Int) -> IdentityError {
        IdentityError(
            .locked,
            "Too many wrong passwords: this account is locked for a while.",
            retryAfterSeconds: max(1, seconds)
        )
    }

    static func invalid(_ field: String, _ what: String) -> IdentityError {
        IdentityError(.invalid, "\(field) \(what)", field: field)
    }

    static func notFound(_ what: String) -> IdentityError { IdentityError(.notFound, "There is no such \(what).") }

    /// Translates what a unit of work threw.
    init(_ error: any Error) {
        switch error {
        case let error as IdentityError: self = error
        case let error as StoreError:
            self.init(.store, "The accounts cannot be read or written now.", cause: error.code)
        default: self.init(.failed, "An error inside the program.")
        }
    }
}
