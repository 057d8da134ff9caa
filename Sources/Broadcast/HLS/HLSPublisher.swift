import Bus
import Glibc
package import Logging
import Sound
import Threading

/// Publishes the programme as HLS, on a thread of its own.
///
/// The disk may be slow, full or gone: the encoder never waits for it. What cannot be stored within the playlist's
/// window is dropped and counted, and listeners get a discontinuity.
package final class HLSPublisher: Sendable {
    private let settings: HLSSettings
    private let logger: Logger
    private let board: SegmentBoard?
    private let thread: OutputThread
    let frames: FrameQueue
    private let captions = CaptionStore()
    private let current = Mutex(HLSStatus())

    /// - Throws: `ThreadError` when the system refuses.
    package convenience init(_ settings: HLSSettings, logger: Logger) throws {
        try self.init(settings, board: nil, logger: logger)
    }

    /// - Parameters:
    ///   - settings: without problems.
    ///   - board: told what is published, for the picture beside it; `nil` without one.
    ///   - logger: gets failures.
    /// - Throws: `ThreadError` when the system refuses.
    init(_ settings: HLSSettings, board: SegmentBoard?, logger: Logger) throws {
        self.board = board
        self.settings = settings
        self.logger = logger
        thread = try OutputThread()
        frames = FrameQueue(seconds: Double(max(30, settings.windowSeconds)), wakeUp: thread.wakeUp)
    }

    /// Starts the thread; once.
    ///
    /// - Throws: `ThreadError` when the system refuses.
    package func start() throws { try thread.start("hls") { [self] in live() } }

    /// Publishes what there is of the last segment and ends; blocks for about a second.
    package func stop() {
        thread.askToStop()
        thread.join()
    }

    /// Takes frames, from any one thread.
    package func append(_ new: [EncodedFrame], _ start: InitSegment) { frames.append(new, start) }

    /// Takes captions, in samples of the programme, before their segment is out.
    package func add(_ cues: [CaptionCue]) { captions.add(cues) }

    package var status: HLSStatus {
        var status = current.withLock { $0 }
        status.droppedFrames = frames.dropped
        status.lateCues = captions.late
        return status
    }

    // MARK: The thread

    private func live() {
        var retry = RestartPolicy(first: .milliseconds(500), longest: .seconds(5), resetAfter: .seconds(1))
        var folder: HLSFolder?
        while folder == nil {
            do throws(OutputFolderError) {
                folder = try HLSFolder(settings, now: .now) { problem in
                    logger.warning("state of the playlist", metadata: ["problem": "\(problem)"])
                }
                if board == nil { try PictureFolder.removeAll(in: settings.folder) }
            } catch {
                failed(error)
                if thread.mustStop { return }
                // At least a little, since the first wait of the policy is none.
                thread.wait(max(.milliseconds(250), retry.delay(afterWorking: .zero)))
            }
        }
        if let folder { publish(into: folder) }
    }

    private func publish(into opened: HLSFolder) {
        var work = PublisherWork(opened, firstSegmentSeconds: settings.firstSegmentSeconds, board: board)
        while true {
            let mustStop = thread.mustStop
            work.take(frames.takeAll(), isLast: mustStop)
            do throws(OutputFolderError) {
                if work.mayTry { try work.publish(captions) }
                if work.didSucceed { recovered() }
            } catch {
                work.failed()
                failed(error)
            }
            report(work)
            // A last attempt was made, and what is due is out.
            if mustStop, work.isDone || work.isFailing { return }
            thread.wait(work.nextWait)
        }
    }

    private func failed(_ error: OutputFolderError) {
        let isNew = current.withLock { status in
            status.failures += 1
            defer { status.failure = "\(error)" }
            return status.failure != "\(error)"
        }
        if isNew { logger.error("cannot publish", metadata: ["error": "\(error)"]) }
    }

    private func recovered() {
        let wasFailing = current.withLock { $0.failure.take() != nil }
        if wasFailing { logger.notice("publishing again") }
    }

    private func report(_ work: PublisherWork) {
        current.withLock { status in
            let playlist = work.folder.playlist
            status.mediaSequence = playlist.mediaSequence
            status.discontinuitySequence = playlist.discontinuitySequence
            status.segments = playlist.segments.count
            status.listedSeconds = AudioFormat.seconds(playlist.totalSamples)
            status.lastSegmentAt = work.lastSegmentAt
            status.publishedSegments = work.publishedSegments
            status.droppedSegments = work.droppedSegments
        }
    }
}
