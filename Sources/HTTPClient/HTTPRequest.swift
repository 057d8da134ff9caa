/// One request to make.
package struct HTTPRequest: Hashable, Sendable {
    /// Who chose the URL, and with that which addresses it may reach.
    package enum Trust: Hashable, Sendable {
        /// The operator did: the host has to be on the list of allowed hosts, and may be a private address.
        case configured
        /// Somebody outside did: any host, but only public addresses, checked on the resolved address.
        case userGiven
    }

    package var method: HTTPMethod
    /// An absolute `http` or `https` URL.
    ///
    /// Credentials do not belong in it; they are refused.
    package var url: String
    package var headers: HTTPHeaders
    package var body: [UInt8]
    /// Limits for this request; without them those of the configuration hold.
    package var limits: HTTPLimits?
    package var trust: Trust
    /// How many redirects are followed.
    ///
    /// At 0 the redirect itself is the answer.
    package var redirectsMax: Int

    package init(
        _ method: HTTPMethod = .get,
        _ url: String,
        headers: HTTPHeaders = [:],
        body: [UInt8] = [],
        limits: HTTPLimits? = nil,
        trust: Trust = .configured,
        redirectsMax: Int = 0
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.limits = limits
        self.trust = trust
        self.redirectsMax = redirectsMax
    }
}
