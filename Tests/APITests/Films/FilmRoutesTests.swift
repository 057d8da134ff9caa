import Bus
import Films
import HTTPClient
import JSON
import Testing

@testable import API

/// Films over HTTP.
@Suite struct FilmRoutesTests {
    private static let operating: HTTPHeaders = [
        "Authorization": "Bearer operator/read,write", "Content-Type": "application/json",
    ]
    private static let viewing: HTTPHeaders = ["Authorization": "Bearer viewer/read,write"]
    private static let script = #"{"title": "A day", "scenes": [{"host": "nova", "text": "Up it goes."}]}"#

    private func serving(_ body: (FilmRoutesSample, TestListener.Ask) async throws -> Void) async throws {
        let sample = try await FilmRoutesSample()
        try await TestListener.serving(try sample.table()) { ask in try await body(sample, ask) }
    }

    private func json(_ answer: HTTPResponse) throws -> JSONValue { try JSONValue(parsing: answer.body) }

    @Test func `a film is ordered, and found again`() async throws {
        try await serving { _, ask in
            let answer = try await ask(.post, "/renders", Self.operating, Self.script)
            #expect(answer.status == 202)
            let film = try json(answer)
            #expect(film["state"] == "waiting" && film["credits"] == 0 && film["title"] == "A day")
            let id = try #require(film["id"]?.string)
            let found = try json(try await ask(.get, "/renders/\(id)", Self.operating))
            #expect(found["id"]?.string == id)
            let list = try json(try await ask(.get, "/renders?state=waiting", Self.operating))
            #expect(list["renders"]?.array?.count == 1)
        }
    }

    @Test func `the same key orders once, and for one script only`() async throws {
        try await serving { _, ask in
            var headers = Self.operating
            headers["Idempotency-Key"] = "k-1"
            let first = try await ask(.post, "/renders", headers, Self.script)
            let second = try await ask(.post, "/renders", headers, Self.script)
            #expect(first.status == 202 && second.status == 200)
            let (one, other) = (try json(first)["id"], try json(second)["id"])
            #expect(one == other && one != nil)
            let changed = try await ask(.post, "/renders", headers, Self.script.replacing("A day", with: "A night"))
            #expect(changed.status == 409)
            headers["Idempotency-Key"] = "two words"
            let bad = try await ask(.post, "/renders", headers, Self.script)
            #expect(bad.status == 400)
        }
    }

    @Test func `what is wrong with a script is said with the field's name`() async throws {
        try await serving { _, ask in
            let script =
                #"{"title": "A day", "scenes": [{"host": "nova", "text": "Hi."}, {"host": "n", "style": "x"}]}"#
            let answer = try await ask(.post, "/renders", Self.operating, script)
            #expect(answer.status == 422)
            let fields = try json(answer)["details"]?.array?.compactMap { $0["field"]?.string }
            #expect(fields == ["scenes.1.style", "scenes.1.text"])
            let many = Self.script.replacing("Up it goes.", with: String(repeating: "up ", count: 101))
            let long = try await ask(.post, "/renders", Self.operating, many)
            #expect(long.status == 422)
            let none = try await ask(.post, "/renders", Self.operating, "[]")
            #expect(none.status == 422)
        }
    }

    @Test func `viewers see their own films, and order none`() async throws {
        try await serving { sample, ask in
            let (own, other) = (try await sample.done(), try await sample.done(of: FilmRoutesSample.stranger))
            let list = try json(try await ask(.get, "/renders", Self.viewing))
            #expect(list["renders"]?.array?.compactMap { $0["id"]?.string } == [own.description])
            #expect(try await ask(.get, "/renders/\(own)", Self.viewing).status == 200)
            #expect(try await ask(.get, "/renders/\(other)", Self.viewing).status == 404)
            #expect(try await ask(.get, "/renders/\(other)/files/film.mp4", Self.viewing).status == 404)
            #expect(try await ask(.delete, "/renders/\(other)", Self.viewing).status == 404)
            #expect(try await ask(.get, "/renders/\(other)", Self.operating).status == 200)
            #expect(try await ask(.get, "/renders").status == 401)
            var headers = Self.operating
            headers["Authorization"] = "Bearer viewer/read,write"
            #expect(try await ask(.post, "/renders", headers, Self.script).status == 403)
        }
    }

    @Test func `a film is cancelled once, and one that is there is not`() async throws {
        try await serving { sample, ask in
            let id = try await sample.order()
            let answer = try await ask(.delete, "/renders/\(id)", Self.viewing)
            let state = try json(answer)["state"]
            #expect(answer.status == 200 && state == "cancelled")
            #expect(try await ask(.delete, "/renders/\(id)", Self.viewing).status == 200)
            let done = try await sample.done()
            #expect(try await ask(.delete, "/renders/\(done)", Self.viewing).status == 409)
        }
    }

    @Test func `files are sent whole and in parts, and no others`() async throws {
        try await serving { sample, ask in
            let id = try await sample.done(title: "A \"quiet\" day\u{1F680}, or two")
            let path = "/renders/\(id)/files/film.mp4"
            let whole = try await ask(.get, path, Self.viewing)
            #expect(whole.status == 200 && whole.body == (0..<100).map { UInt8($0) })
            #expect(whole.headers["Content-Type"] == "video/mp4" && whole.headers["Accept-Ranges"] == "bytes")
            #expect(whole.headers["Content-Disposition"] == "inline; filename=\"a-quiet-day-or-two-film.mp4\"")
            var headers = Self.viewing
            headers["Range"] = "bytes=10-19"
            let part = try await ask(.get, "\(path)?download=1", headers)
            #expect(part.status == 206 && part.body == (10..<20).map { UInt8($0) })
            #expect(part.headers["Content-Range"] == "bytes 10-19/100")
            #expect(part.headers["Content-Disposition"]?.hasPrefix("attachment") == true)
            headers["If-Range"] = "\"another\""
            #expect(try await ask(.get, path, headers).status == 200)
            headers["If-Range"] = nil
            headers["Range"] = "bytes=100-"
            let outside = try await ask(.get, path, headers)
            #expect(outside.status == 416 && outside.headers["Content-Range"] == "bytes */100")
            headers["Range"] = nil
            headers["If-None-Match"] = whole.headers["ETag"]
            #expect(try await ask(.get, path, headers).status == 304)
            for name in ["secret.mp4", "..%2Ffilm.mp4", "%2e%2e", "film.mp4%00", "order.json"] {
                #expect(try await ask(.get, "/renders/\(id)/files/\(name)", Self.viewing).status == 404)
            }
            let head = try await ask(.head, path, Self.viewing)
            #expect(head.status == 200 && head.body.isEmpty)
        }
    }

    @Test func `a film that is being made has no files`() async throws {
        try await serving { sample, ask in
            let id = try await sample.order()
            #expect(try await ask(.get, "/renders/\(id)/files/film.mp4", Self.viewing).status == 404)
        }
    }
}
