package import Bus

/// One line of the audit log: who did what, and how it ended.
package struct Activity: Hashable, Sendable {
    package var time: Timestamp
    /// Who asked: an actor, a key's name, a user.
    package var caller: String
    package var role: String
    /// What was asked for, such as a control method.
    package var action: String
    /// What it was done to.
    package var target: String?
    /// `done`, `refused`, or the error in short.
    package var outcome: String
    /// More, as JSON.
    ///
    /// Never a secret.
    package var detail: String?

    package init(
        time: Timestamp,
        caller: String,
        role: String,
        action: String,
        target: String? = nil,
        outcome: String,
        detail: String? = nil
    ) {
        self.time = time
        self.caller = caller
        self.role = role
        self.action = action
        self.target = target
        self.outcome = outcome
        self.detail = detail
    }
}

/// An activity with its place in the audit log.
package struct RecordedActivity: Hashable, Sendable {
    package let id: Int64
    package let activity: Activity

    package init(id: Int64, activity: Activity) {
        self.id = id
        self.activity = activity
    }
}

/// The audit log: append only, kept for one year, enforced by the database itself.
package protocol ActivityLog: Sendable {
    /// Writes one line, by itself. Returns once it is committed.
    func record(_ activity: Activity) async throws(StoreError)
    /// The newest lines before an id, newest first; at most 1000.
    func activities(before id: Int64?, limit: Int) async throws(StoreError) -> [RecordedActivity]
}
