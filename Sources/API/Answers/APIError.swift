import HTTPTypes

/// A request that is not answered as it was asked.
package struct APIError: Error, Hashable, Sendable {
    /// What programs may rely on.
    package enum Code: String, Hashable, Sendable, CaseIterable {
        /// The request itself is broken: not JSON, a bad header.
        case badRequest = "bad_request"
        /// Fields are missing, unknown or out of their bounds; the faults name them all.
        case invalidInput = "invalid_input"
        /// No credential, or none that is known.
        case unauthorized
        /// Known, but not allowed.
        case forbidden
        case notFound = "not_found"
        case methodNotAllowed = "method_not_allowed"
        /// What is asked for contradicts what is there already.
        case conflict
        case tooLarge = "too_large"
        case unsupportedMediaType = "unsupported_media_type"
        case tooManyRequests = "too_many_requests"
        /// This is no place for plain HTTP.
        case upgradeRequired = "upgrade_required"
        /// More text than a message may have.
        case messageTooLong = "message_too_long"
        /// There are fewer credits than it may cost.
        case insufficientCredits = "insufficient_credits"
        /// The account has spent too much in a short time; an operator has to look at it first.
        case spendingPaused = "spending_paused"
        /// It may cost more than any single call may.
        case priceCapExceeded = "price_cap_exceeded"
        /// It takes a higher tier.
        case tierRequired = "tier_required"
        /// No language model has answered.
        case allProvidersFailed = "all_providers_failed"
        /// A vote or a proposal that cannot be taken as it is; the details name the field.
        case invalidBallot = "invalid_ballot"
        /// What was signed is not this, was not signed by that wallet, or has run out.
        case badSignature = "bad_signature"
        /// The wallet had nothing at the snapshot.
        case noWeight = "no_weight"
        /// Who proposes holds too little of the token.
        case insufficientTokens = "insufficient_tokens"
        /// No vote is taken any more.
        case votingClosed = "voting_closed"
        /// Something that is needed is away; the message says what.
        case unavailable
        case internalError = "internal_error"

        var status: HTTPResponse.Status {
            switch self {
            case .badRequest: .badRequest
            case .invalidInput: .unprocessableContent
            case .unauthorized: .unauthorized
            case .forbidden: .forbidden
            case .notFound: .notFound
            case .methodNotAllowed: .methodNotAllowed
            case .conflict: .conflict
            case .tooLarge: .contentTooLarge
            case .unsupportedMediaType: .unsupportedMediaType
            case .tooManyRequests: .tooManyRequests
            case .upgradeRequired: .upgradeRequired
            case .messageTooLong, .priceCapExceeded: .badRequest
            case .insufficientCredits: .init(code: 402, reasonPhrase: "Payment Required")
            case .spendingPaused, .tierRequired, .noWeight, .insufficientTokens: .forbidden
            case .invalidBallot, .badSignature: .badRequest
            case .votingClosed: .gone
            case .allProvidersFailed: .serviceUnavailable
            case .unavailable: .serviceUnavailable
            case .internalError: .internalServerError
            }
        }
    }

    package let code: Code
    /// For people; says nothing of the inside.
    package let message: String
    package var faults: [InputFault] = []
    /// What the limit is and when to come again, for `.tooManyRequests`.
    package var refusal: LimitRefusal?
    /// The methods that the path does have, for `.methodNotAllowed`.
    package var allowed: [String] = []
    /// When the same may be tried again, where that is known.
    package var retryAfterSeconds: Int?
    /// What there is and what it takes, for `.insufficientCredits`.
    package var credits: CreditShortage?

    package struct CreditShortage: Hashable, Sendable {
        package let balance: Int64
        package let required: Int64

        package init(balance: Int64, required: Int64) {
            self.balance = balance
            self.required = required
        }
    }

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Too many requests in a time, or too many at once.
    package init(_ refusal: LimitRefusal) {
        code = .tooManyRequests
        message = "That was too much for now; come again in \(refusal.retryAfter) s."
        self.refusal = refusal
    }

    /// Everything that is wrong with an input.
    package init(faults: [InputFault]) {
        code = .invalidInput
        message =
            faults.count == 1 ? "A field is not as it should be." : "\(faults.count) fields are not as they should be."
        self.faults = faults
    }
}

/// One field of an input that is not as it should be.
package struct InputFault: Codable, Hashable, Sendable {
    /// Where it is, such as `name` or `items[2].price`.
    package let field: String
    /// What is wrong with it, such as `is missing`.
    package let message: String

    package init(field: String, message: String) {
        self.field = field
        self.message = message
    }
}

/// The one body of every answer that is an error.
struct ErrorAnswer: Codable, Hashable, Sendable {
    let error: String
    let message: String
    let details: [InputFault]?
    /// What the limit allows; with the status 429 only.
    let limit: Int?
    /// Seconds after which it is worth asking again, where that is known.
    let retryAfter: Int?
    /// The credits that there are, with the status 402 only.
    let balance: Int64?
    /// The credits that it may take.
    let required: Int64?
    let requestID: String

    enum CodingKeys: String, CodingKey {
        case error, message, details, limit, balance, required
        case retryAfter = "retry_after"
        case requestID = "request_id"
    }

    init(_ error: APIError, requestID: String) {
        self.error = error.code.rawValue
        message = error.message
        details = error.faults.isEmpty ? nil : error.faults
        limit = error.refusal?.limit
        retryAfter = error.refusal?.retryAfter ?? error.retryAfterSeconds
        balance = error.credits?.balance
        required = error.credits?.required
        self.requestID = requestID
    }
}
