package import Bus
import Store

/// One line of a list of runs.
package struct RunSummary: Codable, Hashable, Sendable {
    package let id: UUIDv7
    package let workflow: String
    package let version: Int
    package let state: RunState
    package let waitingFor: String?
    package let error: String?
    package let startedAt: Timestamp
    package let finishedAt: Timestamp?

    init(_ row: SQLRow) throws(StoreError) {
        guard let id = row[0].id, let workflow = row[1].text, let version = row[2].int,
            let state = row[3].text.flatMap(RunState.init), let startedAt = row[6].time
        else { throw StoreError(.corrupt, "workflow_run") }
        self.id = id
        self.workflow = workflow
        self.version = version
        self.state = state
        waitingFor = row[4].text
        error = row[5].text
        self.startedAt = startedAt
        finishedAt = row[7].time
    }
}

/// Everything about one run.
package struct RunReport: Codable, Hashable, Sendable {
    package let id: UUIDv7
    package let workflow: String
    package let jobState: JobState
    /// JSON.
    package let input: String
    package let parent: UUIDv7?
    package let cancelRequestedAt: Timestamp?
    package let cancelledBy: String?
    package let continuedAs: UUIDv7?
    package let continuedFrom: UUIDv7?
    /// Absent until it has begun.
    package let summary: RunSummary?
    package let steps: [StepRecord]
    package let signals: [SignalReport]
    package let approvals: [ApprovalReport]
}

/// A signal that was sent to a run.
package struct SignalReport: Codable, Hashable, Sendable {
    package let name: String
    package let messageID: String
    package let receivedAt: Timestamp
    /// The step that took it.
    package let step: Int?

    init(_ row: SQLRow) throws(StoreError) {
        guard let name = row[0].text, let messageID = row[1].text, let receivedAt = row[2].time else {
            throw StoreError(.corrupt, "workflow_signal")
        }
        self.name = name
        self.messageID = messageID
        self.receivedAt = receivedAt
        step = row[3].int
    }
}

/// A request for approval, and what was decided.
package struct ApprovalReport: Codable, Hashable, Sendable {
    package let run: UUIDv7
    package let step: Int
    /// More than 1 when the content changed after it had been asked for.
    package let round: Int
    package let what: String
    package let contentHash: String
    package let requestedAt: Timestamp
    package let deadline: Timestamp?
    /// `approved`, `rejected`, `expired` or `void`; absent while it is open.
    package let decision: String?
    package let decidedBy: String?
    package let decidedAt: Timestamp?
    package let note: String?

    init(_ row: SQLRow) throws(StoreError) {
        guard let run = row[0].id, let step = row[1].int, let round = row[2].int, let what = row[3].text,
            let contentHash = row[4].text, let requestedAt = row[5].time
        else { throw StoreError(.corrupt, "approval") }
        self.run = run
        self.step = step
        self.round = round
        self.what = what
        self.contentHash = contentHash
        self.requestedAt = requestedAt
        deadline = row[6].time
        decision = row[7].text
        decidedBy = row[8].text
        decidedAt = row[9].time
        note = row[10].text
    }
}
