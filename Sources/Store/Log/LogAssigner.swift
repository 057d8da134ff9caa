import Bus

/// Gives events their offsets and sequence numbers, and takes them back when a transaction fails.
///
/// A plain value, owned by the one writer: a failed unit consumes no offset and no number.
struct LogAssigner {
    /// Where the log will stand once everything assigned so far is committed.
    private(set) var position: LogPosition
    private var sequences: [FullTopic: UInt64]
    private var changes: [(topic: FullTopic, before: UInt64?)] = []

    init(position: LogPosition, sequences: [FullTopic: UInt64] = [:]) {
        self.position = position
        self.sequences = sequences
    }

    struct Mark {
        fileprivate let position: LogPosition
        fileprivate let changeCount: Int

        /// The newest offset when the mark was made.
        var head: UInt64 { position.head }
    }

    var mark: Mark { Mark(position: position, changeCount: changes.count) }

    mutating func assign(_ topic: FullTopic, sizeBytes: Int) -> (offset: UInt64, seq: UInt64) {
        let before = sequences[topic]
        let seq = (before ?? 0) + 1
        sequences[topic] = seq
        changes.append((topic, before))
        position.head += 1
        position.sizeBytes += UInt64(sizeBytes)
        return (position.head, seq)
    }

    /// Notes that the oldest events have been removed.
    mutating func remove(throughOffset last: UInt64, sizeBytes: UInt64) {
        position.oldest = max(position.oldest, last + 1)
        position.sizeBytes -= min(sizeBytes, position.sizeBytes)
        if position.count == 0 { position.sizeBytes = 0 }
    }

    mutating func rollBack(to mark: Mark) {
        while changes.count > mark.changeCount {
            let change = changes.removeLast()
            sequences[change.topic] = change.before
        }
        position = mark.position
    }

    /// Everything assigned so far is committed and cannot be taken back.
    mutating func settle() { changes.removeAll(keepingCapacity: true) }
}
