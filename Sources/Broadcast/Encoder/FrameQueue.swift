import Sound
import Threading

/// A frame, and what describes the stream that it is part of.
struct QueuedFrame: Sendable {
    let frame: EncodedFrame
    let start: InitSegment
}

/// Frames on their way from the encoder's thread to one output's, with a bound: who is slow loses the oldest.
final class FrameQueue: Sendable {
    private struct State {
        var frames: [QueuedFrame] = []
        var dropped = 0
    }

    private let state = Mutex(State())
    private let framesMax: Int
    private let wakeUp: WakeUp
    private let wakeAt: Int

    /// - Parameters:
    ///   - seconds: how much is kept for a slow output.
    ///   - wakeUp: of the thread that takes them. It looks by itself each second too.
    ///   - wakeAt: so many frames wake it; one comes each 21 ms, and most outputs need not run as often.
    init(seconds: Double, wakeUp: WakeUp, wakeAt: Int = 4) {
        self.wakeAt = wakeAt
        framesMax = Int(AudioFormat.samples(seconds) / EncodedFrame.samples) + 1
        self.wakeUp = wakeUp
    }

    func append(_ frames: [EncodedFrame], _ start: InitSegment) {
        guard !frames.isEmpty else { return }
        let isDue = state.withLock { state in
            for frame in frames { state.frames.append(QueuedFrame(frame: frame, start: start)) }
            let excess = state.frames.count - framesMax
            if excess > 0 {
                state.frames.removeFirst(excess)
                state.dropped += excess
            }
            return state.frames.count >= wakeAt
        }
        if isDue { wakeUp.signal() }
    }

    var isEmpty: Bool { state.withLock { $0.frames.isEmpty } }

    /// Takes all that wait.
    func takeAll() -> [QueuedFrame] {
        state.withLock { state in
            defer { state.frames = [] }
            return state.frames
        }
    }

    /// Throws away all but the newest, for an output that was away.
    func keepNewest(seconds: Double) {
        let kept = Int(AudioFormat.samples(seconds) / EncodedFrame.samples)
        state.withLock { $0.frames.removeFirst(max(0, $0.frames.count - kept)) }
    }

    /// Frames that were lost because nobody took them in time.
    var dropped: Int { state.withLock { $0.dropped } }
}
