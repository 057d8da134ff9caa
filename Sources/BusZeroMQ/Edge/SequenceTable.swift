import Bus

/// The last sequence number of each full topic that has gone past the sockets, sent or not wanted by anybody.
///
/// Kept by the thread that sends, so that what a welcome says is exactly where its subscriber's events go on.
struct SequenceTable {
    private struct Entry {
        let topic: [UInt8]
        var seq: UInt64
        var hasMoved: Bool
    }

    private var entries: [Entry] = []
    private var moved: [Int] = []

    /// Makes room for topics whose numbers follow on from those known.
    mutating func append(_ topics: [NewTopic]) {
        for topic in topics { entries.append(Entry(topic: topic.text, seq: topic.seq, hasMoved: false)) }
    }

    mutating func record(_ topic: Int, _ seq: UInt64) {
        entries[topic].seq = seq
        if !entries[topic].hasMoved {
            entries[topic].hasMoved = true
            moved.append(topic)
        }
    }

    /// Appends `{"topic":seq,…}` of the topics that start with a prefix.
    func write(prefix: [UInt8], to bytes: inout [UInt8]) {
        SequenceTable.write(entries.lazy.filter { $0.seq > 0 && $0.topic.starts(with: prefix) }, to: &bytes)
    }

    /// Appends `{"topic":seq,…}` of the topics that moved since the last call.
    mutating func writeMoved(to bytes: inout [UInt8]) {
        SequenceTable.write(moved.lazy.map { [entries] in entries[$0] }, to: &bytes)
        for index in moved { entries[index].hasMoved = false }
        moved.removeAll(keepingCapacity: true)
    }

    private static func write(_ entries: some Sequence<Entry>, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        var isFirst = true
        for entry in entries {
            bytes.append(contentsOf: isFirst ? [UInt8(ascii: "\"")] : [UInt8(ascii: ","), UInt8(ascii: "\"")])
            isFirst = false
            bytes.append(contentsOf: entry.topic)
            bytes.append(contentsOf: [UInt8(ascii: "\""), UInt8(ascii: ":")])
            bytes.append(contentsOf: String(entry.seq).utf8)
        }
        bytes.append(UInt8(ascii: "}"))
    }
}

/// A full topic that the pump has met for the first time; its number is its place in the order of meeting.
struct NewTopic: Sendable {
    let text: [UInt8]
    /// Its last sequence number before anything passed here.
    let seq: UInt64
}
