import Bus
import Domain
import Hummingbird
import Identity
import JSON
import Logging
import Store
import Telemetry

extension Console {
    /// The pages of those who run the station.
    func operationsRoutes(_ operations: ConsoleOperations) -> [Route] {
        [overview(operations), act(operations), audit(operations), logs(operations)]
    }

    /// How many rows the tables of the overview have at most.
    private static let rowsMax = 10

    private func overview(_ operations: ConsoleOperations) -> Route {
        .page(
            "/operations",
            access: .role(.operator, scope: .control),
            summary: "How the station is, part by part, and what can be done about it"
        ) { [self] (request, call) async throws(APIError) in
            let person = try Console.person(call)
            let visit = visit(request, call)
            let look = Look(door: operations.door, person: person)
            let rows = JSONValue.int(Int64(Console.rowsMax))
            let page = OperationsPage(
                visit: visit,
                health: data.health(),
                failedJobs: await look.failedJobs(limit: rows),
                actors: await look.at("system.tree", StationView.actors),
                queues: await look.at("queues.list", StationView.queues),
                runs: await look.at("schedules.runs", with: ["limit": rows], StationView.runs),
                schedules: await look.at("schedules.list", StationView.schedules).map(Console.soonestFirst),
                troubles: operations.logs.entries(RecentLogs.Filter(levelMin: .warning), limit: Console.rowsMax),
                alerts: await look.at("alerts.list", StationView.alerts),
                followers: await Console.followers(operations.live, for: person)
            )
            return PageAnswer(page.framed(visit))
        }
    }

    private static func followers(_ hub: LiveHub?, for person: Principal) async -> Followers? {
        guard let hub else { return nil }
        let newest = person.role >= .admin ? await hub.sessions().suffix(rowsMax).reversed() : []
        return Followers(counts: hub.statistics.clients, newest: Array(newest))
    }

    private static func soonestFirst(_ schedules: [StationView.Schedule]) -> [StationView.Schedule] {
        schedules.sorted { ($0.nextAt?.nanoseconds ?? .max, $0.name) < ($1.nextAt?.nanoseconds ?? .max, $1.name) }
    }

    private func act(_ operations: ConsoleOperations) -> Route {
        let fields = Set(OperatorAction.all.flatMap { $0.fields.map(\.name) }).sorted()
        return .form(
            "/operations/actions/{action}",
            access: .role(.operator, scope: .control),
            summary: "Does what an operator asks for, by a control method",
            fields: fields,
            answers: [200: "Done."]
        ) { [self] (form, request, call) async throws(APIError) in
            guard let action = call.parameters["action"].flatMap(OperatorAction.named) else {
                throw APIError(.notFound, "There is no such action.")
            }
            let parameters = try action.parameters(form)
            let person = try Console.person(call)
            let result = try await Look(door: operations.door, person: person).answer(action.method, parameters)
            let asked = parameters.sorted { $0.key < $1.key }.map { (name: $0.key, text: $0.value.string ?? "") }
            let page = DonePage(
                text: action.done,
                details: asked + Console.details(of: result, without: parameters),
                back: "/operations",
                backName: "Operations"
            )
            return PageAnswer(page.framed(visit(request, call)))
        }
    }

    /// What a method answered with, as far as it fits in a line each.
    private static func details(of result: JSONValue, without asked: [String: JSONValue]) -> [(
        name: String, text: String
    )] {
        (result.object ?? [:]).sorted { $0.key < $1.key }.compactMap { name, value in
            guard asked[name] == nil, value.object?.isEmpty != true else { return nil }
            let text: String
            switch value {
            case .string(let string): text = string
            case .array(let values): text = values.map { $0.string ?? $0.description }.joined(separator: ", ")
            default: text = value.description
            }
            return text.isEmpty || text.count > 300 ? nil : (name, text)
        }
    }

    private func audit(_ operations: ConsoleOperations) -> Route {
        .page(
            "/operations/audit",
            access: .role(.admin, scope: .control),
            summary: "Who did what, and how it ended",
            query: ["before"]
        ) { [self] (request, call) async throws(APIError) in
            let before = Console.query(request)["before"].flatMap { Int64($0) }
            let entries = await shown { () throws(APIError) in
                do throws(StoreError) {
                    return try await operations.audit.activities(before: before, limit: AuditPage.count)
                } catch {
                    throw APIError(error)
                }
            }
            let visit = visit(request, call)
            return PageAnswer(AuditPage(visit: visit, entries: entries).framed(visit))
        }
    }

    private func logs(_ operations: ConsoleOperations) -> Route {
        .page(
            "/operations/logs",
            access: .role(.admin, scope: .control),
            summary: "The newest log records",
            query: ["level", "logger", "request_id", "before"]
        ) { [self] (request, call) async throws(APIError) in
            let query = Console.query(request)
            let level = query["level"].flatMap { Logger.Level(rawValue: $0) } ?? .info
            let filter = RecentLogs.Filter(
                levelMin: LogsPage.levels.contains(level) ? level : .info,
                logger: query["logger"],
                requestID: query["request_id"],
                before: query["before"].flatMap { UInt64($0) }
            )
            let visit = visit(request, call)
            let entries = operations.logs.entries(filter, limit: LogsPage.count)
            return PageAnswer(LogsPage(visit: visit, filter: filter, entries: entries).framed(visit))
        }
    }
}

/// Asks the control methods for somebody.
private struct Look: Sendable {
    let door: ControlDoor
    let person: Principal

    func answer(_ method: String, _ parameters: [String: JSONValue] = [:]) async throws(APIError) -> JSONValue {
        let bytes = try await door.call(method, parameters, as: person)
        do {
            return try JSONValue(parsing: bytes, depthMax: 64)
        } catch {
            throw APIError(.internalError, "The method \(method) answered with what is no JSON.")
        }
    }

    func at<Value>(
        _ method: String,
        with parameters: [String: JSONValue] = [:],
        _ read: (JSONValue) -> Value
    ) async -> Shown<Value> {
        await shown { () throws(APIError) in read(try await answer(method, parameters)) }
    }

    /// Those that failed for good, and behind them those that will be tried again.
    func failedJobs(limit: JSONValue) async -> Shown<[StationView.Job]> {
        await shown { () throws(APIError) in
            var jobs: [StationView.Job] = []
            for state in ["discarded", "retryable"] {
                let answer = try await answer("jobs.list", ["state": .string(state), "limit": limit])
                jobs += StationView.jobs(answer)
            }
            return jobs
        }
    }
}
