/// The histograms that the station has.
///
/// A histogram that is not listed here cannot be made.
package enum HistogramMetric: String, CaseIterable, Sendable {
    case apiRequestSeconds = "cryptocall_api_request_seconds"
    case busDeliverySeconds = "cryptocall_bus_delivery_seconds"
    case httpClientRequestSeconds = "cryptocall_httpclient_request_seconds"
    case storeCommitSeconds = "cryptocall_store_commit_seconds"
    case supervisionRestartSeconds = "cryptocall_supervision_restart_seconds"
    case zeromqPayloadBytes = "cryptocall_zeromq_payload_bytes"
    case zeromqRequestSeconds = "cryptocall_zeromq_request_seconds"
    case zeromqSelfTestSeconds = "cryptocall_zeromq_self_test_seconds"

    var note: MetricNote {
        switch self {
        case .apiRequestSeconds: MetricNote("Time to answer an HTTP request.", by: "route")
        case .busDeliverySeconds: MetricNote("Time from publishing to handling, sampled.", by: "subscriber", in: .hops)
        case .httpClientRequestSeconds: MetricNote("Time that an outgoing request took.", by: "host")
        case .storeCommitSeconds: MetricNote("Time that a commit took.", in: .hops)
        case .supervisionRestartSeconds:
            MetricNote("Time from a failure to the new incarnation's readiness.", in: .hops)
        case .zeromqPayloadBytes: MetricNote("Payload sizes of the events that left.", in: .sizes)
        case .zeromqRequestSeconds: MetricNote("Time to answer a control request.", by: "method", in: .hops)
        case .zeromqSelfTestSeconds: MetricNote("Round trip of the self-test through the real socket.", in: .hops)
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
