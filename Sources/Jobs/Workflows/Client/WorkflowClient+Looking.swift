package import Bus
package import Store

extension WorkflowClient {
    /// How a run ended.
    package enum Outcome: Hashable, Sendable {
        /// The output is JSON.
        case completed(output: String)
        case failed(String)
        case cancelled
    }

    /// How a run ended, or the one that it went on as.
    ///
    /// - Returns: `nil` while it has not.
    /// - Throws: `WorkflowError.unknownRun`, `StoreError`.
    package func outcome(of run: UUIDv7) async throws -> Outcome? {
        guard let row = try await store.query(ClientSQL.state, [SQLValue(run)]).first,
            let job = row[1].text.flatMap(JobState.init)
        else { throw WorkflowError.unknownRun(run) }
        switch (row[2].text.flatMap(RunState.init), job) {
        case (.completed, _), (nil, .completed): return .completed(output: row[3].text ?? FlowJSON.nothing)
        case (.failed, _), (nil, .discarded): return .failed(row[4].text ?? "its job was discarded")
        case (.cancelled, _), (nil, .cancelled): return .cancelled
        default: return nil
        }
    }

    /// Waits for a run's end.
    ///
    /// - Returns: what its code returned.
    /// - Throws: `WorkflowError`: `.unknownRun`, `.failed`, `.cancelled`; `CancellationError`; `StoreError`.
    package func result<Output: Decodable>(of run: UUIDv7, as type: Output.Type = Output.self) async throws -> Output {
        switch try await end(of: run) {
        case .completed(let output): return try FlowJSON.decode(Output.self, from: output, of: "output")
        case .failed(let why): throw WorkflowError.failed(run, why)
        case .cancelled: throw WorkflowError.cancelled(run)
        }
    }

    /// Waits for a run's end.
    package func end(of run: UUIDv7) async throws -> Outcome {
        while true {
            // Before looking, so that no notice falls between.
            let notices = store.notices()
            if let outcome = try await outcome(of: run) { return outcome }
            try await withThrowingTaskGroup(of: Void.self) { group in
                // News against the time after which it is looked without.
                group.addTask {
                    // Also a run that this one went on as.
                    for await notice in notices where notice.hasPrefix(WorkflowNotice.prefix) { return }
                }
                group.addTask { [clock] in try await clock.sleep(for: .seconds(1)) }
                try await group.next()
                group.cancelAll()
            }
        }
    }

    /// Everything about a run, its steps with their times and failures among it.
    ///
    /// - Throws: `WorkflowError.unknownRun`, `StoreError`.
    package func show(_ run: UUIDv7) async throws -> RunReport {
        guard let row = try await store.query(ClientSQL.details, [SQLValue(run)]).first, let kind = row[0].text,
            let jobState = row[1].text.flatMap(JobState.init), let input = row[2].text
        else { throw WorkflowError.unknownRun(run) }
        let summary = SQL(
            stringLiteral: "SELECT \(ClientSQL.summaryColumns) FROM workflow_run WHERE workflow_run.id = ?1"
        )
        return RunReport(
            id: run,
            workflow: kind,
            jobState: jobState,
            input: input,
            parent: row[3].id,
            cancelRequestedAt: row[4].time,
            cancelledBy: row[5].text,
            continuedAs: row[6].id,
            continuedFrom: row[7].id,
            summary: try await store.query(summary, [SQLValue(run)]).first.map(RunSummary.init),
            steps: try await RunRecord.read(run, from: store)?.steps ?? [],
            signals: try await store.query(ClientSQL.signals, [SQLValue(run)]).map(SignalReport.init),
            approvals: try await store.query(ClientSQL.requests, [SQLValue(run)]).map(ApprovalReport.init)
        )
    }

    /// The runs that have begun and match, newest first.
    ///
    /// - Parameters:
    ///   - workflow: only those of this one.
    ///   - state: only those in this state.
    ///   - before: only those begun before this time, for the next page.
    ///   - limit: the most, up to 1000.
    /// - Returns: the runs.
    /// - Throws: `StoreError`.
    package func runs(
        of workflow: String? = nil,
        in state: RunState? = nil,
        before: Timestamp? = nil,
        limit: Int = 50
    ) async throws(StoreError) -> [RunSummary] {
        var (conditions, arguments): ([String], [SQLValue]) = ([], [SQLValue(min(max(1, limit), 1000))])
        func add(_ condition: String, _ value: SQLValue) {
            arguments.append(value)
            conditions.append("\(condition) ?\(arguments.count)")
        }
        if let workflow { add("name =", .text(workflow)) }
        if let state { add("state =", .text(state.rawValue)) }
        if let before { add("started_at <", SQLValue(before)) }
        let condition = conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND "))"
        let sql = SQL(
            stringLiteral: """
                SELECT \(ClientSQL.summaryColumns) FROM workflow_run \(condition)
                ORDER BY started_at DESC, id DESC LIMIT ?1
                """
        )
        var runs: [RunSummary] = []
        for row in try await store.query(sql, arguments) { runs.append(try RunSummary(row)) }
        return runs
    }
}
