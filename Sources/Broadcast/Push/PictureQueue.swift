import Threading

/// Frames of picture on their way to one push target, with a bound; pure memory, for any thread.
final class PictureQueue: Sendable {
    private struct State {
        var frames: [(frame: VideoFrame, start: VideoStart)] = []
        var lastAt: ContinuousClock.Instant?
    }

    private static let framesMax = 5 * PictureClock.framesPerSecond
    private let state = Mutex(State())
    private let wakeUp: WakeUp

    init(wakeUp: WakeUp) { self.wakeUp = wakeUp }

    func append(_ frames: [VideoFrame], _ start: VideoStart) {
        state.withLock { state in
            state.lastAt = .now
            for frame in frames { state.frames.append((frame, start)) }
            guard state.frames.count > PictureQueue.framesMax else { return }
            // What depends on a lost frame is of no use: it goes on with the next that depends on none.
            state.frames.removeFirst(state.frames.count - PictureQueue.framesMax)
            state.frames.removeFirst(state.frames.firstIndex { $0.frame.isKey } ?? state.frames.count)
        }
        wakeUp.signal()
    }

    /// Whether there is a picture now.
    var isAlive: Bool {
        state.withLock { state in state.lastAt.map { $0.duration(to: .now) < .seconds(2) } ?? false }
    }

    /// Takes all that wait.
    func takeAll() -> [(frame: VideoFrame, start: VideoStart)] {
        state.withLock { state in
            defer { state.frames = [] }
            return state.frames
        }
    }
}
