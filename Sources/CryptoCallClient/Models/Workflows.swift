/// The result of `workflows.list`.
public struct WorkflowList: Codable, Hashable, Sendable {
    public let runs: [WorkflowLine]
}

/// One run of a workflow.
public struct WorkflowLine: Codable, Hashable, Sendable {
    public let id: String
    public let workflow: String
    public let version: Int
    /// `running`, `waiting`, `compensating`, `completed`, `failed` or `cancelled`.
    public let state: String
    public let waitingFor: String?
    public let error: String?
    public let startedAt: String
    public let finishedAt: String?
}

/// The result of `workflows.show`.
public struct WorkflowReport: Codable, Hashable, Sendable {
    public struct Failure: Codable, Hashable, Sendable {
        public let attempt: Int
        public let at: String
        public let message: String
    }

    public struct Step: Codable, Hashable, Sendable {
        public let number: Int
        public let name: String
        public let kind: String
        public let state: String
        public let attempt: Int
        public let output: String?
        public let errors: [Failure]
        public let dueAt: String?
        public let startedAt: String
        public let finishedAt: String?
    }

    public struct Signal: Codable, Hashable, Sendable {
        public let name: String
        public let messageID: String
        public let receivedAt: String
        public let step: Int?
    }

    public let id: String
    public let workflow: String
    public let jobState: String
    /// JSON.
    public let input: String
    public let parent: String?
    public let cancelRequestedAt: String?
    public let cancelledBy: String?
    public let continuedAs: String?
    public let continuedFrom: String?
    /// Absent until it has begun.
    public let summary: WorkflowLine?
    public let steps: [Step]
    public let signals: [Signal]
    public let approvals: [WorkflowApproval]
}

/// A request for somebody's decision.
public struct WorkflowApproval: Codable, Hashable, Sendable {
    public let run: String
    public let step: Int
    public let round: Int
    /// What it is about; `workflows approve` takes it as its subject.
    public let what: String
    /// Of exactly what is to be approved.
    public let contentHash: String
    public let requestedAt: String
    public let deadline: String?
    /// Absent while it is open.
    public let decision: String?
    public let decidedBy: String?
    public let decidedAt: String?
    public let note: String?
}

/// The result of `workflows.approvals`.
public struct WorkflowApprovals: Codable, Hashable, Sendable {
    public let approvals: [WorkflowApproval]
}

/// The result of `workflows.decide`.
public struct WorkflowDecision: Codable, Hashable, Sendable {
    public let id: String
    public let subject: String
    public let decision: String
}

/// The result of `workflows.signal` and `workflows.cancel`.
public struct WorkflowAnswer: Codable, Hashable, Sendable {
    public let id: String
    /// False for a signal that had come before.
    public let accepted: Bool?
}
