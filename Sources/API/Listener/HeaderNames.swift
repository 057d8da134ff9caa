import HTTPTypes

/// The names of header fields that HTTP's own list lacks.
extension HTTPField.Name {
    static let requestID = made("X-Request-ID")
    static let apiKey = made("X-API-Key")
    static let referrerPolicy = made("Referrer-Policy")
    static let forwarded = made("Forwarded")
    static let forwardedFor = made("X-Forwarded-For")
    static let lastEventID = made("Last-Event-ID")
    /// Tells a proxy whether to collect an answer before it passes it on.
    static let accelBuffering = made("X-Accel-Buffering")
    static let eventID = made("X-Event-ID")
    /// Tells client libraries whether asking again makes sense.
    static let shouldRetry = made("X-Should-Retry")
    static let rateLimitLimit = made("X-RateLimit-Limit")
    static let rateLimitRemaining = made("X-RateLimit-Remaining")
    /// In seconds from now.
    static let rateLimitReset = made("X-RateLimit-Reset")

    /// Made once of a literal that is a token, so it cannot fail.
    private static func made(_ name: String) -> HTTPField.Name {
        guard let made = HTTPField.Name(name) else { preconditionFailure("\(name) is no header's name") }
        return made
    }
}
