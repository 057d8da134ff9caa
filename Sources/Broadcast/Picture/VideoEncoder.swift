import Bus
import ChildProcesses
import Glibc
import Logging
import Sound
import Threading

/// Makes the picture beside the sound: asks for a picture for each frame, and has it coded.
///
/// One thread of its own drives both programs. It looks at how much sound was pushed, and nothing of the sound knows of
/// it or waits for it.
final class VideoEncoder: Sendable {
    private let settings: PictureSettings
    private let ring: SampleRing
    private let output: @Sendable ([VideoFrame], VideoStart) -> Void
    private let logger: Logger
    private let thread: OutputThread
    private let orders = PictureOrders()
    private let current = Mutex(PictureStatus())
    private let processes = Mutex<(renderer: Int32, encoder: Int32)>((0, 0))

    /// - Parameters:
    ///   - settings: without problems.
    ///   - ring: what the audio thread writes to; only its position is looked at.
    ///   - logger: gets starts and failures.
    ///   - output: called on the picture's thread with frames in order; must not block.
    /// - Throws: `ThreadError` when the system refuses.
    init(
        _ settings: PictureSettings,
        ring: SampleRing,
        logger: Logger,
        output: @escaping @Sendable ([VideoFrame], VideoStart) -> Void
    ) throws {
        self.settings = settings
        self.ring = ring
        self.output = output
        self.logger = logger
        thread = try OutputThread()
    }

    /// Starts the thread; once.
    ///
    /// - Throws: `ThreadError` when the system refuses.
    func start() throws { try thread.start("picture") { [self] in live() } }

    /// Ends both programs; blocks for a moment.
    func stop() {
        thread.askToStop()
        thread.join()
    }

    /// Tells the renderer what is to be seen; the newest of a kind counts.
    ///
    /// - Parameters:
    ///   - kind: what it replaces.
    ///   - line: one line of JSON.
    func tell(_ kind: String, _ line: [UInt8]) { orders.set(kind, line) }

    var status: PictureStatus { current.withLock { $0 } }

    /// The programs' process ids; 0 while there is none.
    var processIDs: (renderer: Int32, encoder: Int32) { processes.withLock { $0 } }

    // MARK: The thread

    private func live() {
        var work = PictureWork(settings, orders, logger)
        while !thread.mustStop {
            var descriptors = work.descriptors
            // The audio thread wakes nobody: what is due is looked at four times in each frame.
            thread.wait(&descriptors, timeout: .milliseconds(10))
            let frames = work.turn(pushed: ring.writtenPosition)
            if let start = work.start, !frames.isEmpty { output(frames, start) }
            current.withLock { work.report(&$0) }
            processes.withLock { $0 = work.processIDs }
        }
        work.end()
        current.withLock { $0.state = .stopped }
        processes.withLock { $0 = (0, 0) }
    }
}
