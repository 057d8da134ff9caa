package import Bus

/// What a log-in or a refresh gives.
package struct TokenPair: Hashable, Sendable {
    package let accessToken: String
    package let expiresInSeconds: Int
    /// Good for one refresh.
    package let refreshToken: String
    package let refreshExpiresInSeconds: Int
    package let sessionID: UUIDv7
}

/// An access token alone, as an API key is exchanged for.
package struct AccessToken: Hashable, Sendable {
    package let text: String
    package let expiresInSeconds: Int
}

/// What a browser gets for its cookie.
package struct BrowserLogIn: Hashable, Sendable {
    /// The cookie's value; never kept.
    package let secret: String
    package let sessionID: UUIDv7
    package let userID: UUIDv7
    package let expiresAt: Timestamp
}
