/// What a password must be: long enough, and not the email.
///
/// How it is composed is its owner's business.
enum PasswordRules {
    static let count = 10...200

    /// - Throws: `IdentityError` with `.invalid`, naming the field.
    static func check(_ password: String, email: String, field: String = "password") throws(IdentityError) {
        guard count.contains(password.unicodeScalars.count) else {
            throw .invalid(field, "must have \(count.lowerBound) to \(count.upperBound) characters")
        }
        guard !password.unicodeScalars.contains("\0") else { throw .invalid(field, "must not contain a NUL") }
        guard password.lowercased() != email.lowercased() else { throw .invalid(field, "must not be the email") }
    }

    /// Whether a text can be a password at all, so that nothing longer is ever hashed.
    static func isPossible(_ password: String) -> Bool { password.utf8.count <= 4 * count.upperBound }
}
