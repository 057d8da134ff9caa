package import Bus

/// What a subject has used under several rules at once.
///
/// A plain value that decides. All rules admit or none counts.
package struct RuleWindows: Hashable, Sendable {
    package let rules: [LimitRule]
    private(set) var windows: [SlidingWindow]

    package init(_ rules: [LimitRule]) {
        self.rules = rules
        windows = rules.map { SlidingWindow(length: $0.window) }
    }

    // MARK: Counting

    /// Forgets what is out of the windows by now; to be called before anything is asked.
    package mutating func advance(to now: Timestamp) {
        for place in windows.indices { windows[place].advance(to: now) }
    }

    /// How many more every rule allows.
    package var room: Int {
        zip(rules, windows).map { max(0, $0.count - $1.used) }.min() ?? .max
    }

    package var isEmpty: Bool { windows.allSatisfy { $0.used == 0 } }

    /// Counts `count` events now, under every rule.
    package mutating func take(_ count: Int, at now: Timestamp) {
        for place in windows.indices { windows[place].add(count, to: windows[place].index(at: now)) }
    }

    /// Where events of this moment are counted, under each rule; for giving them back.
    func buckets(at now: Timestamp) -> [Int64] { windows.map { $0.index(at: now) } }

    mutating func giveBack(_ count: Int, in buckets: [Int64]) {
        for (place, bucket) in zip(windows.indices, buckets) { windows[place].remove(count, from: bucket) }
    }

    /// Counts what another has counted, too; its rules must be the same.
    mutating func merge(_ other: RuleWindows) {
        for (place, window) in zip(windows.indices, other.windows) { windows[place].merge(window) }
    }

    /// The same events, all of them now.
    func gathered(at now: Timestamp) -> RuleWindows {
        var gathered = RuleWindows(rules)
        for (place, window) in windows.enumerated() {
            gathered.windows[place].add(window.used, to: window.index(at: now))
        }
        return gathered
    }

    /// The stretch of time around a moment within which it makes no difference to any rule.
    func moment(around now: Timestamp) -> Range<Timestamp> {
        let starts = windows.map { $0.start(of: $0.index(at: now)) }
        let ends = windows.map { $0.start(of: $0.index(at: now) + 1) }
        return (starts.max() ?? now)..<(ends.min() ?? now)
    }

    /// The most that may be taken ahead of use: a hundredth of what the rules allow.
    var leaseMax: Int { rules.map { $0.count / 100 }.min() ?? 0 }

    /// When all of it is over; `nil` when nothing is counted.
    package var lastEnd: Timestamp? { windows.compactMap(\.lastEnd).max() }

    // MARK: Telling

    /// What is told of one that is admitted.
    ///
    /// - Parameters:
    ///   - now: when.
    ///   - unused: how many of those that are counted have not been asked for yet.
    /// - Returns: about the rule that leaves the least.
    package func admission(at now: Timestamp, unused: Int = 0) -> LimitVerdict {
        let tightest = rules.indices.min { left, right in
            (rules[left].count - windows[left].used, rules[right].window)
                < (rules[right].count - windows[right].used, rules[left].window)
        }
        guard let tightest else { return .unlimited }
        return LimitVerdict(
            isAdmitted: true,
            limit: rules[tightest].count,
            remaining: max(0, rules[tightest].count - windows[tightest].used + unused),
            resetSeconds: windows[tightest].firstEnd.map { now.duration(to: $0).secondsUp } ?? 0,
            retryAfterSeconds: nil,
            rule: rules[tightest].name
        )
    }

    /// When one more is admitted, if nothing else happens meanwhile; `nil` when a rule never admits any.
    package var opens: Timestamp? {
        var latest = Timestamp(nanoseconds: 0)
        for (rule, window) in zip(rules, windows) {
            guard let time = window.opens(for: 1, under: rule.count) else { return nil }
            latest = max(latest, time)
        }
        return latest
    }

    /// What is told of one that is refused: about the rule that keeps it waiting for longest.
    package func refusal(at now: Timestamp) -> LimitVerdict {
        // A rule that admits nothing is worth asking again when it may have been changed.
        let times = zip(rules, windows).map { $1.opens(for: 1, under: $0.count) ?? now.advanced(by: $0.window) }
        guard let place = rules.indices.max(by: { times[$0] < times[$1] }) else { return .unlimited }
        let wait = now.duration(to: times[place])
        let seconds = max(1, wait.secondsUp)
        return LimitVerdict(
            isAdmitted: false,
            limit: rules[place].count,
            remaining: 0,
            resetSeconds: seconds,
            retryAfterSeconds: seconds,
            rule: rules[place].name
        )
    }

    // MARK: Stored form

    private static let format: UInt64 = 1

    /// A short form of it.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendVarint(RuleWindows.format)
        bytes.appendVarint(UInt64(rules.count))
        for (rule, window) in zip(rules, windows) {
            bytes.appendVarint(UInt64(rule.name.utf8.count))
            bytes.append(contentsOf: rule.name.utf8)
            window.write(to: &bytes)
        }
        return bytes
    }

    /// What is stored, as the rules of today see it.
    ///
    /// A rule that is not there yet has counted nothing, and one whose window has changed takes over what is known.
    /// - Returns: `nil` when the bytes are not what `bytes` makes.
    package init?(_ rules: [LimitRule], bytes: [UInt8]) {
        var reader = VarintReader(bytes)
        guard reader.next() == RuleWindows.format, let count = reader.next(), count <= 16 else { return nil }
        var stored: [String: SlidingWindow] = [:]
        for _ in 0..<count {
            guard let size = reader.next(), size <= 64, let name = reader.next(bytes: Int(size)),
                let window = SlidingWindow(from: &reader)
            else { return nil }
            stored[String(decoding: name, as: UTF8.self)] = window
        }
        guard reader.isAtEnd else { return nil }
        self.rules = rules
        windows = rules.map { rule in
            stored[rule.name]?.rescaled(to: rule.window) ?? SlidingWindow(length: rule.window)
        }
    }
}
