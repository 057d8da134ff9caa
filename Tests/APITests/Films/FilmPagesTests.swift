import Bus
import Films
import HTTPClient
import Testing

@testable import API

/// Films as people see them, complete without scripts.
@Suite struct FilmPagesTests {
    private func serving(_ body: (FilmRoutesSample, Browser) async throws -> Void) async throws {
        let sample = try await FilmRoutesSample()
        let console = Console(data: try ConsoleSample().data, films: sample.doors)
        try await TestListener.serving(try sample.table(console)) { ask in
            try await body(sample, Browser(ask: ask, cookie: "operator"))
        }
    }

    @Test func `the list shows films and how far they are, as text`() async throws {
        try await serving { sample, browser in
            let id = try await sample.order(title: ConsoleSample.hostile)
            let turn = FilmTurn(film: id, epoch: 1)
            _ = try await sample.films.begin(turn)
            _ = try await sample.films.note(turn, in: .speaking, done: 1, of: 4)
            let page = try await browser.get("/films").text
            #expect(page.contains("1 of 4 sentences") && page.contains("is spoken") && page.contains("/films/\(id)"))
            #expect(!page.contains("<script>alert") && page.contains("&lt;script&gt;"))
            #expect(page.contains("data-every") && page.contains("data-live"))
        }
    }

    @Test func `a film that is there can be watched, with captions, chapters and files`() async throws {
        try await serving { sample, browser in
            let id = try await sample.done()
            let page = try await browser.get("/films/\(id)").text
            #expect(page.contains("<video") && page.contains("poster=\"/renders/\(id)/files/poster.png\""))
            #expect(page.contains("<track kind=\"captions\" src=\"/renders/\(id)/files/captions.vtt\""))
            #expect(page.contains("1:05 &lt;script&gt;") && page.contains("files/film.mp4?download=1"))
            #expect(page.contains("<img src=\"/renders/\(id)/files/sheet.png\" alt="))
            #expect(!page.contains("data-every") && !page.contains("/cancel"))
        }
    }

    @Test func `a film that failed says why, and one that waits can be cancelled`() async throws {
        try await serving { sample, browser in
            let id = try await sample.order()
            let open = try await browser.get("/films/\(id)").text
            #expect(open.contains("/films/\(id)/cancel") && open.contains("waits for its turn"))
            _ = try await sample.films.giveUp(id, reason: "unavailable: cryptocall-render is not installed")
            let failed = try await browser.get("/films/\(id)").text
            #expect(failed.contains("It was not made: unavailable: cryptocall-render is not installed"))
        }
    }

    @Test func `a form makes a scene of each paragraph, and keeps what was typed when it is refused`() async throws {
        try await serving { sample, browser in
            let new = try await browser.get("/films/new").text
            #expect(new.contains("<textarea") && new.contains("name=\"title\""))
            var fields = [
                "title": "A day", "host": "nova", "style": "formal", "mood": "happy", "form": "720p25", "teaser": "yes",
                "text": "One is.\r\n\r\nTwo are.",
            ]
            let answer = try await browser.post("/films", fields)
            #expect(answer.status == 303)
            let film = try #require(try await sample.films.page(limit: 1).films.first)
            let script = try await sample.films.script(of: film.id)
            #expect(script.scenes.map(\.text) == ["One is.", "Two are."] && script.teaser == .usual)
            #expect(script.scenes.allSatisfy { $0.style == .formal && $0.mood == .happy })
            fields["text"] = "One is.\n\n<b>Two</b> are."
            let refused = try await browser.post("/films", fields)
            let page = refused.text
            #expect(refused.status == 422 && page.contains("Paragraph 2: markup") && page.contains("One is."))
        }
    }
}
