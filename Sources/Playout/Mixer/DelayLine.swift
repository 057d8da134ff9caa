import Sound

/// Lets listeners hear the programme ten seconds later, so that what should not be heard can still be dropped.
///
/// While it fills, at first and again after a dump, listeners hear the station's own bed.
struct DelayLine: ~Copyable {
    enum State: BitwiseCopyable, Equatable {
        case off
        /// So many blocks are missing until it is full.
        case filling(blocks: Int)
        case full
    }

    /// Ten seconds.
    static let blocks = 500

    private(set) var state = State.off
    private let kept: UnsafeMutablePointer<Float>
    private let scratch: UnsafeMutablePointer<Float>
    private let fill: UnsafeMutablePointer<Float>
    private var position = 0
    private var fillPosition = 0
    private var fillGain: Float = 0

    init() {
        // Not written before it is used, so that it takes no memory while the delay is off.
        kept = .allocate(capacity: DelayLine.blocks * AudioFormat.blockSamples)
        scratch = .allocate(capacity: AudioFormat.blockSamples)
        fill = .allocate(capacity: AudioFormat.blockSamples)
    }

    deinit {
        kept.deallocate()
        scratch.deallocate()
        fill.deallocate()
    }

    /// How late the programme leaves, in frames.
    var delayFrames: Int {
        switch state {
        case .off: 0
        case .filling(let missing): (DelayLine.blocks - missing) * AudioFormat.blockFrames
        case .full: DelayLine.blocks * AudioFormat.blockFrames
        }
    }

    /// Turning it off drops what was not heard yet.
    mutating func set(on: Bool) {
        if !on { state = .off } else if state == .off { begin() }
    }

    /// Drops what was not heard yet.
    ///
    /// - Returns: how many frames that was.
    mutating func dump() -> Int {
        let dropped = delayFrames
        if state != .off { begin() }
        return dropped
    }

    private mutating func begin() {
        state = .filling(blocks: DelayLine.blocks)
        position = 0
    }

    /// Replaces the block by the one that leaves now.
    ///
    /// - Parameters:
    ///   - block: the programme as it is made.
    ///   - sounds: gives the bed.
    mutating func process(_ block: UnsafeMutablePointer<Float>, fillingWith sounds: StandbySound) {
        let isFilling: Bool
        if case .filling = state { isFilling = true } else { isFilling = false }
        if state != .off { exchange(block) }
        // The bed comes and goes within one block.
        let target: Float = isFilling ? 1 : 0
        if fillGain > 0 || target > 0 {
            sounds.readPad(into: fill, frames: AudioFormat.blockFrames, position: &fillPosition)
            let step = (target - fillGain) / Float(AudioFormat.blockFrames)
            for frame in 0..<AudioFormat.blockFrames {
                let gain = fillGain + step * Float(frame)
                block[2 * frame] = block[2 * frame] * (1 - gain) + fill[2 * frame] * gain
                block[2 * frame + 1] = block[2 * frame + 1] * (1 - gain) + fill[2 * frame + 1] * gain
            }
            fillGain = target
        }
        if case .filling(let missing) = state { state = missing > 1 ? .filling(blocks: missing - 1) : .full }
    }

    /// Keeps the block, and gives the oldest one when there is one.
    private mutating func exchange(_ block: UnsafeMutablePointer<Float>) {
        let place = kept + position * AudioFormat.blockSamples
        if state == .full { scratch.update(from: place, count: AudioFormat.blockSamples) }
        place.update(from: block, count: AudioFormat.blockSamples)
        if state == .full { block.update(from: scratch, count: AudioFormat.blockSamples) }
        position = position + 1 == DelayLine.blocks ? 0 : position + 1
    }
}
