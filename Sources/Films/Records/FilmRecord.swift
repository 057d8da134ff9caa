package import Bus
package import RenderWire
package import Store

/// A film that was ordered, as it is kept; what is to be in it is asked for apart.
package struct FilmRecord: Hashable, Sendable {
    package let id: UUIDv7
    /// Whose it is; `nil` for one that an operator has ordered on the machine itself.
    package let owner: UUIDv7?
    package let title: String
    package let form: FilmScript.Form
    package let sceneCount: Int
    package internal(set) var state: FilmState
    /// Sentences while it is spoken, frames while it is drawn.
    package internal(set) var done: Int
    package internal(set) var total: Int
    /// How often it has failed so far.
    package internal(set) var failures: Int
    /// Why it failed, the last time; one sentence.
    package internal(set) var reason: String?
    package internal(set) var result: RenderedFilm?
    /// Of all its files.
    package internal(set) var sizeBytes: Int64
    /// What it costs its owner; a film that is drawn on this machine costs nothing.
    package let credits: Int64
    package let createdAt: Timestamp
    package internal(set) var startedAt: Timestamp?
    package internal(set) var endedAt: Timestamp?
}

/// Some films, the newest first.
package struct FilmPage: Hashable, Sendable {
    package let films: [FilmRecord]
    /// The last one's id when there are more.
    package let next: UUIDv7?
}

/// The right to write about a film: one attempt's, until a later one begins.
package struct FilmTurn: Hashable, Sendable {
    package let film: UUIDv7
    /// Grows with each attempt.
    package let epoch: Int64

    package init(film: UUIDv7, epoch: Int64) {
        self.film = film
        self.epoch = epoch
    }
}

/// Why something about films was not done.
package enum FilmError: Error, Sendable, CustomStringConvertible {
    case notFound
    /// The same key was used for another script.
    case keyUsed
    /// So many wait already.
    case tooMany(Int)
    case badInput(field: String, problem: String)
    case store(StoreError)

    package var description: String {
        switch self {
        case .notFound: "there is no such film"
        case .keyUsed: "the key was used for another film"
        case .tooMany(let count): "\(count) films of yours are waiting or being made; let one end first"
        case .badInput(let field, let problem): "\(field) \(problem)"
        case .store(let error): "\(error)"
        }
    }
}
