package import Domain

/// How far a film is.
package enum AvatarProgress: Hashable, Sendable {
    /// It waits for its turn.
    case waiting
    case working
    case done(AvatarFilm)
    case failed(AvatarFailure)
}

/// A film that is made, and lies at the service.
///
/// Its addresses are signed and expire: fetch it at once, and keep the file instead of them. Whoever has them needs no
/// key, so they are not to be logged.
package struct AvatarFilm: Hashable, Sendable {
    package let address: String
    /// `nil` where the service does not say.
    package let seconds: ExactDecimal?
    /// Of subtitles.
    package let captions: String?
    /// Of a picture.
    package let thumbnail: String?

    package init(address: String, seconds: ExactDecimal?, captions: String? = nil, thumbnail: String? = nil) {
        self.address = address
        self.seconds = seconds
        self.captions = captions
        self.thumbnail = thumbnail
    }
}

extension AvatarFilm: CustomStringConvertible {
    /// Safe to log: without the addresses.
    package var description: String { "a film of \(seconds.map { "\($0)" } ?? "unknown") seconds" }
}

/// Why a film was not made.
package struct AvatarFailure: Hashable, Sendable {
    package enum Kind: String, Codable, Hashable, Sendable {
        /// The service's rules forbid the content.
        case refused
        case outOfCredit = "out_of_credit"
        /// Anything else.
        case failed
    }

    package let kind: Kind
    /// The service's name for it: lower-case letters, digits and underscores; empty where it has none.
    package let code: String
    /// The service's words, in one line of at most 200 characters, without addresses.
    package let message: String

    package init(_ kind: Kind, code: String, message: String) {
        self.kind = kind
        self.code = code
        self.message = message
    }
}
