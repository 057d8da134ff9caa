import Bus
import BusZeroMQ
import Domain
import JSON
import Logging
import Store
import Telemetry

/// Writes every call of a method that changes something: a line in the activity log and an event, in one transaction.
struct ControlAudit: Sendable {
    private let store: any EventLog
    private let author: Incarnation
    private let redactor: Redactor
    private let now: @Sendable () -> Timestamp
    private let logger = Logger(label: "control")

    init(store: any EventLog, author: Incarnation, redactor: Redactor, now: @escaping @Sendable () -> Timestamp) {
        self.store = store
        self.author = author
        self.redactor = redactor
        self.now = now
    }

    /// Returns when it is on the disk.
    ///
    /// A failure is logged: the call itself has been answered by its own outcome.
    func write(_ request: ControlRequest, _ outcome: ControlCalled.Outcome) async {
        let detail = detail(of: request.params)
        let event = ControlCalled(
            method: request.method,
            caller: request.caller.name,
            role: request.caller.role.rawValue,
            outcome: outcome,
            detail: detail
        )
        let activity = Activity(
            time: now(),
            caller: request.caller.name,
            role: request.caller.role.rawValue,
            action: request.method,
            target: request.params["id"]?.string,
            outcome: outcome.rawValue,
            detail: detail
        )
        do {
            _ = try await store.commit(by: author) { transaction in
                try transaction.record(activity)
                try transaction.append(event)
            }
        } catch {
            logger.error(
                "control call not audited",
                metadata: [LogKey.endpoint: "\(request.method)", LogKey.error: "\(error)"]
            )
        }
    }

    /// The parameters as short JSON, with secrets taken out and long values cut.
    private func detail(of params: [String: JSONValue]) -> String? {
        guard !params.isEmpty else { return nil }
        var shown: [String: JSONValue] = [:]
        for (name, value) in params {
            if Redactor.isSecretKey(name) {
                shown[name] = "[redacted]"
            } else {
                let text = String(decoding: value.bytes, as: UTF8.self)
                shown[name] = text.utf8.count <= 256 ? value : .string("\(text.utf8.count) bytes")
            }
        }
        return redactor.redact(String(decoding: JSONValue.object(shown).bytes, as: UTF8.self))
    }
}
