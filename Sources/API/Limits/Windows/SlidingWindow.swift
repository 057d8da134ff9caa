package import Bus

/// How many events there were in the last so many seconds, without keeping every one of them.
///
/// Time is cut into buckets of a 256th of the window, and a bucket counts until it lies outside as a whole. An event
/// therefore counts for the length of the window at least, and for 0.4 % more at most: never too generous.
package struct SlidingWindow: Hashable, Sendable {
    /// Events of one stretch of time.
    struct Bucket: Hashable, Sendable {
        /// It reaches from `index` times the width up to, and without, the next one.
        let index: Int64
        var count: Int
    }

    static let bucketsPerWindow: Int64 = 256

    /// The longest window that is read from the store: a year.
    private static let nanosecondsMax: UInt64 = 366 * 86_400 * 1_000_000_000

    package let length: Duration
    /// Oldest first, without empty ones.
    private(set) var buckets: [Bucket] = []
    /// What all buckets hold together.
    package private(set) var used = 0

    package init(length: Duration) { self.length = length }

    private var lengthNanoseconds: Int64 { length.wholeNanoseconds }
    private var width: Int64 { max(1, lengthNanoseconds / SlidingWindow.bucketsPerWindow) }

    /// The bucket that a moment lies in.
    func index(at time: Timestamp) -> Int64 {
        let (quotient, remainder) = time.nanoseconds.quotientAndRemainder(dividingBy: width)
        return remainder < 0 ? quotient - 1 : quotient
    }

    func start(of index: Int64) -> Timestamp { Timestamp(nanoseconds: index * width) }

    /// When a bucket counts no more.
    private func end(of index: Int64) -> Timestamp {
        Timestamp(nanoseconds: (index + 1) * width + lengthNanoseconds)
    }

    // MARK: Counting

    /// Forgets what is out of the window by now.
    ///
    /// What lies in the future, because the clock was set back, happened now at the latest and counts as of now.
    package mutating func advance(to now: Timestamp) {
        let current = index(at: now)
        let outdated = buckets.prefix { end(of: $0.index) <= now }
        used -= outdated.reduce(0) { $0 + $1.count }
        buckets.removeFirst(outdated.count)
        guard let last = buckets.last, last.index > current else { return }
        let early = buckets.filter { $0.index > current }.reduce(0) { $0 + $1.count }
        buckets.removeAll { $0.index > current }
        used -= early
        add(early, to: current)
    }

    /// Counts events in a bucket that is not in the future.
    mutating func add(_ count: Int, to index: Int64) {
        guard count > 0 else { return }
        used += count
        let place = buckets.lastIndex { $0.index <= index }
        if let place, buckets[place].index == index {
            buckets[place].count += count
        } else {
            buckets.insert(Bucket(index: index, count: count), at: place.map { $0 + 1 } ?? 0)
        }
    }

    /// Takes events back that did not happen after all; those that count no more are none to take back.
    mutating func remove(_ count: Int, from index: Int64) {
        guard let place = buckets.lastIndex(where: { $0.index == index }) else { return }
        let removed = min(max(0, count), buckets[place].count)
        buckets[place].count -= removed
        used -= removed
        if buckets[place].count == 0 { buckets.remove(at: place) }
    }

    mutating func merge(_ other: SlidingWindow) {
        for bucket in other.buckets { add(bucket.count, to: bucket.index) }
    }

    // MARK: Looking ahead

    /// When `count` more will fit under `limit`, if nothing else happens meanwhile; `nil` when they never will.
    ///
    /// A moment in the past when they fit already.
    package func opens(for count: Int, under limit: Int) -> Timestamp? {
        guard count <= limit else { return nil }
        var excess = used + count - limit
        guard excess > 0 else { return Timestamp(nanoseconds: 0) }
        for bucket in buckets {
            excess -= bucket.count
            if excess <= 0 { return end(of: bucket.index) }
        }
        return nil
    }

    /// When the first of what is counted counts no more; `nil` when nothing is counted.
    package var firstEnd: Timestamp? { buckets.first.map { end(of: $0.index) } }

    /// When nothing of what is counted counts any more; `nil` when nothing is counted.
    package var lastEnd: Timestamp? { buckets.last.map { end(of: $0.index) } }

    // MARK: Stored form

    /// Appends a short form of it.
    func write(to bytes: inout [UInt8]) {
        bytes.appendVarint(UInt64(clamping: lengthNanoseconds))
        bytes.appendVarint(UInt64(buckets.count))
        var last: Int64 = 0
        for bucket in buckets {
            bytes.appendVarint(UInt64(bitPattern: bucket.index &- last))
            bytes.appendVarint(UInt64(bucket.count))
            last = bucket.index
        }
    }

    /// Reads what `write` has written; `nil` for anything else.
    init?(from reader: inout VarintReader) {
        guard let length = reader.next(), length > 0, length <= SlidingWindow.nanosecondsMax, let count = reader.next(),
            count <= UInt64(SlidingWindow.bucketsPerWindow) * 2
        else { return nil }
        self.length = .nanoseconds(Int64(length))
        var index: Int64 = 0
        for position in 0..<count {
            guard let step = reader.next(), let events = reader.next(), events > 0, events <= Int32.max else {
                return nil
            }
            let next = index &+ Int64(bitPattern: step)
            // Its times have to be times.
            guard position == 0 || next > index, next.magnitude < UInt64(Int64.max / 2 / width) else { return nil }
            index = next
            buckets.append(Bucket(index: index, count: Int(events)))
            used += Int(events)
        }
    }

    /// The same events under a window of another length.
    ///
    /// Each counts as of the end of its old bucket, so that none leaves too early.
    func rescaled(to length: Duration) -> SlidingWindow {
        guard length != self.length else { return self }
        var window = SlidingWindow(length: length)
        for bucket in buckets {
            let last = Timestamp(nanoseconds: (bucket.index + 1) * width - 1)
            window.add(bucket.count, to: window.index(at: last))
        }
        return window
    }
}

extension Duration {
    /// Rounded down.
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    /// Rounded up to whole seconds; none is negative.
    var secondsUp: Int {
        let (seconds, attoseconds) = components
        return max(0, Int(seconds) + (attoseconds > 0 ? 1 : 0))
    }
}
