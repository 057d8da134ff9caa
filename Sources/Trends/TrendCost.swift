package import LLM

/// What a search has cost.
package enum TrendCost {
    /// - Parameters:
    ///   - report: what became of the call.
    ///   - assumed: what one is taken to cost of which nobody tells it, in 1e-10 USD.
    /// - Returns: 1e-10 USD: what providers say or what our prices make of it, and the assumed amount for each attempt
    ///   that may have searched before it failed.
    package static func ticks(of report: CallReport, assumed: Int64) -> Int64 {
        let untold = report.contributions.count { $0.usage == nil }
        let failed = report.attempts.count { attempt in
            if case .failed(let failure) = attempt.reason { failure.mayHaveCost } else { false }
        }
        return report.costs.values.reduce(0, +) + assumed * Int64(untold + failed)
    }
}

extension ModelFailure {
    /// Whether its provider may have worked, and counts it, all the same.
    var mayHaveCost: Bool {
        // An answer that is an error came before any work.
        if let status, status >= 300 { return false }
        switch kind {
        case .unreachable, .keyRefused, .outOfMoney, .unknownModel, .contextTooLong, .badRequest, .rateLimited,
            .crowded:
            return false
        case .timedOut, .truncated, .empty, .malformed, .overloaded, .serverError, .contentRefused, .badOutput,
            .cancelled:
            return true
        }
    }
}
