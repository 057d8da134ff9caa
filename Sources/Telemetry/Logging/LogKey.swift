/// The shared names of log fields.
///
/// Messages are constant; what varies is metadata under these keys, so that one query finds the same fact in every
/// module: `logger.info("quote read", metadata: [LogKey.provider: "kraken", LogKey.latencyMS: "12"])`.
package enum LogKey {
    /// When it happened, in UTC.
    ///
    /// Written by the formatter.
    package static let timestamp = "timestamp"
    /// How bad it is.
    ///
    /// Written by the formatter.
    package static let level = "level"
    /// The program or part that speaks; the formatter writes the process's name when a record has none.
    package static let service = "service"
    /// The route or control method being served.
    package static let endpoint = "endpoint"
    /// The job queue or mailbox concerned.
    package static let queue = "queue"
    package static let userID = "user_id"
    /// The outside service that was asked.
    package static let provider = "provider"
    /// How long a request took, in milliseconds.
    package static let latencyMS = "latency_ms"
    /// How long a job took, in milliseconds.
    package static let jobMS = "job_ms"
    /// Model tokens used.
    ///
    /// A count, never a credential.
    package static let tokens = "tokens"
    package static let creditsCharged = "credits_charged"
    /// The trading pair or instrument.
    package static let symbol = "symbol"
    package static let timeframe = "timeframe"
    /// Entries waiting when the record was written.
    package static let queueDepth = "queue_depth"
    package static let requestID = "request_id"

    /// The label of the logger.
    ///
    /// Written by the formatter.
    package static let logger = "logger"
    /// The constant text.
    ///
    /// Written by the formatter.
    package static let message = "message"
    package static let error = "error"
    package static let errorType = "error_type"
    /// The supervised child concerned.
    package static let actor = "actor"
    package static let topic = "topic"
    package static let eventID = "event_id"
    package static let reason = "reason"
    package static let count = "count"
    package static let path = "path"
    /// The journal catalogue id of a life-cycle message.
    package static let messageID = "message_id"

    /// The fields that every part of the station shares, in the order in which formatters show them.
    package static let shared = [
        timestamp, level, service, endpoint, queue, userID, provider, latencyMS, jobMS, tokens, creditsCharged, symbol,
        timeframe, queueDepth, requestID,
    ]

    /// Keys whose values are numbers; JSON writes them without quotes when they are well formed.
    static let numeric: Set<String> = [latencyMS, jobMS, tokens, creditsCharged, queueDepth, count]

    /// Keys that only the formatter may write; metadata under them is renamed to `field_…`.
    static let reserved: Set<String> = [timestamp, level, logger, message]
}
