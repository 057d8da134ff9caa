import Bus
import BusZeroMQ
import Films
import FoundationEssentials
import JSON
import RenderWire

/// `render.*`: films, for the operator's command line.
struct RenderMethods {
    let films: FilmStation

    /// Of a file, in one answer.
    private static let pieceBytesMax: Int64 = 192 * 1024

    var all: [ControlMethod] {
        [
            .changing("render.add", role: .operator) { call throws(JSONRPCError) in try await add(call.params) },
            .reading("render.list") { call throws(JSONRPCError) in try await list(call.params) },
            .reading("render.show") { call throws(JSONRPCError) in try await show(call.params) },
            .changing("render.cancel", role: .operator) { call throws(JSONRPCError) in try await cancel(call.params) },
            .reading("render.read") { call throws(JSONRPCError) in try await read(call.params) },
        ]
    }

    private func add(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("script")
        let value = try params.object("script")
        let script: FilmScript
        do throws(ScriptFaults) {
            script = try FilmScript(reading: value, wordsMax: films.settings.wordsMax)
        } catch {
            throw .badParameters("script", error.description)
        }
        return try await asking { () throws(FilmError) in
            json(try await films.add(script, owner: nil, key: nil).film)
        }
    }

    private func list(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("state", "limit", "before")
        let limit = Int(try params.number("limit", in: 1...200, otherwise: 20))
        let state = try params.optionalText("state", sizeBytesMax: 32).map { text throws(JSONRPCError) in
            guard let state = FilmState(rawValue: text) else {
                let known = FilmState.allCases.map(\.rawValue).joined(separator: ", ")
                throw .badParameters("state", "state must be one of \(known)")
            }
            return state
        }
        let before = try params.optionalText("before", sizeBytesMax: 36).map { text throws(JSONRPCError) in
            try id(text, "before")
        }
        let page = try await asking { () throws(FilmError) in
            try await films.records.page(in: state, before: before, limit: limit)
        }
        return [
            "renders": .array(page.films.map(json)), "next": page.next.map { .string($0.description) } ?? .null,
        ]
    }

    private func show(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("id")
        return json(try await film(params))
    }

    private func cancel(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("id")
        let found = try await film(params)
        let cancelled = try await asking { () throws(FilmError) in try await films.cancel(found.id) }
        if let cancelled { return json(cancelled) }
        let now = try await film(params)
        guard now.state == .cancelled else {
            throw .refused("the film has ended already: it is \(now.state.rawValue)")
        }
        return json(now)
    }

    /// A piece of a file, for whoever cannot reach the station's folder.
    private func read(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        let piece = try await piece(params)
        guard !piece.isNull else { throw .badParameters("name", "there is no such file of this film") }
        return piece
    }

    private func piece(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("id", "name", "offset", "count")
        let found = try await film(params)
        let name = try params.text("name", sizeBytesMax: 100)
        let offset = try params.number("offset", in: 0...Int64(1 << 50), otherwise: 0)
        let count = Int(try params.number("count", in: 1...Self.pieceBytesMax, otherwise: Self.pieceBytesMax))
        do throws(StudioFailure) {
            let file = try await films.shelf.file(name, of: found)
            let bytes = try await file?.bytes(at: offset, count: count)
            guard let file, let bytes else { return .null }
            return [
                "sizeBytes": .int(file.sizeBytes), "offset": .int(offset), "tag": .string(file.tag),
                "data": .string(Data(bytes).base64EncodedString()),
            ]
        } catch {
            throw .unavailable(error.reason)
        }
    }

    // MARK: Helpers

    private func json(_ film: FilmRecord) -> JSONValue {
        [
            "id": .string(film.id.description), "owner": film.owner.map { .string($0.description) } ?? .null,
            "title": .string(film.title), "form": .string(film.form.rawValue), "scenes": .int(Int64(film.sceneCount)),
            "state": .string(film.state.rawValue), "done": .int(Int64(film.done)), "total": .int(Int64(film.total)),
            "failures": .int(Int64(film.failures)), "reason": film.reason.map { .string($0) } ?? .null,
            "credits": .int(film.credits), "sizeBytes": .int(film.sizeBytes),
            "seconds": film.result.map { .double($0.seconds) } ?? .null,
            "createdAt": .string("\(film.createdAt)"),
            "startedAt": film.startedAt.map { .string("\($0)") } ?? .null,
            "endedAt": film.endedAt.map { .string("\($0)") } ?? .null,
            "files": .array((film.result?.files ?? []).map { .string($0) }),
            "chapters": .array(
                (film.result?.chapters ?? []).map {
                    ["title": .string($0.title), "milliseconds": .int(Int64($0.milliseconds))]
                }
            ),
        ]
    }

    private func film(_ params: ControlParameters) async throws(JSONRPCError) -> FilmRecord {
        let id = try id(try params.text("id", sizeBytesMax: 36), "id")
        let found = try await asking { () throws(FilmError) in try await films.records.film(id) }
        guard let found else { throw .badParameters("id", "there is no such film") }
        return found
    }

    private func id(_ text: String, _ name: String) throws(JSONRPCError) -> UUIDv7 {
        guard let id = UUIDv7(text) else { throw .badParameters(name, "\(name) must be a film's id") }
        return id
    }

    private func asking<Value>(_ body: () async throws(FilmError) -> Value) async throws(JSONRPCError) -> Value {
        do throws(FilmError) {
            return try await body()
        } catch {
            switch error {
            case .notFound: throw .badParameters("id", error.description)
            case .badInput(let field, let problem): throw .badParameters(field, "\(field) \(problem)")
            case .keyUsed, .tooMany: throw .refused(error.description)
            case .store: throw .unavailable(error.description)
            }
        }
    }
}
