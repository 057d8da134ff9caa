import Bus
import FoundationEssentials
import Store

extension Transaction {
    /// Writes a line of the audit log about an account.
    ///
    /// - Parameters:
    ///   - action: what was done, such as `user.login`.
    ///   - requester: who did it.
    ///   - target: the account.
    ///   - outcome: `done`, or why not.
    ///   - detail: more; never a secret.
    ///   - time: when.
    /// - Throws: `StoreError`.
    mutating func audit(
        _ action: String,
        by requester: Requester,
        target: UUIDv7?,
        outcome: String = "done",
        detail: [String: String] = [:],
        at time: Timestamp
    ) throws(StoreError) {
        try record(Activity(action, by: requester, target: target, outcome: outcome, detail: detail, at: time))
    }
}

extension Activity {
    init(
        _ action: String,
        by requester: Requester,
        target: UUIDv7?,
        outcome: String,
        detail: [String: String],
        at time: Timestamp
    ) throws(StoreError) {
        var detail = detail
        detail["address"] = requester.address
        let text: String?
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            text = detail.isEmpty ? nil : String(decoding: try encoder.encode(detail), as: UTF8.self)
        } catch {
            throw StoreError(.failed, "activity", detail: "\(error)")
        }
        self.init(
            time: time,
            caller: requester.caller,
            role: requester.role,
            action: action,
            target: target?.description,
            outcome: outcome,
            detail: text
        )
    }
}
