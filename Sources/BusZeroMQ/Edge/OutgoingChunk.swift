import CZeroMQ

/// A run of events on their way from the pump to the sockets: their bytes, one after the other, and where each ends.
struct OutgoingChunk: Sendable {
    struct Record: Sendable {
        /// Where the event's bytes start in `bytes`.
        var start: Int
        /// The sockets that want it, one bit each; 0 for an event that nobody wants, which has no bytes.
        var targets: UInt32
        var topic: UInt32
        var seq: UInt64
        var topicEnd: UInt32 = 0
        var headerEnd: UInt32 = 0
        var end: UInt32 = 0
    }

    var bytes: [UInt8] = []
    var records: [Record] = []
    /// Topics that `records` name for the first time.
    var newTopics: [NewTopic] = []
    /// The state of the subscriptions that `targets` was decided by.
    var generation: UInt64 = 0

    static let recordsMax = 256
    static let sizeBytesMax = 256 << 10

    var isFull: Bool { records.count >= OutgoingChunk.recordsMax || bytes.count >= OutgoingChunk.sizeBytesMax }

    /// Takes the events back but keeps the announcements of topics.
    mutating func restart() {
        bytes.removeAll(keepingCapacity: true)
        records.removeAll(keepingCapacity: true)
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        records.removeAll(keepingCapacity: true)
        newTopics.removeAll(keepingCapacity: true)
    }
}
