/// Bytes that a slow reader has not taken yet.
struct PendingBytes {
    private var bytes: [UInt8] = []
    private var taken = 0

    var count: Int { bytes.count - taken }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ new: some Sequence<UInt8>) { bytes.append(contentsOf: new) }

    /// Appends a frame of AAC with its header.
    mutating func append(_ queued: QueuedFrame) { ADTS.append(queued.frame.bytes, queued.start.config, to: &bytes) }

    /// Offers what is left until nothing more is taken.
    ///
    /// - Parameter write: takes some of it and returns how much; 0 when it cannot take more now, `nil` when never
    /// again.
    /// - Returns: how much was taken; `nil` when the reader is gone.
    mutating func drain(_ write: (UnsafeRawBufferPointer) -> Int?) -> Int? {
        var total = 0
        while !isEmpty {
            let count = bytes.withUnsafeBytes { write(UnsafeRawBufferPointer(rebasing: $0[taken...])) }
            guard let count else { return nil }
            if count == 0 { break }
            taken += count
            total += count
        }
        if isEmpty {
            bytes.removeAll(keepingCapacity: true)
            taken = 0
        } else if taken > 65_536 {
            bytes.removeFirst(taken)
            taken = 0
        }
        return total
    }
}
