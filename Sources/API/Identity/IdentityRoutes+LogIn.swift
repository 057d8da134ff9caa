import Bus
import Domain
import Identity

extension IdentityRoutes {
    private static let group = "Log-in"

    private struct Registration: Decodable, Sendable {
        let email: String
        let password: String
        let displayName: String?

        enum CodingKeys: String, CodingKey {
            case email, password
            case displayName = "display_name"
        }
    }

    private struct LogIn: Decodable, Sendable {
        let email: String
        let password: String
    }

    private struct Refresh: Decodable, Sendable {
        let refreshToken: String

        enum CodingKeys: String, CodingKey {
            case refreshToken = "refresh_token"
        }
    }

    private struct Exchange: Decodable, Sendable {
        let apiKey: String

        enum CodingKeys: String, CodingKey {
            case apiKey = "api_key"
        }
    }

    private struct TokensAnswer: Codable, Sendable {
        let accessToken: String
        let tokenType: String
        /// Seconds.
        let expiresIn: Int
        /// Good for one refresh.
        let refreshToken: String
        /// Seconds.
        let refreshExpiresIn: Int
        let sessionID: UUIDv7

        enum CodingKeys: String, CodingKey {
            case accessToken = "access_token"
            case tokenType = "token_type"
            case expiresIn = "expires_in"
            case refreshToken = "refresh_token"
            case refreshExpiresIn = "refresh_expires_in"
            case sessionID = "session_id"
        }

        init(_ pair: TokenPair) {
            accessToken = pair.accessToken
            tokenType = "Bearer"
            expiresIn = pair.expiresInSeconds
            refreshToken = pair.refreshToken
            refreshExpiresIn = pair.refreshExpiresInSeconds
            sessionID = pair.sessionID
        }
    }

    private struct TokenAnswer: Codable, Sendable {
        let accessToken: String
        let tokenType: String
        /// Seconds.
        let expiresIn: Int

        enum CodingKeys: String, CodingKey {
            case accessToken = "access_token"
            case tokenType = "token_type"
            case expiresIn = "expires_in"
        }
    }

    func logIn() throws -> [Route] {
        [try register, try logInWithPassword, try refresh, try exchange]
    }

    private var register: Route {
        get throws {
            try Route.send(
                "POST",
                "/api/auth/register",
                access: .anyone,
                summary: "Makes an account",
                group: Self.group,
                limit: .logIn,
                bodyBytesMax: Self.bodyBytesMax,
                body: Registration.self,
                answers: [201: "The account, a client of the free tier."]
            ) { [desk] (body, call) throws(APIError) in
                let account = try await asking { () throws(IdentityError) in
                    try await desk.register(
                        email: body.email,
                        password: body.password,
                        displayName: body.displayName,
                        from: call.origin
                    )
                }
                return Route.Reply(UserAnswer(account), status: 201)
            }
        }
    }

    private var logInWithPassword: Route {
        get throws {
            try Route.send(
                "POST",
                "/api/auth/login",
                access: .anyone,
                summary: "Begins a session",
                group: Self.group,
                limit: .logIn,
                bodyBytesMax: Self.bodyBytesMax,
                body: LogIn.self,
                answers: [200: "Its tokens."]
            ) { [desk, admit] (body, call) throws(APIError) in
                try await admit(body.email.lowercased())
                let pair = try await asking { () throws(IdentityError) in
                    try await desk.logIn(email: body.email, password: body.password, from: call.origin)
                }
                return Route.Reply(TokensAnswer(pair))
            }
        }
    }

    private var refresh: Route {
        get throws {
            try Route.send(
                "POST",
                "/api/auth/refresh",
                access: .anyone,
                summary: "Exchanges a refresh token, once, for new tokens",
                group: Self.group,
                limit: .logIn,
                bodyBytesMax: Self.bodyBytesMax,
                body: Refresh.self,
                answers: [200: "The new tokens; the session lives on."]
            ) { [desk] (body, call) throws(APIError) in
                let pair = try await asking { () throws(IdentityError) in
                    try await desk.refresh(body.refreshToken, from: call.origin)
                }
                return Route.Reply(TokensAnswer(pair))
            }
        }
    }

    private var exchange: Route {
        get throws {
            try Route.send(
                "POST",
                "/api/auth/token",
                access: .anyone,
                summary: "Exchanges an API key for an access token with the key's scopes",
                group: Self.group,
                limit: .logIn,
                bodyBytesMax: Self.bodyBytesMax,
                body: Exchange.self,
                answers: [200: "The token; the key stays as it is."]
            ) { [desk] (body, _) throws(APIError) in
                let token = try await asking { () throws(IdentityError) in
                    try await desk.exchange(key: body.apiKey)
                }
                return Route.Reply(
                    TokenAnswer(accessToken: token.text, tokenType: "Bearer", expiresIn: token.expiresInSeconds)
                )
            }
        }
    }
}
