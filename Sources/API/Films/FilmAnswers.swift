import Bus
import Domain
import Films
import RenderWire

extension FilmState: SchemaChoice {}
extension FilmScript.Form: SchemaChoice {}
extension FilmScript.Style: SchemaChoice {}
extension FilmScript.Mood: SchemaChoice {}

/// A film as its owner sees it.
struct FilmAnswer: Codable, Hashable, Sendable {
    struct Progress: Codable, Hashable, Sendable {
        /// Sentences while it is spoken, frames while it is drawn.
        let done: Int
        let total: Int
    }

    /// A file that can be fetched.
    struct File: Codable, Hashable, Sendable {
        let name: String
        /// `film`, `teaser`, `poster`, `captions`, `sheet` or `description`.
        let kind: String
        let path: String
    }

    struct Chapter: Codable, Hashable, Sendable {
        let title: String
        let milliseconds: Int
    }

    let id: UUIDv7
    /// Whose it is; `nil` for one that an operator has ordered on the machine itself.
    let owner: UUIDv7?
    let title: String
    let form: FilmScript.Form
    let scenes: Int
    let state: FilmState
    let progress: Progress
    /// Why it failed, or failed the last time.
    let reason: String?
    /// What it costs; nothing while it is made on this machine.
    let credits: Int64
    let createdAt: Timestamp
    let startedAt: Timestamp?
    let endedAt: Timestamp?
    /// How long it is, once it is there.
    let seconds: Double?
    let sizeBytes: Int64
    let files: [File]
    let chapters: [Chapter]

    enum CodingKeys: String, CodingKey {
        case id, owner, title, form, scenes, state, progress, reason, credits, seconds, files, chapters
        case createdAt = "created_at"
        case startedAt = "started_at"
        case endedAt = "ended_at"
        case sizeBytes = "size_bytes"
    }

    init(_ film: FilmRecord) {
        id = film.id
        owner = film.owner
        title = film.title
        form = film.form
        scenes = film.sceneCount
        state = film.state
        progress = Progress(done: film.done, total: film.total)
        reason = film.reason
        credits = film.credits
        createdAt = film.createdAt
        startedAt = film.startedAt
        endedAt = film.endedAt
        seconds = film.result?.seconds
        sizeBytes = film.sizeBytes
        files = (film.result?.kinds ?? []).map { kind, name in
            File(name: name, kind: kind, path: FilmRoutes.filePath(name, of: film.id).text)
        }
        chapters = (film.result?.chapters ?? []).map { Chapter(title: $0.title, milliseconds: $0.milliseconds) }
    }
}

struct FilmList: Codable, Hashable, Sendable {
    let renders: [FilmAnswer]
    /// For `before`, when there are more.
    let next: UUIDv7?
}

extension RenderedFilm {
    /// Its files, and what each of them is.
    var kinds: [(kind: String, name: String)] {
        [("film", film)] + (teaser.map { [("teaser", $0)] } ?? [])
            + [("poster", poster), ("captions", captions), ("sheet", sheet), ("description", RenderedFilm.file)]
    }
}
