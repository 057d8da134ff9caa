import Threading

/// A request that passed every check that needs no network.
struct PreparedRequest: Sendable {
    let method: HTTPMethod
    let url: RequestURL
    let wire: WireBlock
    let limits: HTTPLimits
    let timeLimits: TimeLimits
    let publicAddressesOnly: Bool
    /// When the total limit is over; `nil` without one.
    let totalEnd: ContinuousClock.Instant?

    /// - Throws: `invalidRequest` or `hostRefused`.
    init(
        _ request: HTTPRequest,
        rules: RequestRules,
        now: ContinuousClock.Instant,
        totalEnd: ContinuousClock.Instant? = nil
    ) throws(HTTPClientError) {
        guard let url = RequestURL(request.url) else {
            throw HTTPClientError(.invalidRequest, "not an http or https URL without credentials")
        }
        limits = request.limits ?? rules.limits
        if let problem = request.limits?.problems().first {
            throw HTTPClientError(.invalidRequest, "limit \(problem.key) \(problem.text)")
        }
        guard HeaderText.isToken(request.method.rawValue), request.method.rawValue != "CONNECT" else {
            throw HTTPClientError(.invalidRequest, "method is no token")
        }
        try rules.check(url, trust: request.trust)
        method = request.method
        self.url = url
        try Self.check(request.headers)
        wire = WireBlock(fields: request.headers.fields, omitted: Self.omitted(request), body: request.body)
        timeLimits = request.limits.map { TimeLimits($0) } ?? rules.timeLimits
        publicAddressesOnly = request.trust == .userGiven
        self.totalEnd =
            totalEnd ?? (limits.totalSeconds > 0 ? now.advanced(by: .seconds(limits.totalSeconds)) : nil)
    }

    /// Fields that libcurl would add by itself and must not.
    ///
    /// It asks for permission to send a large body, which costs a second at servers that never answer that; and it
    /// calls every body a web form.
    private static func omitted(_ request: HTTPRequest) -> [String] {
        var names: [String] = []
        if request.body.count > 500_000 { names.append("Expect") }
        if request.headers["content-type"] == nil { names.append("Content-Type") }
        return names
    }

    private static func check(_ headers: HTTPHeaders) throws(HTTPClientError) {
        for field in headers.fields {
            guard HeaderText.isToken(field.name), HeaderText.isValidValue(field.value) else {
                throw HTTPClientError(.invalidRequest, "header \(field.name.debugDescription) would break its line")
            }
            guard !HeaderText.isReserved(field.name) else {
                throw HTTPClientError(.invalidRequest, "header \(field.name) is not the caller's to set")
            }
        }
    }
}

/// What the configuration says about every request.
struct RequestRules: Sendable {
    let limits: HTTPLimits
    let timeLimits: TimeLimits
    private let allowedHosts: [HostPattern]
    private let fetchUserLinks: Bool
    private let hasProxy: Bool

    init(_ config: HTTPClientConfig) {
        limits = config.limits
        timeLimits = TimeLimits(config.limits)
        allowedHosts = config.allowedHosts.compactMap { HostPattern($0) }
        fetchUserLinks = config.fetchUserLinks
        hasProxy = !config.proxy.isEmpty
    }

    /// - Throws: `hostRefused` when a request to this URL must not be made.
    func check(_ url: RequestURL, trust: HTTPRequest.Trust) throws(HTTPClientError) {
        switch trust {
        case .configured:
            guard allowedHosts.contains(where: { $0.matches(host: url.host, port: url.port) }) else {
                throw HTTPClientError(.hostRefused, "\(url.host):\(url.port) is not an allowed host")
            }
        case .userGiven:
            guard fetchUserLinks else { throw HTTPClientError(.hostRefused, "links of users are not fetched") }
            // Through a proxy the address that is reached in the end cannot be checked.
            guard !hasProxy else { throw HTTPClientError(.hostRefused, "links of users never go through a proxy") }
        }
    }
}
