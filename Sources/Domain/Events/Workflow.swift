package import Bus

/// A workflow run was begun.
///
/// The subject of all events of a run is its workflow: a closed set, because workflows are code.
package struct WorkflowStarted: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "workflow.run.started"
    package static let summary = "A workflow run was begun."
    package let run: UUIDv7
    package let workflow: String
    /// The version of the code that it began with.
    package let codeVersion: Int
    /// The run that waits for it.
    package let parent: UUIDv7?
    /// The run that it goes on from.
    package let continuedFrom: UUIDv7?

    package init(run: UUIDv7, workflow: String, codeVersion: Int, parent: UUIDv7?, continuedFrom: UUIDv7?) {
        self.run = run
        self.workflow = workflow
        self.codeVersion = codeVersion
        self.parent = parent
        self.continuedFrom = continuedFrom
    }

    package var subject: Subject? { Subject(workflow) }
}

/// A workflow run came to its end.
package struct WorkflowFinished: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "workflow.run.finished"
    package static let summary = "A workflow run came to its end."

    package enum Outcome: String, Codable, Hashable, Sendable, CaseIterable {
        case completed
        case failed
        case cancelled
        /// Another run goes on with its state.
        case continued
    }

    package let run: UUIDv7
    package let workflow: String
    package let outcome: Outcome
    /// Why it failed, or what could not be undone.
    package let error: String?
    package let continuedAs: UUIDv7?

    package init(run: UUIDv7, workflow: String, outcome: Outcome, error: String?, continuedAs: UUIDv7?) {
        self.run = run
        self.workflow = workflow
        self.outcome = outcome
        self.error = error
        self.continuedAs = continuedAs
    }

    package var subject: Subject? { Subject(workflow) }
}

/// A step of a workflow run came to its end, and will never be run again.
package struct WorkflowStepFinished: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "workflow.step.finished"
    package static let summary = "A step of a workflow run came to its end, and will never be run again."

    package enum Outcome: String, Codable, Hashable, Sendable, CaseIterable {
        case completed
        case failed
    }

    package let run: UUIDv7
    package let workflow: String
    /// Steps are numbered from 1 in the order of the calls.
    package let number: Int
    package let name: String
    /// Such as `step`, `timer`, `signal`, `approval`, `child`, `compensation`.
    package let kind: String
    package let outcome: Outcome
    package let attempts: Int
    /// How long its last attempt took; absent for what only waited.
    package let milliseconds: Double?
    package let error: String?

    package init(
        run: UUIDv7,
        workflow: String,
        number: Int,
        name: String,
        kind: String,
        outcome: Outcome,
        attempts: Int,
        milliseconds: Double?,
        error: String?
    ) {
        self.run = run
        self.workflow = workflow
        self.number = number
        self.name = name
        self.kind = kind
        self.outcome = outcome
        self.attempts = attempts
        self.milliseconds = milliseconds
        self.error = error
    }

    package var subject: Subject? { Subject(workflow) }
}

/// A workflow run waits for somebody to approve something.
package struct ApprovalRequested: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "workflow.approval.requested"
    package static let summary = "A workflow run waits for somebody to approve something."
    package let run: UUIDv7
    package let workflow: String
    package let step: Int
    /// What is to be approved, such as `script`.
    package let what: String
    /// SHA-256 of exactly what is to be approved; a decision has to name it.
    package let contentHash: String
    /// After this it counts as expired.
    package let deadline: Timestamp?

    package init(
        run: UUIDv7,
        workflow: String,
        step: Int,
        what: String,
        contentHash: String,
        deadline: Timestamp?
    ) {
        self.run = run
        self.workflow = workflow
        self.step = step
        self.what = what
        self.contentHash = contentHash
        self.deadline = deadline
    }

    package var subject: Subject? { Subject(workflow) }
}

/// Something was approved or rejected, or nobody decided in time, or its content changed.
package struct ApprovalDecided: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "workflow.approval.decided"
    package static let summary =
        "Something was approved or rejected, or nobody decided in time, or its content changed."

    package enum Decision: String, Codable, Hashable, Sendable, CaseIterable {
        case approved
        case rejected
        /// Its deadline passed.
        case expired
        /// What was shown is no longer what there is: it is asked for anew.
        case void
    }

    package let run: UUIDv7
    package let workflow: String
    package let step: Int
    package let what: String
    package let contentHash: String
    package let decision: Decision
    /// Absent when nobody decided.
    package let decidedBy: String?
    package let note: String?

    package init(
        run: UUIDv7,
        workflow: String,
        step: Int,
        what: String,
        contentHash: String,
        decision: Decision,
        decidedBy: String?,
        note: String?
    ) {
        self.run = run
        self.workflow = workflow
        self.step = step
        self.what = what
        self.contentHash = contentHash
        self.decision = decision
        self.decidedBy = decidedBy
        self.note = note
    }

    package var subject: Subject? { Subject(workflow) }
}
