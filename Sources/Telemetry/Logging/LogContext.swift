package import Logging

/// Fields that belong to everything logged while one piece of work runs: the request, the event's correlation id.
///
/// `LogContext.$fields.withValue([LogKey.requestID: "…"]) { … }` adds them to each record of that task and its children.
package enum LogContext {
    @TaskLocal package static var fields: Logger.Metadata = [:]

    static let provider = Logger.MetadataProvider { fields }
}
