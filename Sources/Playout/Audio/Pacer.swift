import Sound

/// Decides when the next block is due, from a clock that never steps.
///
/// Moments are nanoseconds on `CLOCK_MONOTONIC`. Deadlines are counted from one moment on, so that lateness does not add up.
struct Pacer {
    enum Step: Equatable {
        case render
        case sleep(untilNanoseconds: Int64)
    }

    /// After a stall longer than this the time is given up instead of made good: two seconds.
    static let stallNanosecondsMax: Int64 = 2_000_000_000
    /// Blocks that are made good follow each other at four times the speed at most.
    static let catchUpNanoseconds: Int64 = 5_000_000
    /// The wall clock is followed by at most a millisecond in each second.
    static let slewNanosecondsMax: Int64 = 1_000_000
    /// A wall clock that differs by more was set, not drifting.
    static let stepNanosecondsMin: Int64 = 1_000_000_000

    private var anchor: Int64
    private var blocks: Int64 = 0
    private var lastRender = Int64.min / 2
    private var wallOffset: Int64?
    /// Blocks that were more than a block late.
    private(set) var lateBlocks: Int64 = 0
    private(set) var skippedNanoseconds: Int64 = 0
    /// How late the last block was.
    private(set) var lateness: Int64 = 0

    init(startNanoseconds: Int64) { anchor = startNanoseconds }

    private var deadline: Int64 { anchor + blocks * AudioFormat.blockNanoseconds }

    mutating func next(atNanoseconds now: Int64) -> Step {
        if now < deadline { return .sleep(untilNanoseconds: deadline) }
        let late = now - deadline
        if late > Pacer.stallNanosecondsMax {
            skippedNanoseconds += late
            anchor += late
        } else if now < lastRender + Pacer.catchUpNanoseconds {
            return .sleep(untilNanoseconds: lastRender + Pacer.catchUpNanoseconds)
        }
        lateness = late
        if late > AudioFormat.blockNanoseconds { lateBlocks += 1 }
        lastRender = now
        blocks += 1
        return .render
    }

    /// Follows the wall clock, once a second.
    ///
    /// - Parameter offset: how far the wall clock is ahead of the monotonic one.
    mutating func follow(wallOffsetNanoseconds offset: Int64) {
        guard let before = wallOffset, abs(offset - before) < Pacer.stepNanosecondsMin else {
            wallOffset = offset
            return
        }
        let change = max(-Pacer.slewNanosecondsMax, min(Pacer.slewNanosecondsMax, offset - before))
        anchor -= change
        wallOffset = before + change
    }
}
