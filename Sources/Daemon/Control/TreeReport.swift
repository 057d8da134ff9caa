import Actors
import Bus
import BusZeroMQ
import JSON

/// The answer of `system.tree`: the supervision tree, node by node.
enum TreeReport {
    static func value(of tree: SupervisorSnapshot) -> JSONValue {
        [
            "id": .string(tree.name.text),
            "kind": "supervisor",
            "state": .string(tree.state),
            "strategy": .string(tree.strategy),
            "policy": .string(tree.policy),
            "restarts": ["window": .int(Int64(tree.restartsInWindow))],
            "zombies": .int(Int64(tree.zombies)),
            "children": .array(tree.children.map(value(of:))),
        ]
    }

    private static func value(of child: SupervisorSnapshot.Child) -> JSONValue {
        var members: [String: JSONValue] = [
            "id": .string(child.name.text),
            "kind": child.isSupervisor ? "supervisor" : "worker",
            "state": .string(child.state),
            "incarnation": .int(Int64(clamping: child.incarnation)),
            "restarts": [
                "window": .int(Int64(child.restartsInWindow)), "total": .int(Int64(clamping: child.restartsTotal)),
            ],
            "policy": .string(child.policy),
            "lastExit": child.lastExit.map(JSONValue.string) ?? .null,
            "uptimeSeconds": seconds(child.uptimeMilliseconds),
            "nextTrySeconds": seconds(child.nextTryMilliseconds),
            "heartbeatAgeSeconds": seconds(child.heartbeatAgeMilliseconds),
            "children": [],
        ]
        if let below = child.supervisor {
            members["children"] = value(of: below)["children"]
            members["zombies"] = .int(Int64(below.zombies))
        }
        return .object(members)
    }

    private static func seconds(_ milliseconds: Int64?) -> JSONValue {
        milliseconds.map { .double(Double($0) / 1000) } ?? .null
    }
}
