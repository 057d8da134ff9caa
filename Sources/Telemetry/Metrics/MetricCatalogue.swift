/// Everything the station measures: the source of the documentation's table.
package enum MetricCatalogue {
    /// Every declared metric, sorted by name.
    package static let all: [MetricDeclaration] =
        (CounterMetric.allCases.map(\.declaration) + GaugeMetric.allCases.map(\.declaration)
        + HistogramMetric.allCases.map(\.declaration)).sorted { $0.name < $1.name }

    /// The table of metrics in Markdown, one row each, with a heading row.
    package static var markdown: String {
        (["| metric | kind | labels | meaning |", "|---|---|---|---|"] + all.map(row)).joined(separator: "\n") + "\n"
    }

    private static func row(_ metric: MetricDeclaration) -> String {
        let labels = metric.labels.isEmpty ? "" : metric.labels.map { "`\($0)`" }.joined(separator: ", ")
        return "| `\(metric.name)` | \(metric.kind.rawValue) | \(labels) | \(metric.help) |"
    }
}
