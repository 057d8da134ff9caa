import Bus
import Domain
import Films
import FoundationEssentials
import RenderWire
import Store
import TestKit

@testable import API

/// Films of a database and a folder of their own, without anybody who makes them.
struct FilmRoutesSample {
    let folder: TemporaryFolder
    let films: FilmRepository
    let shelf: FilmShelf
    /// Whom the test listener knows.
    static let person = UUIDv7(high: 7, low: 8)
    static let stranger = UUIDv7(high: 9, low: 8)

    init() async throws {
        folder = try TemporaryFolder()
        var config = SQLiteConfig(path: folder.path("store.db"))
        // A crash of the machine is not what is tested here.
        config.synchronous = .normal
        let store = try await SQLiteStore.open(config, bus: try EventBus(types: EventCatalogue.all))
        films = FilmRepository(store: store, now: { .now })
        shelf = FilmShelf(folder: folder.path("films"))
    }

    var doors: FilmRoutes.Doors {
        FilmRoutes.Doors(
            add: { script, owner, key async throws(FilmError) in
                let order = FilmRepository.Order(owner: owner, key: key, credits: 0)
                return try await films.add(script, order, openMax: 3) { _, _ in }
            },
            look: { id async throws(FilmError) in try await films.film(id) },
            page: { owner, state, before, limit async throws(FilmError) in
                try await films.page(of: owner, in: state, before: before, limit: limit)
            },
            cancel: { id async throws(FilmError) in try await films.cancel(id) },
            file: { name, film async throws(StudioFailure) in try await shelf.file(name, of: film) },
            wordsMax: { 100 }
        )
    }

    func order(of owner: UUIDv7 = person, title: String = "A quiet day") async throws -> UUIDv7 {
        let scene = FilmScript.Scene(host: "nova", text: "Bitcoin stands still.")
        let script = FilmScript(title: title, form: .hd720, theme: nil, scenes: [scene], teaser: nil)
        let order = FilmRepository.Order(owner: owner, key: nil, credits: 0)
        return try await films.add(script, order, openMax: 100) { _, _ in }.film.id
    }

    /// One that is there, with a film of a hundred bytes.
    func done(of owner: UUIDv7 = person, title: String = "A quiet day") async throws -> UUIDv7 {
        let id = try await order(of: owner, title: title)
        let turn = FilmTurn(film: id, epoch: 1)
        let path = shelf.path(of: id)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for name in ["film.mp4", "poster.png", "captions.vtt", "sheet.png", "film.json", "secret.mp4"] {
            try Data((0..<100).map { UInt8($0) }).write(to: URL(filePath: "\(path)/\(name)"))
        }
        let film = RenderedFilm(
            form: .hd720,
            frames: 50,
            film: "film.mp4",
            poster: "poster.png",
            captions: "captions.vtt",
            sheet: "sheet.png",
            chapters: [RenderedFilm.Chapter(title: ConsoleSample.hostile, milliseconds: 65_000)],
            drawnScenes: 1,
            scenes: 1
        )
        _ = try await films.begin(turn)
        _ = try await films.draw(turn, frames: 50)
        _ = try await films.finish(turn, film, sizeBytes: 500)
        return id
    }

    func table(_ console: Console? = nil) throws -> RouteTable {
        try RouteTable(try FilmRoutes(doors).all() + (console?.all() ?? []))
    }
}
