import Bus
import Domain
import RenderWire
import Store
import TestKit
import Testing

@testable import Films

/// What the films' records have to do on every engine, as checks that an engine's own tests run one by one.
struct FilmContract: Sendable {
    typealias Open = @Sendable (_ bus: EventBus, _ now: @escaping @Sendable () -> Timestamp) async throws -> any Storage

    private let openEngine: Open

    /// - Parameter open: how to open the engine. Each check needs a database of its own.
    init(open: @escaping Open) { openEngine = open }

    struct Bench: Sendable {
        let store: any Storage
        let time: ManualTime
        let films: FilmRepository
        let ann = UUIDv7(high: 1 << 16 | 0x7000, low: 1 << 63)
        let bob = UUIDv7(high: 2 << 16 | 0x7000, low: 1 << 63)

        func add(_ owner: UUIDv7? = nil, key: String? = nil, _ title: String = "A day", openMax: Int = 100) async throws
            -> FilmRepository.Added
        {
            let order = FilmRepository.Order(owner: owner, key: key, credits: 0)
            return try await films.add(Sample.script(title: title), order, openMax: openMax) { _, _ in }
        }

        /// One that is there.
        func done(_ owner: UUIDv7? = nil, sizeBytes: Int64 = 100) async throws -> UUIDv7 {
            let turn = FilmTurn(film: try await add(owner).film.id, epoch: 1)
            _ = try await films.begin(turn)
            _ = try await films.draw(turn, frames: 50)
            _ = try await films.finish(turn, FakeRenderer.film, sizeBytes: sizeBytes)
            return turn.film
        }

        /// The topics of what was told, in order.
        func told() async throws -> [String] {
            try await store.read(.all, from: 0).events.map { "\($0.header.topic)" }
        }
    }

    struct Check: Sendable, CustomTestStringConvertible {
        let name: String
        let run: @Sendable (Bench) async throws -> Void
        var testDescription: String { name }
    }

    func run(_ check: Check) async throws {
        let time = ManualTime()
        let bus = try EventBus(types: EventCatalogue.all, now: { time.now })
        let store = try await openEngine(bus, { time.now })
        try await check.run(Bench(store: store, time: time, films: FilmRepository(store: store, now: { time.now })))
        await store.close()
    }

