import Bus
import Domain
import JWTKit

/// What an access token says.
///
/// Only who it belongs to and what proved it are taken from it; role and tier are those of the store, so that a change is
/// not held up by tokens that are out.
struct AccessClaims: JWTPayload, Hashable {
    /// The account.
    let sub: UUIDv7
    let email: String
    let role: Role
    let tier: Tier
    /// Seconds since 1970.
    let exp: Int64
    let iat: Int64
    let iss: String
    let aud: String
    /// The session, of a token that a log-in gave.
    let sid: UUIDv7?
    /// The API key, of a token that one was exchanged for.
    let keyID: UUIDv7?
    let scopes: [Scope]?
    /// Makes every token another one.
    let jti: UUIDv7

    enum CodingKeys: String, CodingKey {
        case sub, email, role, tier, exp, iat, iss, aud, sid, scopes, jti
        case keyID = "key_id"
    }

    /// Nothing: the claims are checked with the time handed in.
    func verify(using algorithm: some JWTAlgorithm) {}
}
