package import Logging

/// The logging library's handler: makes a record of a call and hands it to the pipeline.
package struct QueueLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let pipeline: LogPipeline
    private let live: LabelLevel
    private var override: Logger.Level?

    package init(
        label: String,
        pipeline: LogPipeline,
        levels: LogLevels,
        metadataProvider: Logger.MetadataProvider? = nil
    ) {
        self.label = label
        self.pipeline = pipeline
        self.metadataProvider = metadataProvider
        live = levels.live(label)
    }

    /// The level set at run time for the label, unless this very logger was given one of its own.
    package var logLevel: Logger.Level {
        get { override ?? live.level }
        set { override = newValue }
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var fields = LogField.flatten(metadata, metadataProvider?.get(), event.metadata)
        if let error = event.error {
            fields.removeAll { $0.key == LogKey.error || $0.key == LogKey.errorType }
            fields.append(LogField(LogKey.error, "\(error)"))
            fields.append(LogField(LogKey.errorType, String(reflecting: type(of: error))))
            fields.sort { $0.key < $1.key }
        }
        pipeline.append(
            LogRecord(
                time: pipeline.time,
                level: event.level,
                label: label,
                message: event.message.description,
                fields: fields,
                file: event.file,
                function: event.function,
                line: event.line
            )
        )
    }
}
