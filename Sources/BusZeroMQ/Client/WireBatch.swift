/// One received event: its three frames, in storage shared with the rest of the batch.
package struct WireMessage: Sendable {
    package let topic: ArraySlice<UInt8>
    package let header: ArraySlice<UInt8>
    package let payload: ArraySlice<UInt8>

    package var topicText: String { String(decoding: topic, as: UTF8.self) }
}

/// Events received one after the other, in order.
///
/// All frames stand in one array, so a batch costs two allocations however many events it holds.
package struct WireBatch: Sendable {
    private struct Entry {
        var start: UInt32
        var topicEnd: UInt32
        var headerEnd: UInt32
        var end: UInt32
    }

    private var bytes: [UInt8] = []
    private var entries: [Entry] = []
    /// Events that this client received and dropped right before the first one here, because nobody took them.
    package internal(set) var missedBefore: UInt64 = 0

    package init() {}

    package var sizeBytes: Int { bytes.count }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
        missedBefore = 0
    }

    // MARK: Building

    var capacityIsWorthKeeping: Bool { bytes.capacity > 0 }

    var bytesMark: Int { bytes.count }

    /// Appends part of an event that `finish` completes or `cut` takes back.
    mutating func append(_ frame: UnsafeRawBufferPointer) { bytes.append(contentsOf: frame) }

    mutating func finish(start: Int, topicEnd: Int, headerEnd: Int) {
        entries.append(
            Entry(
                start: UInt32(start),
                topicEnd: UInt32(topicEnd),
                headerEnd: UInt32(headerEnd),
                end: UInt32(bytes.count)
            )
        )
    }

    mutating func cut(to mark: Int) { bytes.removeLast(bytes.count - mark) }
}

extension WireBatch: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { entries.count }

    package subscript(index: Int) -> WireMessage {
        let entry = entries[index]
        return WireMessage(
            topic: bytes[Int(entry.start)..<Int(entry.topicEnd)],
            header: bytes[Int(entry.topicEnd)..<Int(entry.headerEnd)],
            payload: bytes[Int(entry.headerEnd)..<Int(entry.end)]
        )
    }
}
