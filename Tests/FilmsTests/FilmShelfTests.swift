import Bus
import FoundationEssentials
import Glibc
import RenderWire
import TestKit
import Testing

@testable import Films

/// What lies on the disk, and what of it goes.
@Suite struct FilmShelfTests {
    @Test func `what no film owns is swept away, and nothing that is not ours`() async throws {
        let folder = try TemporaryFolder()
        let shelf = FilmShelf(folder: folder.path("films"))
        var ids = UUIDv7Generator(seed: 7)
        let (known, open, gone) = (ids.next(at: .now), ids.next(at: .now), ids.next(at: .now))
        let names = [
            "\(known)", "\(gone)", "\(known).12.part", "\(open).13.part", "work/\(known)", "work/\(open)", "notes.txt",
        ]
        for name in names {
            try FileManager.default.createDirectory(
                atPath: folder.path("films/\(name)"),
                withIntermediateDirectories: true
            )
        }
        #expect(try await shelf.ids() == [known, open, gone])
        let removed = try await shelf.sweep(isOpen: { $0 == open }, isKnown: { $0 == known || $0 == open })
        #expect(removed == 3)
        let left = names.filter { access(folder.path("films/\($0)"), F_OK) == 0 }
        #expect(left == ["\(known)", "\(open).13.part", "work/\(open)", "notes.txt"])
        try await shelf.remove(open)
        #expect(access(folder.path("films/work/\(open)"), F_OK) != 0)
    }

    @Test func `a link in a film's place leads nobody astray`() async throws {
        let folder = try TemporaryFolder()
        let shelf = FilmShelf(folder: folder.path("films"))
        var ids = UUIDv7Generator(seed: 8)
        let id = ids.next(at: .now)
        try FileManager.default.createDirectory(atPath: folder.path("films"), withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: folder.path("mine"), withIntermediateDirectories: true)
        try Data("x".utf8).write(to: URL(filePath: folder.path("mine/file")))
        symlink(folder.path("mine"), shelf.path(of: id))
        try await shelf.remove(id)
        #expect(access(folder.path("mine/file"), F_OK) == 0)
    }

    @Test func `what does not fit is the oldest`() {
        func film(_ number: UInt64, _ size: Int64) -> FilmRepository.Ended {
            FilmRepository.Ended(id: UUIDv7(high: number, low: 0), sizeBytes: size)
        }
        let films = [film(4, 50), film(3, 40), film(2, 0), film(1, 30)]
        func removed(_ count: Int, _ size: Int64) -> [UInt64] {
            FilmRepository.removable(films, keeping: count, sizeBytesMax: size).map(\.high)
        }
        #expect(removed(10, 1000) == [])
        #expect(removed(3, 1000) == [1])
        #expect(removed(10, 100) == [1])
        #expect(removed(10, 10) == [3, 2, 1])
        #expect(removed(0, 0) == [3, 2, 1])
    }

    @Test func `a renderer's lines are put together from whatever pieces they come in`() {
        let text = [RenderReport.progress(done: 1, total: 2), .progress(done: 2, total: 2), .done(FakeRenderer.film)]
            .map { FakeRenderer.line($0) + "\n" }.joined()
        var (lines, reports) = (RenderLines(), [RenderReport]())
        for byte in text.utf8 { reports += lines.take([byte]) }
        #expect(reports.count == 3 && reports.last == .done(FakeRenderer.film) && lines.garbageCount == 0)
    }

    @Test func `getting on is more frames, not more words`() {
        let start = ContinuousClock.now
        var watch = StallWatch(limit: .seconds(60), at: start)
        let moved = watch.note(done: 1, of: 9, at: start + .seconds(5))
        let repeated = watch.note(done: 1, of: 9, at: start + .seconds(50))
        #expect(moved && !repeated)
        #expect(watch.deadline == start + .seconds(65))
        // The last steps tell no frames.
        let ended = watch.note(done: 9, of: 9, at: start + .seconds(60))
        #expect(ended)
        #expect(watch.deadline == start + .seconds(660))
    }

    @Test func `each state is entered from those before it, and ends are final`() {
        for state in FilmState.allCases {
            #expect(state.sources.allSatisfy { !$0.isFinal })
            #expect(state.isFinal == !FilmState.open.contains(state))
        }
        #expect(FilmState.done.sources == [.drawing] && FilmState.drawing.sources == [.speaking])
        #expect(FilmVerdict(failures: 1, of: 3, isPermanent: false) == .again)
        #expect(FilmVerdict(failures: 3, of: 3, isPermanent: false) == .failed)
        #expect(FilmVerdict(failures: 1, of: 3, isPermanent: true) == .failed)
    }
}
