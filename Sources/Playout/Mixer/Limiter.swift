/// Keeps peaks below −1 dBFS, and those between the samples to 0.2 dB of that up to 12 kHz.
///
/// It looks ahead: the gain is down before the peak comes, and moves so slowly that it makes no noise of its own.
/// Everything leaves `latencyFrames` later than it came.
struct Limiter: ~Copyable {
    /// 5 ms.
    static let latencyFrames = 240
    /// −1 dBFS.
    static let ceiling: Float = 0.891_251
    /// Over how many frames the gain is averaged.
    ///
    /// Less than the delay, because the interpolation sees a peak late.
    private static let averageFrames = latencyFrames - 6
    /// For how long a peak holds the gain down.
    private static let holdFrames = latencyFrames + 8
    /// While eight samples are below this, nothing between them is above the ceiling.
    private static let harmlessPeak: Float = 0.59
    /// The gain comes back in about 100 ms.
    private static let releaseShare: Float = 1 / 4800
    private static let dequeCapacity = 256

    private let delayed: UnsafeMutablePointer<Float>
    private let envelopes: UnsafeMutablePointer<Float>
    private let heldGains: UnsafeMutablePointer<Float>
    private let heldFrames: UnsafeMutablePointer<Int>
    private var heldFirst = 0
    private var heldCount = 0
    private var frame = 0
    private var envelope: Float = 1
    private var sum = Double(averageFrames)
    private var delayPosition = 0
    private var averagePosition = 0
    /// Frames since one was not harmless.
    private var harmlessFrames = 8
    /// Frames since the gain was last touched.
    private var idleFrames = latencyFrames * 2

    init() {
        delayed = .allocate(capacity: Limiter.latencyFrames * 2)
        delayed.initialize(repeating: 0, count: Limiter.latencyFrames * 2)
        envelopes = .allocate(capacity: Limiter.averageFrames)
        envelopes.initialize(repeating: 1, count: Limiter.averageFrames)
        heldGains = .allocate(capacity: Limiter.dequeCapacity)
        heldFrames = .allocate(capacity: Limiter.dequeCapacity)
    }

    deinit {
        delayed.deallocate()
        envelopes.deallocate()
        heldGains.deallocate()
        heldFrames.deallocate()
    }

    /// Limits interleaved samples in place.
    mutating func process(_ samples: UnsafeMutablePointer<Float>, frames: Int) {
        for index in 0..<frames {
            let (left, right) = (samples[2 * index], samples[2 * index + 1])
            let gain = nextGain(peak: peak(left, right))
            let position = 2 * delayPosition
            samples[2 * index] = delayed[position] * gain
            samples[2 * index + 1] = delayed[position + 1] * gain
            delayed[position] = left
            delayed[position + 1] = right
            delayPosition = delayPosition + 1 == Limiter.latencyFrames ? 0 : delayPosition + 1
        }
    }

    /// The highest of the newest samples and of what lies half-way between older ones.
    private mutating func peak(_ left: Float, _ right: Float) -> Float {
        let highest = max(abs(left), abs(right))
        harmlessFrames = highest < Limiter.harmlessPeak ? harmlessFrames + 1 : 0
        guard harmlessFrames < 8 else { return highest }
        return max(highest, max(abs(between(left, channel: 0)), abs(between(right, channel: 1))))
    }

    /// What lies half-way between the fourth and the fifth of the newest eight samples, on the curve through all eight.
    private func between(_ newest: Float, channel: Int) -> Float {
        let outer = newest + before(7, channel)
        let second = before(1, channel) + before(6, channel)
        let third = before(2, channel) + before(5, channel)
        let inner = before(3, channel) + before(4, channel)
        return inner * (1225 / 2048) - third * (245 / 2048) + second * (49 / 2048) - outer * (5 / 2048)
    }

    /// The sample so many frames before the newest, which is not in the delay yet.
    private func before(_ frames: Int, _ channel: Int) -> Float {
        let position = delayPosition - frames
        return delayed[2 * (position < 0 ? position + Limiter.latencyFrames : position) + channel]
    }

    private mutating func nextGain(peak: Float) -> Float {
        frame += 1
        if peak <= Limiter.ceiling, heldCount == 0, idleFrames >= Limiter.latencyFrames * 2 { return 1 }
        hold(peak > Limiter.ceiling ? Limiter.ceiling / peak : 1)
        let target = heldCount > 0 ? heldGains[heldFirst] : 1
        envelope = target < envelope ? target : envelope + (target - envelope) * Limiter.releaseShare
        if envelope > 0.999_9 { envelope = 1 }
        sum += Double(envelope - envelopes[averagePosition])
        envelopes[averagePosition] = envelope
        averagePosition = averagePosition + 1 == Limiter.averageFrames ? 0 : averagePosition + 1
        idleFrames = envelope < 1 || heldCount > 0 ? 0 : idleFrames + 1
        if idleFrames >= Limiter.averageFrames { sum = Double(Limiter.averageFrames) }
        return Float(sum / Double(Limiter.averageFrames))
    }

    /// Keeps the lowest gains of the hold time, lowest first: each new one displaces those that are no lower.
    private mutating func hold(_ gain: Float) {
        let mask = Limiter.dequeCapacity - 1
        while heldCount > 0, heldGains[(heldFirst + heldCount - 1) & mask] >= gain { heldCount -= 1 }
        if gain < 1 {
            heldGains[(heldFirst + heldCount) & mask] = gain
            heldFrames[(heldFirst + heldCount) & mask] = frame
            heldCount += 1
        }
        while heldCount > 0, heldFrames[heldFirst] <= frame - Limiter.holdFrames {
            heldFirst = (heldFirst + 1) & mask
            heldCount -= 1
        }
    }
}
