/// Why a service for films of speaking avatars gave nothing, or why its film was not taken.
package struct AvatarError: Error, Hashable, Sendable {
    package let code: Code
    /// Our own words: safe to log and to show.
    package let message: String
    /// What of the order is wrong, as its name in `AvatarOrder`.
    package let field: String?
    /// How long the service wants to be left alone, where it says so; at most `RetryAfter.longest`.
    package let retryAfter: Duration?
    /// Whether an order may have been taken all the same.
    ///
    /// Whoever orders once more, there or elsewhere, may then pay twice: first look by `AvatarProvider.find`.
    package let mayHaveBeenTaken: Bool
    /// The service's words, shortened and without addresses; for `debugDescription` only.
    package let detail: String

    package init(
        _ code: Code,
        _ message: String,
        field: String? = nil,
        retryAfter: Duration? = nil,
        mayHaveBeenTaken: Bool = false,
        detail: String = ""
    ) {
        self.code = code
        self.message = message
        self.field = field
        self.retryAfter = retryAfter
        self.mayHaveBeenTaken = mayHaveBeenTaken
        self.detail = detail
    }

    /// What went wrong.
    ///
    /// Open: later versions may add codes.
    package struct Code: RawRepresentable, Codable, Hashable, Sendable {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }

        // MARK: Of us

        /// The order cannot be given; `field` says what of it.
        package static let invalidOrder = Code(rawValue: "invalid_order")
        /// No key, or settings that cannot work, or a host that may not be asked.
        package static let notSetUp = Code(rawValue: "not_set_up")
        /// It failed too often and is left alone for a while; nothing was asked.
        package static let skipped = Code(rawValue: "skipped")
        package static let cancelled = Code(rawValue: "cancelled")
        /// The disk, or the threads for it, refused.
        package static let diskFailed = Code(rawValue: "disk_failed")

        // MARK: Of the service

        /// The key is refused: 401.
        package static let unauthorized = Code(rawValue: "unauthorized")
        /// The key may not do this: 403.
        package static let forbidden = Code(rawValue: "forbidden")
        /// There is no money left: 402, or said in the answer.
        package static let outOfCredit = Code(rawValue: "out_of_credit")
        /// It asks to slow down: 429.
        package static let rateLimited = Code(rawValue: "rate_limited")
        /// Its rules forbid the content: 451, or said in the answer.
        package static let refused = Code(rawValue: "refused")
        /// It does not take the request as it is: 400 and the like.
        package static let rejected = Code(rawValue: "rejected")
        /// It knows no such film: 404, 410.
        package static let notFound = Code(rawValue: "not_found")
        /// The same order is being taken at this moment: 409.
        package static let inProgress = Code(rawValue: "in_progress")
        /// It is in trouble: 5xx.
        package static let unavailable = Code(rawValue: "unavailable")
        /// The answer is no JSON, broken off, or not as it has to be.
        package static let malformed = Code(rawValue: "malformed")
        package static let unreachable = Code(rawValue: "unreachable")
        package static let timedOut = Code(rawValue: "timed_out")
        /// The order may have reached the service; no answer came.
        package static let unknownOutcome = Code(rawValue: "unknown_outcome")

        // MARK: Of a film

        /// Its address is none that may be asked.
        package static let addressRefused = Code(rawValue: "address_refused")
        /// The address is not valid any more: 403, 404, 410.
        package static let linkExpired = Code(rawValue: "link_expired")
        package static let tooLarge = Code(rawValue: "too_large")
        package static let wrongType = Code(rawValue: "wrong_type")
        /// A page for people, with whatever status.
        package static let webPage = Code(rawValue: "web_page")
        package static let empty = Code(rawValue: "empty")
        /// Less came than was announced, or the file ends inside one of its boxes.
        package static let truncated = Code(rawValue: "truncated")
        /// It is no MP4 that can be played.
        package static let notAFilm = Code(rawValue: "not_a_film")
    }

    /// What a caller may do about it.
    package enum Disposition: Hashable, Sendable {
        /// The same may work later.
        case retry
        /// Something has to be changed first.
        case fail
    }

    package var disposition: Disposition {
        switch code {
        case .skipped, .rateLimited, .inProgress, .unavailable, .malformed, .unreachable, .timedOut, .diskFailed,
            .linkExpired, .webPage, .empty, .truncated, .unknownOutcome:
            .retry
        default: .fail
        }
    }
}

extension AvatarError: CustomStringConvertible, CustomDebugStringConvertible {
    /// Safe to log and to show.
    package var description: String { message }
    package var debugDescription: String { detail.isEmpty ? message : "\(message): \(detail)" }
}
