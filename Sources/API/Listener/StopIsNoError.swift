import Logging

/// Passes on what the server says, except that it was stopped: it calls that an error.
struct StopIsNoError: LogHandler {
    var inner: any LogHandler

    /// The server's words when its task is cancelled while it waits for connections.
    private static let stopped = "Waiting on child channel: CancellationError()"

    var logLevel: Logger.Level {
        get { inner.logLevel }
        set { inner.logLevel = newValue }
    }

    var metadata: Logger.Metadata {
        get { inner.metadata }
        set { inner.metadata = newValue }
    }

    var metadataProvider: Logger.MetadataProvider? {
        get { inner.metadataProvider }
        set { inner.metadataProvider = newValue }
    }

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { inner[metadataKey: key] }
        set { inner[metadataKey: key] = newValue }
    }

    func log(event: LogEvent) {
        guard event.message.description != StopIsNoError.stopped else { return }
        inner.log(event: event)
    }
}
