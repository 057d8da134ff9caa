import Actors
import Bus
import BusZeroMQ
import Domain
import JSON

/// `alerts.list`: what needs attention, and what did.
struct AlertMethods {
    let board: AlertBoard

    var all: [ControlMethod] {
        [
            .reading("alerts.list") { [board] call throws(JSONRPCError) in
                try call.params.only()
                return AlertMethods.value(board.current)
            }
        ]
    }

    static func value(_ state: AlertBoard.State) -> JSONValue {
        [
            "open": .array(state.book.open.map(value)),
            "resolved": .array(state.book.resolved.map(value)),
            // Rules about what cannot be measured say so, and never that all is well.
            "silent": .array(
                state.silent.map { rule, reason in ["rule": .string(rule.name), "reason": .string(reason)] }
            ),
            "pending": .int(Int64(state.pendingCount)),
        ]
    }

    private static func value(_ alert: Alert) -> JSONValue {
        [
            "id": .string(alert.id.description),
            "rule": .string(alert.rule),
            "severity": .string(alert.severity.rawValue),
            "summary": .string(alert.summary),
            "detail": alert.detail.map(JSONValue.string) ?? .null,
            "value": .double(alert.value),
            "latest": .double(alert.latest),
            "threshold": .double(alert.threshold),
            "raisedAt": .string(alert.raisedAt.description),
            "resolvedAt": alert.resolvedAt.map { .string($0.description) } ?? .null,
        ]
    }
}
