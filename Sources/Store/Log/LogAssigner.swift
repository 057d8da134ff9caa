import Bus

/// Gives events their offsets and sequence numbers, and takes them back when a transaction fails.
///
/// A plain value, owned by the one writer: a failed unit consumes no offset and no number.
struct LogAssigner {
    /// Where the log will stand once everything assigned so far is committed.
    private(set) var position: LogPosition
    private var sequences: [FullTopic: UInt64]
    private var changes: [(topic: FullTopic, before: UInt64?)] = []
    /// What the database said last, and how often it has been asked.
    private var adopted = LogPosition()
    private var adoptionCount = 0

    init(position: LogPosition, sequences: [FullTopic: UInt64] = [:]) {
        self.position = position
        self.sequences = sequences
    }

    struct Mark {
        fileprivate let position: LogPosition
        fileprivate let changeCount: Int
        fileprivate let adoptionCount: Int

        /// The newest offset when the mark was made.
        var head: UInt64 { position.head }
    }

    var mark: Mark { Mark(position: position, changeCount: changes.count, adoptionCount: adoptionCount) }

    /// Takes over the position that the database has, before anything is assigned in a transaction.
    ///
    /// Where several daemons write, that is the truth and what this one remembers is not.
    mutating func adopt(_ position: LogPosition) {
        self.position = position
        adopted = position
        adoptionCount += 1
    }

    /// Notes a number that this program has given to an event after all.
    mutating func note(_ seq: UInt64, of topic: FullTopic) { sequences[topic] = max(sequences[topic] ?? 0, seq) }

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
        // What was remembered before the database was asked does not come back: nothing had been assigned by then.
        position = mark.adoptionCount == adoptionCount ? mark.position : adopted
    }

    /// Everything assigned so far is committed and cannot be taken back.
    mutating func settle() { changes.removeAll(keepingCapacity: true) }
}
