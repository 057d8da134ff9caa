import ArgumentParser
import CryptoCallClient

/// `metrics`: all figures, in the form Prometheus reads.
struct MetricsCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "Print all metrics in the Prometheus text format."
    )

    @OptionGroup var options: GlobalOptions

    func perform() async throws {
        try await Session(options).show("system.metrics", as: Metrics.self) { metrics, _ in
            metrics.text.split(separator: "\n", omittingEmptySubsequences: true).map { Terminal.plain(String($0)) }
        }
    }
}
