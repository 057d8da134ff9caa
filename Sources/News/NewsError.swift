package import HTTPClient

/// Why a feed could not be fetched or read.
package struct NewsError: Error, Hashable, Sendable {
    package let code: Code
    /// What happened in words; may hold text of the other side, so it is for `debugDescription` only.
    package let detail: String
    /// How long the site wants to be left alone, where it says so; at most `RetryAfter.longest`.
    package let retryAfter: Duration?

    package init(_ code: Code, _ detail: String = "", retryAfter: Duration? = nil) {
        self.code = code
        self.detail = detail
        self.retryAfter = retryAfter
    }

    /// What went wrong.
    ///
    /// Open: later versions may add codes.
    package struct Code: RawRepresentable, Codable, Hashable, Sendable {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }

        // MARK: Of the site

        /// No connection, or it broke before anything useful came.
        package static let unreachable = Code(rawValue: "unreachable")
        package static let timedOut = Code(rawValue: "timed_out")
        /// The site does not serve us: 401, 403, 451.
        package static let forbidden = Code(rawValue: "forbidden")
        /// There is no feed at the address: 404, 410.
        package static let gone = Code(rawValue: "gone")
        /// It asks us to slow down: 429.
        package static let rateLimited = Code(rawValue: "rate_limited")
        /// It says that it is in trouble: 5xx.
        package static let unavailable = Code(rawValue: "unavailable")
        /// Any other status that brings no feed.
        package static let rejected = Code(rawValue: "rejected")
        /// A redirect too many, or one that leads where it must not.
        package static let redirectRefused = Code(rawValue: "redirect_refused")
        /// Our own settings forbid asking it.
        package static let notAllowed = Code(rawValue: "not_allowed")
        package static let cancelled = Code(rawValue: "cancelled")

        // MARK: Of what it sent

        package static let tooLarge = Code(rawValue: "too_large")
        /// Its content type is that of something else, such as an image.
        package static let wrongType = Code(rawValue: "wrong_type")
        /// A page for people, with whatever status.
        package static let webPage = Code(rawValue: "web_page")
        package static let empty = Code(rawValue: "empty")
        package static let notXML = Code(rawValue: "not_xml")
        /// XML, but of another kind.
        package static let notFeed = Code(rawValue: "not_feed")
        /// It is a feed, but broken before its first item was complete.
        package static let malformed = Code(rawValue: "malformed")
        /// It brings declarations of its own, such as entities.
        package static let doctypeRefused = Code(rawValue: "doctype_refused")
        /// It says that it is in a charset that is not read here.
        package static let charsetUnknown = Code(rawValue: "charset_unknown")
        /// A field of an entry is not as it has to be.
        package static let badField = Code(rawValue: "bad_field")
        /// The system refused memory.
        package static let internalFailure = Code(rawValue: "internal_failure")
    }

    /// Whether the same question may be answered later.
    package enum Disposition: Hashable, Sendable {
        case retry
        case fail
    }

    package var disposition: Disposition {
        switch code {
        case .notAllowed, .badField, .cancelled: .fail
        default: .retry
        }
    }
}

extension NewsError: CustomStringConvertible, CustomDebugStringConvertible {
    /// Safe to log and to show: the code in words.
    package var description: String { code.rawValue.split(separator: "_").joined(separator: " ") }
    package var debugDescription: String { detail.isEmpty ? description : "\(description): \(detail)" }
}

extension NewsError {
    /// Translates what the network says, once and here.
    package init(_ error: HTTPClientError) {
        let code: Code =
            switch error.code {
            case .connectTimeout, .firstByteTimeout, .idleTimeout, .totalTimeout: .timedOut
            case .hostRefused, .addressRefused, .invalidRequest: .notAllowed
            case .bodyTooLarge, .headersTooLarge: .tooLarge
            case .redirectRefused: .redirectRefused
            case .malformedResponse: .rejected
            case .cancelled, .closed: .cancelled
            case .internalFailure: .internalFailure
            default: .unreachable
            }
        self.init(code, error.debugDescription)
    }
}
