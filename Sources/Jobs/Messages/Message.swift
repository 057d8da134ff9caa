package import Bus

/// A message as a reader gets it: the fields of pgmq's `message_record`.
package struct Message: Hashable, Sendable {
    /// Counts from 1 in each queue.
    package let id: Int64
    /// How many times it has been read, this time included.
    package let readCount: Int
    package let enqueuedAt: Timestamp
    /// When it can be read again.
    package let visibleAt: Timestamp
    /// JSON of any kind, because outside programs write it too.
    package let body: String
    /// A JSON object.
    package let headers: String?
}

/// A message to be sent.
package struct OutgoingMessage: Hashable, Sendable {
    /// The largest body, in bytes.
    package static let bodyBytesMax = 1024 * 1024

    /// JSON.
    package var body: String
    /// A JSON object.
    package var headers: String?

    package init(_ body: String, headers: String? = nil) {
        self.body = body
        self.headers = headers
    }
}

/// A message that was given up, as it lies in the archive.
package struct DeadLetter: Hashable, Sendable {
    package let id: Int64
    package let readCount: Int
    package let enqueuedAt: Timestamp
    package let archivedAt: Timestamp
    package let body: String
    /// Why it was given up: its header `dead_letter_reason`.
    package let reason: String
}

/// A queue and how full it is: the fields of pgmq's `metrics_result`.
package struct MessageQueueMetrics: Hashable, Sendable {
    package let queue: String
    /// Messages that are there, hidden ones included.
    package let length: Int64
    /// Messages that can be read now.
    package let visibleLength: Int64
    /// Of the newest message, in seconds; `nil` without one.
    package let newestAgeSeconds: Int?
    package let oldestAgeSeconds: Int?
    /// How many were ever sent to it.
    package let sentCount: Int64
}

extension QueueName {
    /// Asks for fresh indicators of a symbol and timeframe, in JSON objects.
    package static let ingestIndicators: QueueName = "ingest_indicators"
    /// Asks for signals from indicators that have arrived, in JSON objects.
    package static let computeSignals: QueueName = "compute_signals"
    /// Asks for the win rate of past signals, in JSON objects.
    package static let computeWinRate: QueueName = "compute_winrate"
}
