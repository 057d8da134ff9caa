import ArgumentParser
import JSON
import Testing

@testable import CLI

/// Films on a terminal.
@Suite struct FilmPageTests {
    private let terminal = Terminal(hasColour: false, width: 100, height: 40)

    private func film(_ state: String, done: Int = 0, total: Int = 0, reason: String? = nil, title: String = "A day")
        throws -> FilmShown
    {
        let value: JSONValue = [
            "id": "01a21d25-edf3-72f5-91e5-6619cd6ea4b3", "title": .string(title), "form": "720p25", "scenes": 2,
            "state": .string(state), "done": .int(Int64(done)), "total": .int(Int64(total)), "failures": 0,
            "reason": reason.map { .string($0) } ?? .null, "credits": 0, "sizeBytes": 2048, "seconds": 61.0,
            "createdAt": "2026-11-27T13:15:54Z", "endedAt": .null, "files": ["film.mp4"],
            "chapters": [["title": "Begin", "milliseconds": 65_000]],
        ]
        return try Session.decode(FilmShown.self, from: value, of: "render.show")
    }

    @Test func `how far a film is stands in one line`() throws {
        let half = try film("drawing", done: 30, total: 60)
        #expect(
            FilmLines.progress(half, terminal)
                == "drawing [###############...............] 50 %  30 of 60 frames"
        )
        let spoken = try film("speaking", done: 1, total: 4)
        #expect(FilmLines.progress(spoken, terminal).hasSuffix("25 %  1 of 4 sentences"))
        let waiting = try film("waiting", reason: "unavailable: no\u{1B}[2J voice")
        #expect(FilmLines.progress(waiting, terminal) == "waiting: unavailable: no[2J voice")
        let narrow = Terminal(hasColour: false, width: 20, height: 40)
        #expect(FilmLines.progress(half, narrow).count == 20)
    }

    @Test func `a film's sheet has its length, chapters and files`() throws {
        let lines = FilmLines.one(try film("done", done: 50, total: 50, title: "A\nday"), terminal)
        #expect(
            lines.first == "A day" && lines.contains("chapter   01:05  Begin") && lines.last == "file      film.mp4"
        )
        #expect(lines.contains("length    1m 01s, 2.0 KiB") && lines.contains("state     done"))
    }

    @Test func `a list of none says so, and one that goes on says how`() throws {
        #expect(FilmLines.list(FilmsShown(renders: [], next: nil), terminal) == ["no films"])
        let lines = FilmLines.list(FilmsShown(renders: [try film("failed")], next: "abc"), terminal)
        #expect(lines.count == 3 && lines.last == "older ones: --before abc")
    }

    @Test func `files are fetched under names that lead nowhere else`() {
        #expect(FilmFetch.isName("film.mp4"))
        for name in [
            "", ".", "../film.mp4", "/etc/passwd", ".hidden", "a/b", "a\u{0}b", String(repeating: "a", count: 101),
        ] {
            #expect(!FilmFetch.isName(name))
        }
    }

    @Test func `the commands take what they should`() throws {
        let add = try #require(try CryptoCallCtl.parseAsRoot(["render", "add", "-", "--watch"]) as? RenderCommand.Add)
        #expect(add.script == "-" && add.watch)
        let get = try #require(
            try CryptoCallCtl.parseAsRoot(["render", "get", "id", "--folder", "x", "--only", "film.mp4"])
                as? RenderGetCommand
        )
        #expect(get.folder == "x" && get.only == "film.mp4")
        #expect(throws: (any Error).self) { try CryptoCallCtl.parseAsRoot(["render", "list", "--limit", "201"]) }
    }
}
