import Bus
import ChildProcesses
package import Domain
import FoundationEssentials
import Glibc
package import Media
package import RenderWire

/// Makes one film: has its scenes said, tells the renderer what to draw, and writes down what came of it.
///
/// Whatever dies in the middle, another attempt goes on with what is there: sentences that were said, the order as it was
/// written, scenes that were drawn, and the film itself once it is whole.
package struct FilmStudio: Sendable {
    /// What came of an attempt.
    package enum Outcome: Hashable, Sendable {
        case done(FilmRecord)
        /// Nobody wants it any more, or somebody else is at it.
        case unwanted
    }

    /// What a studio works with.
    package struct Parts: Sendable {
        package var records: FilmRepository
        package var voices: VoiceChain
        package var figures: FilmFigures
        /// Who a figure is on this station.
        package var hosts: @Sendable (_ figure: String) -> FilmHost
        package var settings: @Sendable () -> FilmSettings
        /// Told of progress; must not block.
        package var tell: @Sendable (RenderProgressed) -> Void

        package init(
            records: FilmRepository,
            voices: VoiceChain,
            figures: FilmFigures,
            hosts: @escaping @Sendable (_ figure: String) -> FilmHost,
            settings: @escaping @Sendable () -> FilmSettings,
            tell: @escaping @Sendable (RenderProgressed) -> Void
        ) {
            self.records = records
            self.voices = voices
            self.figures = figures
            self.hosts = hosts
            self.settings = settings
            self.tell = tell
        }
    }

    private let parts: Parts

    package init(_ parts: Parts) { self.parts = parts }

    /// Makes a film, or goes on with it.
    ///
    /// A cancelled task ends what was started, and returns when that has ended.
    ///
    /// - Parameter turn: the attempt.
    /// - Returns: the film, once it is there whole.
    /// - Throws: `StudioFailure`; `FilmError`; `CancellationError`.
    package func make(_ turn: FilmTurn) async throws -> Outcome {
        guard try await parts.records.begin(turn) != nil else { return .unwanted }
        let (settings, notes) = (parts.settings(), ProgressNotes())
        let shelf = FilmShelf(folder: settings.folder)
        let made = try await withThrowingTaskGroup(of: RenderedFilm?.self) { group in
            // What makes it, and beside it what tells how far it is; the first to end ends the other.
            group.addTask { try await draw(turn, shelf, settings, notes) }
            group.addTask {
                try await notes.forward { await note(turn, $0) }
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        guard let made, let size = try await shelf.sizeBytes(of: turn.film, files: made.files) else {
            guard made != nil else { return .unwanted }
            throw StudioFailure.transient("the renderer has told of a film that is not there")
        }
        guard let film = try await parts.records.finish(turn, made, sizeBytes: size) else { return .unwanted }
        return .done(film)
    }

    /// - Returns: whether anybody still wants to know.
    private func note(_ turn: FilmTurn, _ figures: ProgressNotes.Figures) async -> Bool {
        let (state, done, total) = (figures.state, figures.done, figures.total)
        do throws(FilmError) {
            guard try await parts.records.note(turn, in: state, done: done, of: total) else { return false }
            parts.tell(RenderProgressed(render: turn.film, state: state.rawValue, done: done, total: total))
            return true
        } catch {
            // The next figures come in a second, and the film's end is what must not be lost.
            return true
        }
    }

    private func draw(
        _ turn: FilmTurn,
        _ shelf: FilmShelf,
        _ settings: FilmSettings,
        _ notes: ProgressNotes
    ) async throws -> RenderedFilm? {
        let path = "\(shelf.workPath(of: turn.film))/order.json"
        let kept = try await FilmShelf.off { () throws(StudioFailure) in RenderOrder(keptAt: path) }
        if kept == nil { try await write(turn, shelf, settings, notes, to: path) }
        guard try await parts.records.draw(turn, frames: 0) else { return nil }
        return try await render(path, settings, notes)
    }

    // MARK: Saying

    /// Says all scenes, looks up their figures, and writes down what the renderer is to do.
    private func write(
        _ turn: FilmTurn,
        _ shelf: FilmShelf,
        _ settings: FilmSettings,
        _ notes: ProgressNotes,
        to path: String
    ) async throws {
        let script = try await parts.records.script(of: turn.film)
        try await shelf.makeWorkFolder(of: turn.film)
        // Looked up first, so that nothing is said for a film that cannot be made; what is shown was true then.
        let producedAt = parts.records.now()
        let figures = try await parts.figures.gather(script.scenes)
        let speaker = FilmSpeaker(voices: parts.voices, language: settings.language)
        let said = try await speaker.say(
            script.scenes,
            into: shelf.workPath(of: turn.film),
            hosts: parts.hosts,
            progress: { notes.put(.speaking, $0, of: $1) }
        )
        let order = RenderOrder(
            turn.film,
            script,
            said: said,
            figures: figures,
            at: producedAt,
            hosts: parts.hosts,
            shelf: shelf,
            settings: settings
        )
        guard order.secondsMin <= RenderOrder.secondsMax else {
            throw StudioFailure.permanent(
                "it would take \(order.secondsMin / 60) minutes, and no film is longer than \(RenderOrder.secondsMax / 60)"
            )
        }
        try await FilmShelf.off { () throws(StudioFailure) in
            guard let bytes = try? JSONEncoder().encode(order) else {
                throw .permanent("the order cannot be written down")
            }
            try WholeFile.write(Array(bytes), to: path)
        }
    }

    // MARK: Drawing

    private func render(_ order: String, _ settings: FilmSettings, _ notes: ProgressNotes) async throws -> RenderedFilm
    {
        var environment = ChildLaunch.searchPathAlone
        environment["LANG"] = "C.UTF-8"
        // Where lists of fonts are kept for the next time.
        environment["XDG_CACHE_HOME"] = settings.cache
        let run = try RenderRun(
            ChildLaunch(settings.program, ["film", order], environment: environment),
            stall: settings.stall,
            grace: settings.grace,
            onProgress: { notes.put(.drawing, $0, of: $1) }
        )
        let end = try await run.run()
        try Task.checkCancellation()
        return try end.film(settings)
    }
}

extension RenderedFilm {
    /// The names of all its files.
    package var files: [String] { [film, poster, captions, sheet] + (teaser.map { [$0] } ?? []) + [RenderedFilm.file] }
}

extension RenderOrder {
    private static let sizeBytesMax = 64 << 20

    /// What an attempt before this one has written down, if all that it names is still there; blocks.
    fileprivate init?(keptAt path: String) {
        // One that cannot be read is written anew.
        guard let bytes = WholeFile.read(path, sizeBytesMax: RenderOrder.sizeBytesMax),
            let order = try? JSONDecoder().decode(RenderOrder.self, from: Data(bytes)),
            order.hasItsFiles({ access($0, R_OK) == 0 })
        else { return nil }
        self = order
    }
}
