import Bus
import Threading

/// One of several different steps that run side by side.
package struct Branch<Output: Codable & Sendable>: Sendable {
    let work: StepWork

    package init(
        _ name: String,
        policy: StepPolicy = .standard,
        _ body: @escaping @Sendable (_ idempotencyKey: String) async throws -> Output
    ) {
        work = StepWork(name, policy, body)
    }

    package init(
        _ name: String,
        policy: StepPolicy = .standard,
        _ body: @escaping @Sendable () async throws -> Output
    ) {
        work = StepWork(name, policy) { _ in try await body() }
    }
}

extension Flow {
    /// Runs one step for each element, several at a time.
    ///
    /// - Parameters:
    ///   - name: the steps are called `name[0]`, `name[1]` and so on.
    ///   - elements: in an order that a replay finds again: never a set's or a dictionary's.
    ///   - limit: how many run at a time.
    ///   - policy: how often and how long each may try.
    ///   - body: given the element and the idempotency key.
    /// - Returns: the answers, in the order of the elements.
    /// - Throws: `StepFailure` of the first element that failed for good, once all others have ended.
    package func parallel<Elements: RandomAccessCollection, Output: Codable & Sendable>(
        _ name: String,
        _ elements: Elements,
        limit: Int = 4,
        policy: StepPolicy = .standard,
        _ body: @escaping @Sendable (_ element: Elements.Element, _ idempotencyKey: String) async throws -> Output
    ) async throws -> [Output] where Elements.Element: Sendable {
        let works = elements.enumerated().map { index, element in
            StepWork("\(name)[\(index)]", policy) { key in try await body(element, key) }
        }
        let outputs = try await performAll(name, works, limit: limit)
        return try outputs.map { try FlowJSON.decode(Output.self, from: $0, of: "output of '\(name)'") }
    }

    /// Runs different steps side by side.
    ///
    ///     let (voice, images) = try await flow.together(
    ///         Branch("voice") { try await speaker.speak(script) },
    ///         Branch("images") { try await painter.paint(script) }
    ///     )
    ///
    /// - Throws: `StepFailure` of the first branch that failed for good, once all others have ended.
    package func together<each Output: Codable & Sendable>(
        _ branch: repeat Branch<each Output>
    ) async throws -> (repeat each Output) {
        var works: [StepWork] = []
        repeat works.append((each branch).work)
        let outputs = try await performAll(works.map(\.name).joined(separator: "+"), works, limit: works.count)
        var position = 0
        func next<Value: Codable & Sendable>(_ branch: Branch<Value>) throws -> Value {
            defer { position += 1 }
            return try FlowJSON.decode(Value.self, from: outputs[position], of: "output of '\(branch.work.name)'")
        }
        return (repeat try next(each branch))
    }

    private func performAll(_ name: String, _ works: [StepWork], limit: Int) async throws -> [String] {
        try await call(String(decoding: name.utf8.prefix(Flow.nameBytesMax), as: UTF8.self)) {
            var runs: [StepRun] = []
            for work in works {
                let slot = try state.withLock { state throws(FlowEnding) in
                    try state.slot(work.name, .step, mayBeMissing: true)
                }
                runs.append(StepRun(flow: self, slot: slot, work: work))
            }
            // Not with whichever of them comes first: those after it might be recorded before.
            if runs.contains(where: { $0.slot.record == nil }), state.withLock({ !$0.pending.isEmpty }) {
                _ = try goOn()
                try await write { _, _ in }
            }
            return try Flow.merge(await Flow.outcomes(of: runs, limit: max(1, limit)))
        }
    }

    /// Runs all of them to their end, so that what one has done is recorded whatever becomes of the others.
    private static func outcomes(of runs: [StepRun], limit: Int) async -> [Result<String, any Error>] {
        await withTaskGroup(of: (Int, Result<String, any Error>).self) { group in
            var outcomes = [Result<String, any Error>](repeating: .failure(CancellationError()), count: runs.count)
            var next = 0
            func begin() {
                guard next < runs.count else { return }
                let (index, run) = (next, runs[next])
                next += 1
                // Each step by itself, as many at once as the flow says.
                group.addTask {
                    do {
                        return (index, .success(try await run.output()))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            for _ in 0..<limit { begin() }
            while let (index, outcome) = await group.next() {
                outcomes[index] = outcome
                begin()
            }
            return outcomes
        }
    }

    /// One outcome for all: a broken flow before a wait, a wait before a failed step.
    private static func merge(_ outcomes: [Result<String, any Error>]) throws -> [String] {
        var failure: (any Error)?
        var parked: [Timestamp?] = []
        for case .failure(let error) in outcomes {
            guard let ending = error as? FlowEnding else {
                failure = failure ?? error
                continue
            }
            guard case .parked(let time) = ending else { throw ending }
            parked.append(time)
        }
        guard parked.isEmpty else { throw FlowEnding.parked(until: parked.compactMap { $0 }.min()) }
        if let failure { throw failure }
        return try outcomes.map { try $0.get() }
    }
}
