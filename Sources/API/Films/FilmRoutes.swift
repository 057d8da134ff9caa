package import Bus
import Domain
package import Films
import HTTPTypes
import Hummingbird
import Identity
import JSON

/// Films that the station makes: ordering one, seeing how far it is, having it.
package struct FilmRoutes: Sendable {
    /// Where the answers come from.
    package struct Doors: Sendable {
        /// Writes an order down, and has it made.
        package var add:
            @Sendable (FilmScript, _ owner: UUIDv7, _ key: String?) async throws(FilmError) -> FilmRepository.Added
        package var look: @Sendable (UUIDv7) async throws(FilmError) -> FilmRecord?
        package var page:
            @Sendable (_ owner: UUIDv7?, FilmState?, _ before: UUIDv7?, _ limit: Int) async throws(FilmError) ->
                FilmPage
        /// Ends what is under way; `nil` when it had ended already.
        package var cancel: @Sendable (UUIDv7) async throws(FilmError) -> FilmRecord?
        package var file: @Sendable (_ name: String, FilmRecord) async throws(StudioFailure) -> FilmFile?
        /// How many words a film may have; must not block.
        package var wordsMax: @Sendable () -> Int

        package init(
            add:
                @escaping @Sendable (FilmScript, _ owner: UUIDv7, _ key: String?) async throws(FilmError) ->
                FilmRepository.Added,
            look: @escaping @Sendable (UUIDv7) async throws(FilmError) -> FilmRecord?,
            page:
                @escaping @Sendable (_ owner: UUIDv7?, FilmState?, _ before: UUIDv7?, _ limit: Int)
                async throws(FilmError) -> FilmPage,
            cancel: @escaping @Sendable (UUIDv7) async throws(FilmError) -> FilmRecord?,
            file: @escaping @Sendable (_ name: String, FilmRecord) async throws(StudioFailure) -> FilmFile?,
            wordsMax: @escaping @Sendable () -> Int
        ) {
            self.add = add
            self.look = look
            self.page = page
            self.cancel = cancel
            self.file = file
            self.wordsMax = wordsMax
        }

        /// A film that somebody may see: their own, or any as an operator.
        ///
        /// - Throws: `APIError` with `.notFound` for one of somebody else too, as if it were not there.
        func film(_ id: UUIDv7, for person: Principal) async throws(APIError) -> FilmRecord {
            let film = try await filming { () throws(FilmError) in try await look(id) }
            guard let film, person.role >= .operator || film.owner == person.userID else {
                throw APIError(.notFound, "There is no such film.")
            }
            return film
        }
    }

    let doors: Doors

    package init(_ doors: Doors) { self.doors = doors }

    static let group = "Films"

    static func filePath(_ name: String, of film: UUIDv7) -> OwnPath {
        let folder: OwnPath = "/renders"
        return folder.appending(film.description).appending("files").appending(name)
    }

    /// - Throws: `SchemaError` when an answer cannot be described.
    package func all() throws -> [Route] { [try add, try list, try one, try cancel, try file] }

    // MARK: Ordering

    static let keyHeader = HTTPField.Name("Idempotency-Key")
    private static let keyBytesMax = 200

    private var add: Route {
        get throws {
            let answer = Route.Content(type: Route.json, schema: try RouteSchema(of: FilmAnswer.self))
            return Route(
                method: "POST",
                path: "/renders",
                // It takes the machine's time, which nobody pays for yet.
                access: .role(.operator, scope: .write),
                summary: "Orders a film; the same Idempotency-Key orders it once",
                group: Self.group,
                limit: .workflowStart,
                query: nil,
                body: Route.Content(type: Route.json, schema: try RouteSchema(of: FilmOrderShape.self)),
                answers: [
                    Route.Answer(
                        status: 200,
                        summary: "The film that was ordered before with this key.",
                        content: answer
                    ),
                    Route.Answer(status: 202, summary: "The film; it is made when its turn comes.", content: answer),
                ]
            ) { [doors] request, call in
                _ = try InputDecoder.decode(NoQuery.self, from: try QueryInput(request.uri.query).value, form: .texts)
                let key = try Self.key(of: request)
                let value = try await RequestBody.json(of: request, bytesMax: FilmScript.sizeBytesMax)
                let added = try await Self.order(value, key: key, by: try call.known(), doors)
                return try JSONAnswer.response(FilmAnswer(added.film), status: added.isNew ? .accepted : .ok)
            }
        }
    }

    private static func order(
        _ value: JSONValue,
        key: String?,
        by person: Principal,
        _ doors: Doors
    ) async throws(APIError) -> FilmRepository.Added {
        let script: FilmScript
        do throws(ScriptFaults) {
            script = try FilmScript(reading: value, wordsMax: doors.wordsMax())
        } catch {
            throw APIError(error)
        }
        return try await filming { () throws(FilmError) in try await doors.add(script, person.userID, key) }
    }

    private static func key(of request: Request) throws(APIError) -> String? {
        guard let name = keyHeader, let key = request.headers[name] else { return nil }
        guard (1...keyBytesMax).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw APIError(.badRequest, "Idempotency-Key must be 1 to \(keyBytesMax) visible characters.")
        }
        return key
    }

    // MARK: Looking

    private struct ListQuery: Decodable, Sendable {
        let before: UUIDv7?
        let state: FilmState?
        let limit: PageLimit?
    }

    private var list: Route {
        get throws {
            try Route.get(
                "/renders",
                access: .role(.viewer, scope: .read),
                summary: "One's own films, everybody's for operators, the newest first",
                group: Self.group,
                query: ListQuery.self,
                answers: [200: "A page of them."]
            ) { [doors] (query, call) async throws(APIError) in
                let person = try call.known()
                let owner = person.role >= .operator ? nil : person.userID
                let count = min(200, query.limit?.count ?? 50)
                let page = try await filming { () throws(FilmError) in
                    try await doors.page(owner, query.state, query.before, count)
                }
                return Route.Reply(FilmList(renders: page.films.map(FilmAnswer.init), next: page.next))
            }
        }
    }

    private var one: Route {
        get throws {
            try Route.get(
                "/renders/{id}",
                access: .role(.viewer, scope: .read),
                summary: "One film, how far it is, and its files",
                group: Self.group,
                query: NoQuery.self,
                answers: [200: "The film."]
            ) { [doors] (_, call) async throws(APIError) in
                Route.Reply(FilmAnswer(try await doors.film(try call.id(), for: try call.known())))
            }
        }
    }

    private var cancel: Route {
        get throws {
            try Route.send(
                "DELETE",
                "/renders/{id}",
                access: .role(.viewer, scope: .write),
                summary: "Cancels a film that is not there yet",
                group: Self.group,
                body: NoBody.self,
                answers: [200: "The film as it is now."]
            ) { [doors] (_, call) async throws(APIError) in
                let film = try await doors.film(try call.id(), for: try call.known())
                let cancelled = try await filming { () throws(FilmError) in try await doors.cancel(film.id) }
                guard let cancelled else {
                    // Twice is as good as once.
                    let now = try await doors.film(film.id, for: try call.known())
                    guard now.state == .cancelled else {
                        throw APIError(.conflict, "The film has ended already: it is \(now.state.rawValue).")
                    }
                    return Route.Reply(FilmAnswer(now))
                }
                return Route.Reply(FilmAnswer(cancelled))
            }
        }
    }
}
