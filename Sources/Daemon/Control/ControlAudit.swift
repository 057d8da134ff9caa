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
    private let clock: any Clock<Duration>
    private let logger = Logger(label: "control")

    /// How long it waits before it tries again: long enough together for a database that restarts, and shorter than
    /// callers wait for their answer.
    private static let waits: [Duration] = [.milliseconds(100), .milliseconds(400), .seconds(1), .seconds(1.5)]

    init(
        store: any EventLog,
        author: Incarnation,
        redactor: Redactor,
        clock: any Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.store = store
        self.author = author
        self.redactor = redactor
        self.clock = clock
        self.now = now
    }

    /// Tries for some seconds where something was done; a line that may have been written already is rather written twice
    /// than not at all.
    ///
    /// - Returns: whether it is on the disk. That it is not is logged.
    func write(_ request: ControlRequest, _ outcome: ControlCalled.Outcome) async -> Bool {
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
        var waits = outcome == .done ? ControlAudit.waits[...] : []
        while true {
            do {
                _ = try await store.commit(by: author) { transaction in
                    try transaction.record(activity)
                    try transaction.append(event)
                }
                return true
            } catch {
                if await mayTryAgain(after: error, &waits) { continue }
                logger.error(
                    "control call not audited",
                    metadata: [LogKey.endpoint: "\(request.method)", LogKey.error: "\(error)"]
                )
                return false
            }
        }
    }

    /// Waits, when trying again may help.
    private func mayTryAgain(after error: any Error, _ waits: inout ArraySlice<Duration>) async -> Bool {
        guard (error as? StoreError)?.disposition == .retry, let wait = waits.popFirst() else { return false }
        do {
            try await clock.sleep(for: wait)
            return true
        } catch {
            // Cancelled: the station stops.
            return false
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
