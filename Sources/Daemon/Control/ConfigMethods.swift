import Bus
import BusZeroMQ
import JSON
import Logging
import Telemetry

/// `config.*` and `log.level`: the settings in force, and how they change while the station runs.
struct ConfigMethods {
    let settings: SettingsControl
    let levels: LogLevels

    var all: [ControlMethod] {
        [
            .changing("config.reload", role: .operator) { call throws(JSONRPCError) in
                try call.params.only()
                return try await reload(caller: call.caller.name)
            },
            .reading("config.dump") { call throws(JSONRPCError) in
                try call.params.only("origin")
                return try dump(withOrigin: try call.params.flag("origin"))
            },
            .changing("log.level", role: .operator) { call throws(JSONRPCError) in
                try call.params.only("level", "label")
                return try level(call)
            },
        ]
    }

    private func reload(caller: String) async throws(JSONRPCError) -> JSONValue {
        switch await settings.reload(caller: caller) {
        case .applied(let changed, let needRestart):
            return [
                "changed": .array(changed.map(JSONValue.string)),
                "needRestart": .array(needRestart.map(JSONValue.string)),
            ]
        case .rejected(let problems):
            throw .refused("the new configuration has mistakes; the old one stays in force", problems: problems)
        }
    }

    private func dump(withOrigin: Bool) throws(JSONRPCError) -> JSONValue {
        var rows: [JSONValue] = []
        for row in ConfigDump(settings.current).rows {
            var members: [String: JSONValue] = ["key": .string(row.key)]
            do {
                members["value"] = try JSONValue(encoding: row.value)
            } catch {
                throw .failedInside("\(row.key) does not encode")
            }
            if withOrigin { members["origin"] = .string(row.origin.description) }
            rows.append(.object(members))
        }
        return ["settings": .array(rows)]
    }

    private func level(_ call: ControlCall) throws(JSONRPCError) -> JSONValue {
        let label = try call.params.optionalText("label", sizeBytesMax: 128)
        if let text = try call.params.optionalText("level", sizeBytesMax: 16) {
            guard let level = Logger.Level(rawValue: text) else {
                let known = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
                throw .badParameters("level", "level must be one of \(known)")
            }
            do {
                try levels.set(level, for: label)
            } catch {
                throw .badParameters("label", "\(error)")
            }
        }
        let snapshot = levels.snapshot()
        return [
            "level": .string(snapshot.rules.base.rawValue),
            "levels": .object(snapshot.rules.exceptions.mapValues { .string($0.rawValue) }),
            "labels": .object(snapshot.labels.mapValues { .string($0.rawValue) }),
        ]
    }
}

extension JSONValue {
    /// Any encodable value as a JSON value.
    init(encoding value: some Encodable) throws {
        self = try JSONValue(parsing: try EventCodec.encode(value))
    }
}
