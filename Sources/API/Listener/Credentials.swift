import HTTPTypes
import Hummingbird
package import Identity

/// What a request shows to prove whom it acts for.
package enum Credentials: Hashable, Sendable {
    /// A token, or an API key, from a header.
    case bearer(String)
    /// The secret of a browser's session, from its cookie.
    case browser(String)

    /// The cookie that holds a browser's session.
    package static let cookieName = "cryptocall_session"
    /// No token of ours is longer.
    private static let lengthMax = 4096

    /// - Returns: `nil` when the request shows nothing.
    /// - Throws: `APIError` with `.badRequest` when it shows two things, of which two readers could take different ones,
    ///   and `.unauthorized` for another scheme.
    static func shown(in headers: HTTPFields) throws(APIError) -> Credentials? {
        let authorization = headers[values: .authorization]
        let keys = headers[values: .apiKey]
        guard authorization.count + keys.count <= 1 else {
            throw APIError(.badRequest, "Send one credential: either Authorization or X-API-Key, once.")
        }
        if let key = keys.first { return .bearer(try checked(key)) }
        if let text = authorization.first {
            let parts = text.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "bearer" else {
                throw APIError(.unauthorized, "Authorization must be: Bearer, a space, and the token.")
            }
            return .bearer(try checked(String(parts[1])))
        }
        return headers[values: .cookie].lazy.compactMap(secret).first.map { .browser($0) }
    }

    /// - Throws: `APIError` with `.unauthorized` for what cannot be a token.
    static func checked(_ text: String) throws(APIError) -> String {
        guard !text.isEmpty, text.utf8.count <= lengthMax else { throw .unknownCredential }
        return text
    }

    private static func secret(inCookie text: String) -> String? {
        for pair in text.split(separator: ";") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0].trimmingPrefix(while: \.isWhitespace) == cookieName else { continue }
            return parts[1].utf8.count <= lengthMax ? String(parts[1]) : nil
        }
        return nil
    }
}

extension APIError {
    /// The same for every credential that does not hold, so that the answer tells nobody why.
    package static let unknownCredential = APIError(
        .unauthorized,
        "The credential is not known, or not valid any more."
    )
}

/// Finds out whom a credential stands for.
///
/// - Throws: `APIError` with `.unauthorized` when it stands for nobody.
package typealias Authenticator = @Sendable (Credentials) async throws(APIError) -> Principal