    static let checks: [Check] = [
        Check(name: "an order is kept as it came, and told") { bench in
            let added = try await bench.add(bench.ann, "What\u{2019}s \"up\" \u{1F680}")
            let film = try #require(try await bench.films.film(added.film.id))
            #expect(film == added.film && film.state == .waiting && film.owner == bench.ann && film.credits == 0)
            #expect(film.title == "What\u{2019}s \"up\" \u{1F680}" && film.createdAt == bench.time.now)
            let script = try await bench.films.script(of: film.id)
            #expect(script == Sample.script(title: film.title))
            #expect(try await bench.told() == ["render.film.queued"])
            let missing = UUIDv7(high: 9, low: 9)
            #expect(try await bench.films.film(missing) == nil)
            await #expect(throws: FilmError.self) { try await bench.films.script(of: missing) }
        },
        Check(name: "the same key of the same owner is the same film, for another script it is refused") { bench in
            let first = try await bench.add(bench.ann, key: "k")
            let again = try await bench.add(bench.ann, key: "k")
            #expect(first.isNew && !again.isNew && first.film.id == again.film.id)
            let other = try await bench.add(bench.bob, key: "k")
            #expect(other.isNew)
            do throws(any Error) {
                _ = try await bench.add(bench.ann, key: "k", "Another")
                Issue.record("a key was taken twice")
            } catch FilmError.keyUsed {}
            #expect(try await bench.told().count == 2)
        },
        Check(name: "nobody has more unfinished films than they may") { bench in
            let first = try await bench.add(bench.ann, openMax: 2)
            _ = try await bench.add(bench.ann, openMax: 2)
            await #expect(throws: FilmError.self) { try await bench.add(bench.ann, openMax: 2) }
            _ = try await bench.add(bench.bob, openMax: 2)
            _ = try await bench.add(nil, openMax: 1)
            await #expect(throws: FilmError.self) { try await bench.add(nil, openMax: 1) }
            _ = try await bench.films.cancel(first.film.id)
            _ = try await bench.add(bench.ann, openMax: 2)
        },
        Check(name: "a film is spoken, drawn and done, and each is told once") { bench in
            let id = try await bench.add().film.id
            let turn = FilmTurn(film: id, epoch: 3)
            #expect(try await bench.films.begin(turn)?.state == .speaking)
            #expect(try await bench.films.note(turn, in: .speaking, done: 1, of: 2))
            #expect(try await bench.films.note(turn, in: .drawing, done: 9, of: 9))
            #expect(try await bench.films.film(id)?.total == 2)
            #expect(try await bench.films.draw(turn, frames: 50))
            #expect(try await bench.films.note(turn, in: .drawing, done: 20, of: 50))
            let half = try #require(try await bench.films.film(id))
            #expect(half.state == .drawing && half.done == 20 && half.total == 50 && half.result == nil)
            bench.time.advance(by: .seconds(5))
            let film = try #require(try await bench.films.finish(turn, FakeRenderer.film, sizeBytes: 4096))
            #expect(film.state == .done && film.result == FakeRenderer.film && film.sizeBytes == 4096)
            #expect(film.endedAt == bench.time.now && film.done == 50)
            #expect(try await bench.films.finish(turn, FakeRenderer.film, sizeBytes: 1) == nil)
            #expect(try await bench.films.begin(FilmTurn(film: id, epoch: 9)) == nil)
            #expect(try await bench.films.cancel(id) == nil)
            #expect(try await bench.told() == ["render.film.queued", "render.film.completed"])
        },
        Check(name: "an attempt that was overtaken writes nothing more") { bench in
            let id = try await bench.add().film.id
            let (old, new) = (FilmTurn(film: id, epoch: 1), FilmTurn(film: id, epoch: 2))
            _ = try await bench.films.begin(old)
            _ = try await bench.films.draw(old, frames: 50)
            #expect(try await bench.films.begin(new)?.state == .speaking)
            #expect(try await bench.films.begin(old) == nil)
            #expect(try await bench.films.note(old, in: .speaking, done: 1, of: 2) == false)
            #expect(try await bench.films.draw(old, frames: 50) == false)
            #expect(try await bench.films.fail(old, reason: "x", isPermanent: true, failuresMax: 3) == nil)
            _ = try await bench.films.draw(new, frames: 50)
            #expect(try await bench.films.finish(old, FakeRenderer.film, sizeBytes: 1) == nil)
            #expect(try await bench.films.finish(new, FakeRenderer.film, sizeBytes: 1) != nil)
        },
        Check(name: "failures that may pass are counted, and the last one is final") { bench in
            let id = try await bench.add().film.id
            for attempt in 1...3 {
                let turn = FilmTurn(film: id, epoch: Int64(attempt))
                _ = try await bench.films.begin(turn)
                let verdict = try await bench.films.fail(
                    turn,
                    reason: "no \(attempt)",
                    isPermanent: false,
                    failuresMax: 3
                )
                #expect(verdict == (attempt < 3 ? .again : .failed))
                let film = try #require(try await bench.films.film(id))
                #expect(film.state == (attempt < 3 ? .waiting : .failed) && film.reason == "no \(attempt)")
            }
            #expect(try await bench.told() == ["render.film.queued", "render.film.failed"])
            let other = FilmTurn(film: try await bench.add().film.id, epoch: 1)
            _ = try await bench.films.begin(other)
            #expect(
                try await bench.films.fail(other, reason: "bad", isPermanent: true, failuresMax: 3) == .failed
            )
            #expect(try await bench.films.giveUp(other.film, reason: "late") == false)
        },
        Check(name: "what is cancelled stays so, whoever is at it") { bench in
            let id = try await bench.add(bench.bob).film.id
            let turn = FilmTurn(film: id, epoch: 1)
            _ = try await bench.films.begin(turn)
            #expect(try await bench.films.cancel(id)?.state == .cancelled)
            #expect(try await bench.films.draw(turn, frames: 5) == false)
            #expect(try await bench.films.fail(turn, reason: "x", isPermanent: false, failuresMax: 3) == nil)
            #expect(try await bench.films.begin(FilmTurn(film: id, epoch: 2)) == nil)
            #expect(try await bench.told().last == "render.film.cancelled")
        },
        Check(name: "pages show whose films they are, the newest first") { bench in
            var ids: [UUIDv7] = []
            for index in 0..<5 {
                bench.time.advance(by: .seconds(1))
                ids.append(try await bench.add(index.isMultiple(of: 2) ? bench.ann : bench.bob).film.id)
            }
            let first = try await bench.films.page(limit: 2)
            #expect(first.films.map(\.id) == [ids[4], ids[3]] && first.next == ids[3])
            let rest = try await bench.films.page(before: first.next, limit: 10)
            #expect(rest.films.map(\.id) == [ids[2], ids[1], ids[0]] && rest.next == nil)
            let own = try await bench.films.page(of: bench.bob, limit: 10)
            #expect(own.films.map(\.id) == [ids[3], ids[1]])
            _ = try await bench.films.cancel(ids[1])
            #expect(try await bench.films.page(of: bench.bob, in: .cancelled, limit: 10).films.map(\.id) == [ids[1]])
            #expect(try await bench.films.page(of: bench.bob, in: .waiting, before: ids[3], limit: 10).films.isEmpty)
            #expect(try await bench.films.open() == [ids[0], ids[2], ids[3], ids[4]])
            await #expect(throws: FilmError.self) { try await bench.films.page(limit: 201) }
        },
        Check(name: "the oldest are forgotten first, and none that is being made") { bench in
            var ids: [UUIDv7] = []
            for _ in 0..<4 {
                bench.time.advance(by: .seconds(1))
                ids.append(try await bench.done(sizeBytes: 100))
            }
            let open = try await bench.add().film.id
            #expect(try await bench.films.forget(keeping: 3, sizeBytesMax: 1000) == [ids[0]])
            #expect(try await bench.films.forget(keeping: 3, sizeBytesMax: 150) == [ids[2], ids[1]])
            #expect(try await bench.films.forget(keeping: 3, sizeBytesMax: 10) == [])
            #expect(try await bench.films.film(ids[3]) != nil)
            #expect(try await bench.films.film(open) != nil)
        },
    ]
}

@Suite struct SQLiteFilmTests {
    @Test(arguments: FilmContract.checks)
    func `SQLite keeps the contract of films`(check: FilmContract.Check) async throws {
        let folder = try TemporaryFolder()
        let contract = FilmContract { bus, now in
            var config = SQLiteConfig(path: folder.path("store.db"))
            // A crash of the machine is not what is tested here.
            config.synchronous = .normal
            return try await SQLiteStore.open(config, bus: bus, now: now)
        }
        try await contract.run(check)
    }
}
