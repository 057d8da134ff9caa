import Bus
import BusZeroMQ
import JSON
import Jobs

/// `schedules.*`: what runs at which times.
struct ScheduleMethods {
    let book: ScheduleBook
    let desk: JobDesk

    var all: [ControlMethod] {
        [
            .reading("schedules.list") { call throws(JSONRPCError) in
                try call.params.only("after", "limit")
                let after = try call.params.optionalText("after", sizeBytesMax: 64) ?? ""
                let limit = Int(try call.params.number("limit", in: 1...1000, otherwise: 200))
                let book = book
                let found = try await asking { () throws(ScheduleError) in
                    try await book.list(after: after, limit: limit)
                }
                return ["schedules": .array(found.map(ScheduleMethods.value))]
            },
            .reading("schedules.runs") { call throws(JSONRPCError) in
                try call.params.only("limit")
                let (book, limit) = (book, Int(try call.params.number("limit", in: 1...1000, otherwise: 10)))
                let runs = try await asking { () throws(ScheduleError) in try await book.latestRuns(limit: limit) }
                return ["runs": .array(runs.map { .object(ScheduleMethods.value($0, withName: true)) })]
            },
            .reading("schedules.show") { call throws(JSONRPCError) in try await show(try named(call.params)) },
            .changing("schedules.add", role: .operator) { call throws(JSONRPCError) in try await add(call.params) },
            .changing("schedules.remove", role: .operator) { call throws(JSONRPCError) in
                let (book, name) = (book, try named(call.params))
                try await asking { () throws(ScheduleError) in try await book.remove(name) }
                return ["name": .string(name), "removed": true]
            },
            .changing("schedules.pause", role: .operator) { call throws(JSONRPCError) in
                let (book, name) = (book, try named(call.params))
                try await asking { () throws(ScheduleError) in try await book.pause(name) }
                return try await show(name)
            },
            .changing("schedules.resume", role: .operator) { call throws(JSONRPCError) in
                let (book, name) = (book, try named(call.params))
                try await asking { () throws(ScheduleError) in try await book.resume(name) }
                return try await show(name)
            },
            .changing("schedules.run", role: .operator) { call throws(JSONRPCError) in
                let (book, name) = (book, try named(call.params))
                let enqueued = try await asking { () throws(ScheduleError) in try await book.runNow(name) }
                return ["name": .string(name), "job": .string(enqueued.id.description), "isNew": .bool(enqueued.isNew)]
            },
        ]
    }

    private func named(_ params: ControlParameters) throws(JSONRPCError) -> String {
        try params.only("name")
        return try params.text("name", sizeBytesMax: 64)
    }

    private func show(_ name: String) async throws(JSONRPCError) -> JSONValue {
        let book = book
        guard let schedule = try await asking({ () throws(ScheduleError) in try await book.show(name) }) else {
            throw .notFound("there is no schedule \(name)")
        }
        let runs = try await asking { () throws(ScheduleError) in try await book.runs(of: name, limit: 20) }
        guard case .object(var members) = ScheduleMethods.value(schedule) else { return .null }
        members["payload"] = JSONValue(text: schedule.definition.payload)
        members["runs"] = .array(runs.map { .object(ScheduleMethods.value($0, withName: false)) })
        return .object(members)
    }

    private static func value(_ run: ScheduleRun, withName: Bool) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "fireAt": .string(run.fireAt.description), "job": .string(run.job.description),
            "state": run.state.map { .string($0.rawValue) } ?? .null,
        ]
        if withName { members["schedule"] = .string(run.schedule) }
        return members
    }

    private func add(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("name", "cron", "timeZone", "kind", "payload", "catchUp", "overlap", "priority")
        let kind = try params.text("kind", sizeBytesMax: 200)
        guard let queue = desk.queue(of: kind) else {
            let known = desk.kinds.isEmpty ? "none" : desk.kinds.joined(separator: ", ")
            throw .badParameters("kind", "no job is of kind \(kind); there are \(known)")
        }
        var definition = ScheduleDefinition(
            name: try params.text("name", sizeBytesMax: 64),
            cron: try params.text("cron", sizeBytesMax: 200),
            timeZone: try params.optionalText("timeZone", sizeBytesMax: 64) ?? "UTC",
            queue: queue,
            kind: kind,
            payload: String(decoding: try params.object("payload").bytes, as: UTF8.self)
        )
        definition.priority = Int(try params.number("priority", in: 0...9, otherwise: 4))
        switch try params.optionalText("catchUp", sizeBytesMax: 8) ?? "once" {
        case "skip": definition.catchUp = .skip
        case "once": definition.catchUp = .once
        case "all": definition.catchUp = .all(window: .seconds(86_400), countMax: 100)
        default: throw .badParameters("catchUp", "catchUp must be skip, once or all")
        }
        if let overlap = try params.optionalText("overlap", sizeBytesMax: 16) {
            guard let policy = OverlapPolicy(rawValue: overlap) else {
                throw .badParameters("overlap", "overlap must be skip, queue_one or allow")
            }
            definition.overlap = policy
        }
        let (book, made) = (book, definition)
        try await asking { () throws(ScheduleError) in _ = try await book.install(made, as: .operator) }
        return try await show(made.name)
    }

    private static func value(_ schedule: Schedule) -> JSONValue {
        let definition = schedule.definition
        var members: [String: JSONValue] = [
            "name": .string(schedule.name), "cron": .string(definition.cron), "timeZone": .string(definition.timeZone),
            "queue": .string(definition.queue.text), "kind": .string(definition.kind),
            "overlap": .string(definition.overlap.rawValue), "origin": .string(schedule.origin.rawValue),
        ]
        switch definition.catchUp {
        case .skip: members["catchUp"] = "skip"
        case .once: members["catchUp"] = "once"
        case .all: members["catchUp"] = "all"
        }
        let optional: [(String, String?)] = [
            ("nextAt", schedule.nextAt?.description), ("lastAt", schedule.lastAt?.description),
            ("lastJob", schedule.lastJob?.description), ("pausedAt", schedule.pausedAt?.description),
        ]
        for (name, value) in optional { if let value { members[name] = .string(value) } }
        return .object(members)
    }
}

/// Asks the book of schedules for a control method.
///
/// - Throws: `JSONRPCError`, which names the field that is wrong.
private func asking<Value>(
    _ body: () async throws(ScheduleError) -> Value
) async throws(JSONRPCError) -> Value {
    do throws(ScheduleError) {
        return try await body()
    } catch {
        switch error {
        case .invalid(let field, _): throw .badParameters(field, error.description)
        case .cron: throw .badParameters("cron", error.description)
        case .timeZone: throw .badParameters("timeZone", error.description)
        case .unknown: throw .notFound(error.description)
        case .contended: throw .refused(error.description)
        case .store(let failure): throw JSONRPCError(failure)
        }
    }
}
