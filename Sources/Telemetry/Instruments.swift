import CoreMetrics
import Glibc
import Logging
package import Threading

/// The process's logs and metrics, made once at the start and handed to whoever needs them.
package struct Instruments: Sendable {
    package let logs: LogPipeline
    package let levels: LogLevels
    package let redactor: Redactor
    package let metrics: MetricsRegistry
    /// The form that was chosen, for the start message.
    package let output: LogOutput

    /// Makes them; nothing is logged by the libraries' loggers until they are connected.
    ///
    /// - Parameters:
    ///   - settings: how to log.
    ///   - environment: the process's environment.
    ///   - redactor: knows the secrets; may already hold those that the configuration named.
    /// - Throws: `InstrumentsError` when the system refuses a thread.
    package init(
        _ settings: LogSettings,
        environment: [String: String],
        redactor: Redactor = Redactor()
    ) throws(InstrumentsError) {
        output = LogOutput.choose(
            settings.format,
            environment: environment,
            standardError: DescriptorFacts(descriptor: STDERR_FILENO)
        )
        levels = LogLevels(settings.levels)
        metrics = MetricsRegistry()
        self.redactor = redactor
        do throws(ThreadError) {
            logs = try LogPipeline(
                sink: settings.sink(for: output),
                redactor: redactor,
                limits: settings.limits
            )
        } catch {
            throw .noThread(error)
        }
        metrics.addLogMetrics(of: logs)
        metrics.addProcessMetrics()
    }

    /// Makes them and connects the logging and metrics libraries to the station.
    ///
    /// Called once, before the first logger is made.
    ///
    /// - Parameters:
    ///   - settings: how to log.
    ///   - environment: the process's environment.
    ///   - redactor: knows the secrets; may already hold those that the configuration named.
    /// - Returns: what was made, to be handed on and closed at the end.
    /// - Throws: `InstrumentsError` when called twice or when the system refuses a thread.
    package static func bootstrap(
        _ settings: LogSettings,
        environment: [String: String],
        redactor: Redactor = Redactor()
    ) throws(InstrumentsError) -> Instruments {
        guard !wasBootstrapped.exchange(true, ordering: .acquiringAndReleasing) else { throw .alreadyBootstrapped }
        let made = try Instruments(settings, environment: environment, redactor: redactor)
        let (logs, levels) = (made.logs, made.levels)
        LoggingSystem.bootstrap(
            { label, provider in
                QueueLogHandler(label: label, pipeline: logs, levels: levels, metadataProvider: provider)
            },
            metadataProvider: LogContext.provider
        )
        MetricsSystem.bootstrap(made.metrics)
        return made
    }

    private static let wasBootstrapped = Atomic<Bool>(false)
}

/// How the process logs.
package struct LogSettings: Hashable, Sendable {
    /// The name under which the process logs.
    package var service: String
    package var format: LogFormat
    package var levels: LogLevelRules
    package var limits: LogQueueLimits

    package init(
        service: String = "cryptocalld",
        format: LogFormat = .auto,
        levels: LogLevelRules = LogLevelRules(),
        limits: LogQueueLimits = LogQueueLimits()
    ) {
        self.service = service
        self.format = format
        self.levels = levels
        self.limits = limits
    }

    /// The sink that writes in the chosen form to standard error or the journal.
    func sink(for output: LogOutput) -> any LogSink {
        switch output {
        case .json: return DescriptorSink(descriptor: STDERR_FILENO, formatter: JSONLogFormatter(service: service))
        case .text(let colours):
            return DescriptorSink(descriptor: STDERR_FILENO, formatter: TextLogFormatter(colours: colours))
        case .journal:
            let lines = DescriptorSink(descriptor: STDERR_FILENO, formatter: PriorityLogFormatter())
            guard let address = UnixAddress(JournalSink.standardPath),
                let journal = try? JournalSink(identifier: service, fallback: lines, address: address)
            else { return lines }  // no socket at all: the service manager still reads standard error
            return journal
        }
    }
}

/// Logs and metrics could not be set up.
package enum InstrumentsError: Error, CustomStringConvertible {
    case alreadyBootstrapped
    case noThread(ThreadError)

    package var description: String {
        switch self {
        case .alreadyBootstrapped: "logs and metrics are set up already"
        case .noThread(let error): "cannot start the log writer: \(error)"
        }
    }
}

extension MetricsRegistry {
    /// Adds the log's own figures, read at each scrape.
    package func addLogMetrics(of logs: LogPipeline) {
        for level in Logger.Level.allCases {
            read(.telemetryLogRecords, level.rawValue) { logs.statistics.accepted[level] ?? 0 }
        }
        read(.telemetryDroppedRecords) { logs.statistics.dropped }
        read(.telemetrySuppressedRecords) { logs.statistics.suppressed }
        read(.telemetryFailedRecords) { logs.statistics.failed }
    }
}
