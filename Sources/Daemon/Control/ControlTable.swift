import BusZeroMQ
import Domain
import Telemetry

/// Every control method there is.
///
/// What is not listed does not exist; nothing is reached by reflection.
struct ControlTable: Sendable {
    let methods: [String: ControlMethod]
    private let audit: ControlAudit
    private let metrics: MetricsRegistry

    /// - Precondition: no two methods have the same name.
    init(_ methods: [ControlMethod], audit: ControlAudit, metrics: MetricsRegistry) {
        self.methods = Dictionary(uniqueKeysWithValues: methods.map { ($0.name, $0) })
        self.audit = audit
        self.metrics = metrics
    }

    var names: [String] { methods.keys.sorted() }

    /// Answers one request: finds the method, checks the role, runs it, and writes the audit trail.
    func answer(_ request: ControlRequest) async -> ControlReply {
        guard let method = methods[request.method] else {
            metrics.counter(.controlRefusedRequests, "unknown method").increment()
            return .failure(.unknownMethod(request.method))
        }
        let start = ContinuousClock.now
        let reply = await run(method, request)
        let isFailure = if case .failure = reply { true } else { false }
        metrics.counter(.controlRequests, method.name, isFailure ? "failed" : "done").increment()
        metrics.histogram(.controlRequestSeconds, method.name).observe(start.duration(to: .now))
        return reply
    }

    private func run(_ method: ControlMethod, _ request: ControlRequest) async -> ControlReply {
        guard request.caller.role >= method.role else {
            metrics.counter(.controlRefusedRequests, "not permitted").increment()
            if method.isMutating { _ = await audit.write(request, .refused) }
            return .failure(.notPermitted(needs: method.role))
        }
        let call = ControlCall(
            method: method.name,
            params: ControlParameters(request.params),
            caller: request.caller,
            progress: request.progress
        )
        do throws(JSONRPCError) {
            let result = try await method.body(call)
            // A change that cannot be audited is done all the same, but nobody is told that all is well.
            if method.isMutating, await !audit.write(request, .done) {
                return .failure(.doneWithoutAudit)
            }
            return .result(result)
        } catch {
            if method.isMutating { _ = await audit.write(request, .failed) }
            return .failure(error)
        }
    }
}
