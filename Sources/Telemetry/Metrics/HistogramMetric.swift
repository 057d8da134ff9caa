/// The histograms that the station has.
///
/// A histogram that is not listed here cannot be made.
package enum HistogramMetric: String, CaseIterable, Sendable {
    case apiRequestSeconds = "cryptocall_api_request_seconds"
    case controlRequestSeconds = "cryptocall_control_request_seconds"
    case httpClientRequestSeconds = "cryptocall_httpclient_request_seconds"
    case jobsRunSeconds = "cryptocall_jobs_run_seconds"
    case jobsWaitSeconds = "cryptocall_jobs_wait_seconds"
    case llmFirstContentSeconds = "cryptocall_llm_first_content_seconds"
    case supervisionRestartSeconds = "cryptocall_supervision_restart_seconds"

    var note: MetricNote {
        switch self {
        case .apiRequestSeconds: MetricNote("Time to answer an HTTP request.", by: "route", atMost: 256)
        case .controlRequestSeconds: MetricNote("Time to answer a control request.", by: "method", in: .hops)
        case .httpClientRequestSeconds: MetricNote("Time that an outgoing request took.", by: "host")
        case .jobsRunSeconds: MetricNote("Time that an attempt of a job took.", by: "kind", atMost: 128)
        case .jobsWaitSeconds:
            MetricNote("Time from when a job could run to when it was claimed.", by: "queue", atMost: 128)
        case .llmFirstContentSeconds:
            MetricNote("Time from a model call to its first content.", by: "provider", atMost: 64)
        case .supervisionRestartSeconds:
            MetricNote("Time from a failure to the new incarnation's readiness.", in: .hops)
        }
    }

    /// The metric's row of the catalogue.
    package var declaration: MetricDeclaration {
        let note = note
        return MetricDeclaration(
            name: rawValue,
            kind: .histogram,
            help: note.help,
            labels: note.labels,
            seriesMax: note.seriesMax,
            buckets: note.buckets.bounds
        )
    }
}
