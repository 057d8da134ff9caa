import Bus
import Domain
import Store
import Threading

extension Flow {
    /// Asks a person to approve something, and waits for the decision without holding a worker.
    ///
    /// The decision is bound to the content: whoever decides names the hash of what was shown.
    ///
    /// - Parameters:
    ///   - what: what is to be approved, such as `script`.
    ///   - content: exactly what is shown.
    ///   - limit: how long there is to decide; afterwards it counts as expired.
    package func approval(
        _ what: String,
        of content: some Encodable & Sendable,
        within limit: Duration? = nil
    ) async throws -> Approval {
        let hash = "\(try ContentHash(of: content))"
        let approval = try await ask(what, within: limit) { hash }
        // The record says that something else was let pass.
        guard !approval.isApproved || approval.contentHash == hash else {
            throw state.withLock { $0.end(.broken("what was approved as '\(what)' is not what there is now")) }
        }
        return approval
    }

    /// Asks a person to approve something that may change while the run waits, such as a file.
    ///
    /// - Parameters:
    ///   - what: what is to be approved.
    ///   - limit: how long there is to decide.
    ///   - content: reads what is shown. It is read again each time that the run is taken up: when it has changed, the
    ///     decision is void and asked for anew, also when it had been approved already.
    package func approval(
        _ what: String,
        within limit: Duration? = nil,
        ofCurrent content: @Sendable () async throws -> some Encodable & Sendable
    ) async throws -> Approval {
        try await ask(what, within: limit) { "\(try ContentHash(of: try await content()))" }
    }

    private func ask(
        _ what: String,
        within limit: Duration?,
        _ hash: @Sendable () async throws -> String
    ) async throws -> Approval {
        let output = try await call(what) {
            let slot = try slot(what, .approval)
            var current = ""
            if slot.record?.isFinished != true {
                _ = try goOn()
                do {
                    current = try await hash()
                } catch {
                    throw FlowEnding.hindered("the content of '\(what)' cannot be read: \(error)")
                }
            }
            let shown = current
            return try await wait(slot) { transaction, journal in
                try ApprovalDesk(slot: slot, hash: shown, limit: limit, journal: journal).look(&transaction)
            }
        }
        return try FlowJSON.decode(Approval.self, from: output, of: "decision on '\(what)'")
    }
}
