import Bus
import FoundationEssentials
import JWTKit
import Threading

/// Signs and verifies access tokens (JWT).
///
/// The algorithm is that of the configuration, whatever a token's header says, and each key is used with no other; a
/// token names its key, and one that names none of ours is refused before anything is verified.
package final class AccessTokens: Sendable {
    package enum Algorithm: String, Hashable, Sendable, CaseIterable {
        /// HMAC with SHA-256: whoever can verify a token can also make one.
        case hs256 = "HS256"
        /// Ed25519.
        case eddsa = "EdDSA"
    }

    private struct Keys: Sendable {
        let current: String
        /// One collection for each key, so that none stands in for another.
        let all: [String: JWTKeyCollection]
    }

    package let algorithm: Algorithm
    let issuer: String
    let audience: String
    private let keys: Mutex<Keys>

    /// - Parameters:
    ///   - keys: the one that signs and the one before it.
    ///   - algorithm: the only one that is used and taken.
    ///   - issuer: who makes the tokens; also who they are for.
    /// - Throws: `IdentityError` with `.failed` for a key that cannot be used.
    package init(keys: SigningKeys, algorithm: Algorithm, issuer: String) async throws(IdentityError) {
        self.algorithm = algorithm
        self.issuer = issuer
        audience = issuer
        self.keys = Mutex(try await AccessTokens.load(keys, algorithm))
    }

    /// Signs with another key from now on; both of these verify.
    ///
    /// - Throws: `IdentityError` with `.failed` for a key that cannot be used: the old ones stay.
    package func replace(with keys: SigningKeys) async throws(IdentityError) {
        let loaded = try await AccessTokens.load(keys, algorithm)
        self.keys.withLock { $0 = loaded }
    }

    /// The id of the key that signs.
    package var currentKeyID: String { keys.withLock { $0.current } }

    private static func load(_ keys: SigningKeys, _ algorithm: Algorithm) async throws(IdentityError) -> Keys {
        var all: [String: JWTKeyCollection] = [:]
        for key in [keys.current, keys.previous].compactMap({ $0 }) {
            let collection = JWTKeyCollection()
            switch algorithm {
            case .hs256: await collection.add(hmac: HMACKey(from: key.secret), digestAlgorithm: .sha256)
            case .eddsa:
                do {
                    let d = Base64URL.encode(try key.seed())
                    await collection.add(eddsa: try EdDSA.PrivateKey(d: d, curve: .ed25519))
                } catch {
                    throw IdentityError(.failed, "A signing key cannot be used.")
                }
            }
            all[key.id] = collection
        }
        return Keys(current: keys.current.id, all: all)
    }

    // MARK: Signing

    /// - Throws: `IdentityError` with `.failed`.
    func sign(_ claims: AccessClaims) async throws(IdentityError) -> String {
        let keys = keys.withLock { $0 }
        guard let collection = keys.all[keys.current] else { throw IdentityError(.failed, "There is no signing key.") }
        do {
            // The collection has this one key, as its default.
            return try await collection.sign(claims, header: ["kid": .string(keys.current)])
        } catch {
            throw IdentityError(.failed, "A token cannot be signed.")
        }
    }

    // MARK: Verifying

    /// The claims of a token that is ours and has not expired.
    ///
    /// - Throws: `IdentityError` with `.unauthenticated` for anything else; the reason is not told.
    func verify(_ token: String, at now: Timestamp) async throws(IdentityError) -> AccessClaims {
        guard token.utf8.count <= OpaqueSecret.sizeBytesMax, let header = AccessTokens.header(of: token),
            header.alg == algorithm.rawValue, header.typ == "JWT", header.fields["crit"] == nil,
            let id = header.kid, let collection = keys.withLock({ $0.all[id] })
        else { throw .unauthenticated }
        let claims: AccessClaims
        do {
            claims = try await collection.verify(token, as: AccessClaims.self)
        } catch {
            throw .unauthenticated
        }
        guard claims.iss == issuer, claims.aud == audience, AccessTokens.time(claims.exp) > now,
            // A clock that is a little ahead of ours is no reason to refuse.
            AccessTokens.time(claims.iat) <= now.advanced(by: .seconds(60)),
            (claims.sid == nil) != (claims.keyID == nil)
        else { throw .unauthenticated }
        return claims
    }

    /// - Returns: `nil` unless all three parts are written as this station writes them: one token has one text.
    private static func header(of token: String) -> JWTHeader? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let bytes = Base64URL.decode(parts[0]),
            parts.dropFirst().allSatisfy({ Base64URL.isWritten($0) })
        else { return nil }
        return try? JSONDecoder().decode(JWTHeader.self, from: Data(bytes))
    }

    /// Far times are cut to what can be counted.
    static func time(_ seconds: Int64) -> Timestamp {
        Timestamp(seconds: min(max(0, seconds), Int64.max / 1_000_000_000))
    }
}
