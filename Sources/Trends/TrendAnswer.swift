package import LLM

extension TrendPolls.Result {
    /// What a call says about trends.
    ///
    /// - Parameter report: of a call with a search.
    package init(_ report: CallReport) {
        guard case .complete(let end, let by) = report.outcome else {
            self = .failed(report.failure ?? ModelFailure(.empty))
            return
        }
        // What a model says without having looked is made up.
        guard let usage = end.usage, usage.searches > 0 else {
            self = .failed(ModelFailure(.badOutput, detail: "the model has not searched"))
            return
        }
        guard let reading = TrendReading(report.content.text) else {
            self = .failed(ModelFailure(.badOutput, detail: "the answer is no list of trends"))
            return
        }
        self = .answered(reading, by: by.last?.target.description ?? "")
    }
}
