import Threading

extension Flow {
    /// Says how what came before is undone, should the run be cancelled or fail later.
    ///
    /// Compensations run in reverse order, as steps of their own, each as often as its policy allows; one that fails is
    /// reported and the others still run. It is recorded with whatever is written next.
    package func compensate(
        _ name: String,
        policy: StepPolicy = .standard,
        _ body: @escaping @Sendable (_ idempotencyKey: String) async throws -> Void
    ) throws {
        try enterBriefly(name) { state throws(FlowEnding) in
            let slot = try state.slot(name, .compensation)
            let work = StepWork(name, policy, doing: body)
            state.compensations.append(Compensation(slot: slot, work: work))
            if slot.record == nil { state.pending.append(StepWrite(slot, .registered)) }
        }
    }

    /// Says how what came before is undone.
    package func compensate(
        _ name: String,
        policy: StepPolicy = .standard,
        _ body: @escaping @Sendable () async throws -> Void
    ) throws {
        try compensate(name, policy: policy) { _ in try await body() }
    }

    /// A call that waits for nothing.
    func enterBriefly<Value: Sendable>(
        _ name: String,
        _ body: (inout FlowState) throws(FlowEnding) -> Value
    ) throws(FlowEnding) -> Value {
        try state.withLock { state throws(FlowEnding) in
            try state.enter(name)
            do throws(FlowEnding) {
                let value = try body(&state)
                state.leave()
                return value
            } catch {
                throw state.end(error)
            }
        }
    }
}

extension Flow {
    /// Ends this run and goes on as a new one, with a fresh record: for work without an end.
    ///
    /// The new run has the unique key, the parent, and the signals that nobody took. Compensations are not carried
    /// over.
    package func continueAsNew(_ input: some Encodable & Sendable) throws -> Never {
        let input = try FlowJSON.encode(input, of: "input")
        throw try enterBriefly("continueAsNew") { state throws(FlowEnding) in
            if let difference = state.replay.end() { throw .nondeterministic(difference) }
            return state.end(.continued(input: input))
        }
    }
}
