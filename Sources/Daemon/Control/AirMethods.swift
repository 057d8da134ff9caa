import BusZeroMQ
import JSON
import Store

/// `air.*`: the emergency stop.
struct AirMethods {
    let mute: AirSwitch

    var all: [ControlMethod] {
        [
            .changing("air.mute", role: .operator) { call throws(JSONRPCError) in try await set(true, call) },
            .changing("air.unmute", role: .operator) { call throws(JSONRPCError) in try await set(false, call) },
        ]
    }

    private func set(_ muted: Bool, _ call: ControlCall) async throws(JSONRPCError) -> JSONValue {
        try await mute.set(muted, by: call)
        return ["muted": .bool(mute.isOn)]
    }
}

extension AirSwitch {
    /// Throws the switch as a control call asks for it.
    func set(_ isOn: Bool, by call: ControlCall) async throws(JSONRPCError) {
        try call.params.only("reason")
        let reason = try call.params.optionalText("reason")
        do throws(StoreError) {
            try await set(isOn, reason: reason, caller: call.caller.name)
        } catch {
            // The switch itself has been thrown: silence does not wait for the disk.
            throw JSONRPCError(error)
        }
    }
}
