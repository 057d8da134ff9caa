/// What a metric is: the row of it in the documentation, and what the registry needs to keep it.
package struct MetricDeclaration: Hashable, Sendable {
    package let name: String
    package let kind: MetricKind
    /// One sentence for a person reading a dashboard.
    package let help: String
    /// The label names, in the order in which values are given.
    package let labels: [String]
    /// Label sets kept apart; further ones are added up under `other`.
    package let seriesMax: Int
    /// Upper bounds of a histogram's buckets; empty for the other kinds.
    package let buckets: [Double]

    init(
        name: String,
        kind: MetricKind,
        help: String,
        labels: [String],
        seriesMax: Int,
        buckets: [Double] = []
    ) {
        self.name = name
        self.kind = kind
        self.help = help
        self.labels = labels
        self.seriesMax = seriesMax
        self.buckets = buckets
    }
}

/// How a metric behaves, in the words of the exposition format.
package enum MetricKind: String, Hashable, Sendable {
    /// Only grows; starts at zero with the process.
    case counter
    /// Goes up and down.
    case gauge
    /// Counts observations by size.
    case histogram
}

/// What the catalogue says about one metric beside its name.
package struct MetricNote: Sendable {
    let help: String
    let labels: [String]
    let seriesMax: Int
    let buckets: MetricBuckets

    init(_ help: String, by labels: String..., atMost seriesMax: Int = 64, in buckets: MetricBuckets = .requests) {
        self.help = help
        self.labels = labels
        self.seriesMax = seriesMax
        self.buckets = buckets
    }
}

/// The fixed bucket bounds that histograms use, so that figures of different metrics can be compared.
package enum MetricBuckets: Sendable {
    /// 1 µs to 4 s, doubling: work inside the process.
    case hops
    /// 1 ms to 60 s: requests to and from others.
    case requests
    /// 64 bytes to 64 MiB, times four.
    case sizes

    package var bounds: [Double] {
        switch self {
        case .hops: (0..<23).map { 1e-6 * Double(UInt64(1) << UInt64($0)) }
        case .requests: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
        case .sizes: (0..<11).map { 64 * Double(UInt64(1) << UInt64(2 * $0)) }
        }
    }
}
