import Domain
import HTTPTypes
import Hummingbird
import Identity

/// Decides whether a request may go through its route's door, and how it is counted.
struct Admission: Sendable {
    let authenticate: Authenticator
    /// `nil` where nothing is limited.
    let gate: LimitGate?
    let addresses: ClientAddress

    /// - Parameters:
    ///   - route: whose door it is.
    ///   - parameterNames: the parts of its path that stand for anything.
    ///   - request: what came.
    ///   - context: what is known of it.
    /// - Returns: what the call is about.
    /// - Throws: `APIError`: `.unauthorized`, `.forbidden`, `.tooManyRequests`.
    func enter(
        _ route: Route,
        _ parameterNames: [String],
        _ request: Request,
        _ context: APIContext
    ) async throws(APIError) -> Route.Call {
        let address = addresses.find(peer: context.peer, headers: request.headers)
        let principal: Principal?
        do throws(APIError) {
            principal = try await self.principal(for: route, request)
        } catch {
            // Whoever tries credentials is counted like any stranger.
            _ = try await pass(route, nil, address, context)
            throw error
        }
        context.caller.principal = principal
        let slot = try await pass(route, principal, address, context)
        try Admission.check(principal, for: route.access)
        var parameters: [String: String] = [:]
        for name in parameterNames { parameters[name] = context.parameters.get(name) }
        return Route.Call(
            requestID: context.requestID,
            parameters: parameters,
            principal: principal,
            client: address,
            userAgent: request.headers[.userAgent] ?? "",
            slot: slot,
            channel: context.channel
        )
    }

    private func pass(
        _ route: Route,
        _ principal: Principal?,
        _ address: IPAddress?,
        _ context: APIContext
    ) async throws(APIError) -> ConcurrencySlot? {
        guard let gate else { return nil }
        let pass = await gate.enter(route.limit, principal, address: address)
        context.limits.headers = pass.headers
        if let refusal = pass.refusal { throw APIError(refusal) }
        return pass.slot
    }

    private func principal(for route: Route, _ request: Request) async throws(APIError) -> Principal? {
        guard route.readsCredentials, let credentials = try Credentials.shown(in: request.headers) else { return nil }
        guard case .browser = credentials else { return try await authenticate(credentials) }
        try Admission.checkOrigin(of: request)
        do {
            return try await authenticate(credentials)
        } catch {
            // A browser sends its cookie whether it is wanted or not; one that has expired makes a stranger of it.
            guard error.code == .unauthorized, route.access == .anyone else { throw error }
            return nil
        }
    }

    /// - Throws: `APIError`: `.unauthorized` when nobody is known, `.forbidden` when the one who is may not.
    static func check(_ principal: Principal?, for access: Route.Access) throws(APIError) {
        guard case .role(let role, let scope) = access else { return }
        guard let principal else { throw APIError(.unauthorized, "This needs a token or a key.") }
        guard principal.role >= role else { throw APIError(.forbidden, "This needs the role \(role.rawValue).") }
        guard principal.has(scope) else {
            throw APIError(.forbidden, "This credential may not be used here: the scope \(scope.rawValue) is missing.")
        }
    }

    /// A page of somebody else may make a browser send our cookie, but not say that it comes from us.
    ///
    /// - Throws: `APIError` with `.forbidden`.
    static func checkOrigin(of request: Request) throws(APIError) {
        guard request.method != .get, request.method != .head else { return }
        let host = request.head.authority ?? ""
        // Whichever scheme: a proxy in front may have ended TLS.
        let own = ["https://", "http://"].map { $0 + host }
        guard !host.isEmpty, let origin = request.headers[.origin], own.contains(origin) else {
            throw APIError(.forbidden, "A log-in by cookie works only from the station's own pages.")
        }
    }
}

extension Route {
    /// Monitoring needs no credential, and what it happens to send is not looked at.
    ///
    /// Whoever logs in shows a password, and other services prove themselves in their own ways.
    var readsCredentials: Bool {
        !(access == .anyone && limit == .operations && group != Route.pages) && ![.logIn, .webhook].contains(limit)
    }

    /// The group of the console's pages, which greet those who are logged in.
    package static let pages = "Pages"
}
