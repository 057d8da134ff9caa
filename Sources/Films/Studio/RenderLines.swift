import FoundationEssentials
import RenderWire

/// Takes a renderer's output apart into reports: a plain value.
struct RenderLines {
    /// No report is longer.
    static let lineSizeBytesMax = 1 << 20
    private var rest: [UInt8] = []
    /// Lines that are no report.
    private(set) var garbageCount = 0
    /// Whether a line was longer than any report: what follows is not read.
    private(set) var isBroken = false

    /// - Returns: the reports that have come to their end with these bytes.
    mutating func take(_ bytes: some Collection<UInt8>) -> [RenderReport] {
        guard !isBroken else { return [] }
        rest += bytes
        let lines = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        rest = lines.last.map(Array.init) ?? []
        isBroken = lines.contains { $0.count > Self.lineSizeBytesMax }
        guard !isBroken else { return [] }
        return lines.dropLast().compactMap { line in
            // Whatever else it says is counted; a renderer that says nothing else is noticed by its silence.
            guard let report = try? JSONDecoder().decode(RenderReport.self, from: Data(line)) else {
                garbageCount += 1
                return nil
            }
            return report
        }
    }
}

/// Whether a renderer still gets on: a plain value.
struct StallWatch {
    /// The last steps, such as cutting the teaser, are quick for their length and tell no frames.
    private static let finishingFactor = 10
    private let limit: Duration
    private var (done, total) = (-1, 0)
    private var movedAt: ContinuousClock.Instant

    init(limit: Duration, at now: ContinuousClock.Instant) {
        self.limit = limit
        movedAt = now
    }

    /// - Returns: whether it has got on.
    mutating func note(done: Int, of total: Int, at now: ContinuousClock.Instant) -> Bool {
        guard done > self.done || total != self.total else { return false }
        (self.done, self.total, movedAt) = (done, total, now)
        return true
    }

    /// When it counts as hanging.
    var deadline: ContinuousClock.Instant {
        movedAt + (total > 0 && done >= total ? limit * Self.finishingFactor : limit)
    }
}
