import Domain
import HTTPTypes
import Hummingbird

/// What stands behind the question mark of `/events`.
struct EventsQuery: Decodable, Hashable, Sendable {
    /// Prefixes of full topics, with commas between them; all that may be seen without.
    let topics: String?
    /// Names of groups, with commas between them.
    let groups: String?
    /// Where to go on from, for programs that cannot set the header `Last-Event-ID`.
    let lastEventID: UInt64?

    enum CodingKeys: String, CodingKey {
        case topics, groups
        case lastEventID = "last_event_id"
    }
}

extension LiveRoutes {
    /// Server-sent events: the states of now, then whatever happens, each event with its attributes and payload as JSON.
    ///
    /// The `id` of an event is its offset in the event log, which stays true when the daemon starts anew; a client that
    /// comes back with the last one gets every durable event in between, without gap and without any twice. States and
    /// data have no id: the newest states come first on every connection, and lost data is lost.
    var events: Route {
        get throws {
            Route(
                method: "GET",
                path: "/events",
                access: .anyone,
                summary: "Live updates as server-sent events; Last-Event-ID goes on after an interruption",
                group: LiveRoutes.group,
                limit: .publicData,
                query: try RouteSchema(of: EventsQuery.self),
                body: nil,
                answers: [
                    Route.Answer(
                        status: 200,
                        summary: "Events for as long as the connection lives.",
                        content: Route.Content(type: "text/event-stream", schema: ["type": "string"])
                    )
                ]
            ) { [self] request, call in try await stream(request, call) }
        }
    }

    private func stream(_ request: Request, _ call: Route.Call) async throws -> Response {
        let query = try InputDecoder.decode(
            EventsQuery.self,
            from: try QueryInput(request.uri.query).value,
            form: .texts
        )
        let topics = try LiveRoutes.topics(of: query, role: call.principal?.liveRole)
        let lastEventID = try LiveRoutes.lastEventID(request.headers) ?? query.lastEventID
        let headers: HTTPFields = [
            .contentType: "text/event-stream",
            .cacheControl: "no-store",
            // A proxy in front passes on every event as it comes.
            .accelBuffering: "no",
        ]
        guard request.method == .get else { return Response(status: .ok, headers: headers) }
        let connection = try await LiveConnection.take(
            call.channel,
            for: LiveConnection.Request(
                kind: .events,
                place: try hub.place(for: call.address),
                principal: call.principal,
                credentials: try Credentials.shown(in: request.headers),
                topics: topics,
                position: lastEventID.map { $0.addingReportingOverflow(1).partialValue }
            ),
            hub: hub
        )
        return Response(status: .ok, headers: headers, body: .init { _ in try await connection.run() })
    }

    private static func topics(of query: EventsQuery, role: Role?) throws(APIError) -> TopicRequest {
        guard query.topics != nil || query.groups != nil else { return .everything }
        return try TopicRequest(topics: list(query.topics), groups: list(query.groups), role: role)
    }

    private static func list(_ text: String?) -> [String] {
        guard let text, !text.isEmpty else { return [] }
        return text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }

    /// - Throws: `APIError` with `.invalidInput` for an id that is none of ours.
    private static func lastEventID(_ headers: HTTPFields) throws(APIError) -> UInt64? {
        guard let text = headers[.lastEventID], !text.isEmpty else { return nil }
        guard let id = UInt64(text), id < UInt64(Int64.max) else {
            throw APIError(faults: [InputFault(field: "Last-Event-ID", message: "must be the id of an event")])
        }
        return id
    }
}
