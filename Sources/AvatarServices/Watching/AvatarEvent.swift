package import Bus

/// What a webhook tells of a film, from a body whose signature held.
package struct AvatarEvent: Hashable, Sendable {
    package enum News: Hashable, Sendable {
        /// It is made; the address is missing where the service leaves it to be asked for.
        case made(address: String?)
        case failed(AvatarFailure)
        /// Something else, such as of another kind of film.
        case other
    }

    /// What tells a repetition from a new event; of the body alone, because nothing else is signed.
    package let id: String
    /// As the service calls it, shortened.
    package let type: String
    /// The service's id of the film.
    package let film: String?
    /// Our id of the order, where it went along.
    package let order: UUIDv7?
    package let news: News
}
