import Actors
import Bus
import BusZeroMQ
import Domain
import JSON

/// `actor.*`: one actor at a time.
struct ActorMethods {
    let station: Station

    private var tree: Supervisor { station.tree }

    var all: [ControlMethod] {
        [
            .changing("actor.restart", role: .operator) { call throws(JSONRPCError) in
                try perform(call) { tree, name throws(SupervisionCommandError) in try tree.restartChild(name) }
            },
            .changing("actor.stop", role: .operator) { call throws(JSONRPCError) in
                let id = try call.params.text("id", sizeBytesMax: 64)
                // Stopped from outside it could not be started again: the door would be shut for good.
                guard id != SupervisionTree.edge.text else {
                    throw .refused("\(id) carries these commands; restart it, or shut the station down")
                }
                return try perform(call) { tree, name throws(SupervisionCommandError) in try tree.stopChild(name) }
            },
            .changing("actor.start", role: .operator) { call throws(JSONRPCError) in
                try perform(call) { tree, name throws(SupervisionCommandError) in try tree.startChild(name) }
            },
        ]
    }

    private func perform(
        _ call: ControlCall,
        _ command: (Supervisor, ActorName) throws(SupervisionCommandError) -> Void
    ) throws(JSONRPCError) -> JSONValue {
        try call.params.only("id")
        let id = try call.params.text("id", sizeBytesMax: 64)
        guard let name = ActorName(id), tree.child(name) != nil else {
            let known = tree.snapshot().allChildren.map(\.name.text).sorted().joined(separator: ", ")
            throw .notFound("no actor is called \(id); there are \(known)")
        }
        do {
            try command(tree, name)
        } catch {
            throw .refused("\(error)")
        }
        let child = tree.snapshot().allChildren.first { $0.name == name }
        return [
            "id": .string(id),
            "state": .string(child?.state ?? "gone"),
            "incarnation": .int(Int64(clamping: child?.incarnation ?? 0)),
        ]
    }
}
