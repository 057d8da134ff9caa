import Testing

@testable import API

/// What a table of routes must be before anything is served from it.
struct RouteTableTests {
    private func route(_ path: String, summary: String = "s", group: String = "g") -> Route {
        Route.text(path, access: .anyone, summary: summary, group: group, contentType: "text/plain") { "" }
    }

    private func change(_ method: String, _ path: String) throws -> Route {
        try Route.send(
            method,
            path,
            access: .anyone,
            summary: "s",
            group: "g",
            body: NoBody.self,
            answers: [204: "Done."]
        ) { (_, _) in Route.Reply(NoContent(), status: 204) }
    }

    private func problems(_ routes: [Route]) -> [String] {
        do throws(RouteProblems) {
            _ = try RouteTable(routes)
            return []
        } catch {
            return error.problems
        }
    }

    @Test func `routes that differ stand side by side`() {
        #expect(problems([route("/"), route("/a"), route("/a/{id}"), route("/a/b"), route("/a/{id}/c")]) == [])
    }

    @Test func `everything that is wrong is listed at once`() {
        let routes = [
            route("/a"), route("/a"), route("/b/{id}"), route("/b/{name}"), route("c"), route("/d/"),
            route("/e/{x}/{x}"), route("/f/*"), route("/g", summary: ""), route("/h", group: ""),
        ]
        #expect(
            problems(routes) == [
                "GET /a is there twice", "GET /b/{name} is shadowed by GET /b/{id}",
                "GET c: the path does not begin with a slash", "GET /d/: the path ends with a slash",
                "GET /e/{x}/{x}: the path names a part twice", "GET /f/*: the path has a part that cannot be matched",
                "GET /g has no summary", "GET /h has no group",
            ]
        )
    }

    @Test func `a path knows its methods`() throws {
        let table = try RouteTable([route("/a/{id}"), route("/b")])
        #expect(table.methods(at: "/a/1") == ["GET", "HEAD"])
        #expect(table.methods(at: "/a") == [] && table.methods(at: "/b/1") == [])
    }

    @Test func `a path that is written out has no methods of one that matches anything`() throws {
        let table = try RouteTable([
            route("/a/{id}"), try change("PUT", "/a/me"), try change("POST", "/a/me"), try change("PATCH", "/{x}/me"),
        ])
        #expect(table.methods(at: "/a/me") == ["POST", "PUT"])
        #expect(table.methods(at: "/a/1") == ["GET", "HEAD"])
        #expect(table.methods(at: "/b/me") == ["PATCH"])
    }
}
