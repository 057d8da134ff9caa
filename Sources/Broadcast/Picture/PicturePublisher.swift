import Bus
import Logging
import Sound
import Threading

/// Publishes the picture as HLS beside the sound, on a thread of its own.
///
/// The sound's publisher knows nothing of it but the line of the master playlist: a disk that is too slow for the picture
/// costs the picture alone.
final class PicturePublisher: Sendable {
    private struct Waiting {
        var frames: [([VideoFrame], VideoStart)] = []
        var newest: VideoStart?
    }

    private let settings: HLSSettings
    private let logger: Logger
    private let thread: OutputThread
    let board: SegmentBoard
    private let waiting = Mutex(Waiting())
    private let current = Mutex(PictureStatus())
    private let ring: SampleRing

    /// Longer after its sound a picture is not waited for: a new life of the encoder has caught up by then.
    private static let patience = AudioFormat.samples(3.5)
    /// Frames that are kept while the disk is slow: ten seconds.
    private static let waitingMax = 10 * PictureClock.framesPerSecond

    /// - Parameters:
    ///   - settings: of the public folder.
    ///   - ring: what the audio thread writes to; only its position is looked at.
    ///   - logger: gets failures.
    /// - Throws: `ThreadError` when the system refuses.
    init(_ settings: HLSSettings, ring: SampleRing, logger: Logger) throws {
        self.settings = settings
        self.logger = logger
        self.ring = ring
        thread = try OutputThread()
        board = SegmentBoard(wakeUp: thread.wakeUp)
    }

    /// Starts the thread; once.
    ///
    /// - Throws: `ThreadError` when the system refuses.
    func start() throws { try thread.start("hls-picture") { [self] in live() } }

    /// Ends; what is not published is lost.
    func stop() {
        thread.askToStop()
        thread.join()
    }

    /// Takes frames, from any one thread.
    func append(_ frames: [VideoFrame], _ start: VideoStart) {
        waiting.withLock { waiting in
            waiting.frames.append((frames, start))
            waiting.newest = start
            while waiting.frames.count > PicturePublisher.waitingMax { waiting.frames.removeFirst() }
        }
        // A segment can end only where one begins.
        if frames.contains(where: \.isKey) { thread.wakeUp.signal() }
    }

    /// What is to be known of it, within the whole.
    func report(_ status: inout PictureStatus) {
        let own = current.withLock { $0 }
        status.isListed = board.variant != nil
        status.publishedSegments = own.publishedSegments
        status.missingSegments = own.missingSegments
        status.failure = own.failure
    }

    // MARK: The thread

    private func live() {
        var work = Work()
        while !thread.mustStop {
            let (frames, start) = waiting.withLock { waiting in
                defer { waiting.frames = [] }
                return (waiting.frames, waiting.newest)
            }
            for (frames, start) in frames { work.cutter.append(frames, start) }
            // The sound makes the folder first.
            if let sound = board.sound {
                do throws(OutputFolderError) {
                    try publish(sound.playlist, sound.starts, &work)
                    recovered()
                } catch {
                    failed(error)
                }
                list(work, start)
            }
            thread.wait(.milliseconds(500))
        }
        board.variant = nil
    }

    private struct Work {
        var cutter = PictureCutter()
        var folder: PictureFolder?
    }

    private func publish(
        _ sound: HLSPlaylist,
        _ starts: [Int64: Int64],
        _ work: inout Work
    ) throws(OutputFolderError) {
        var folder: PictureFolder
        if let open = work.folder {
            folder = open
        } else {
            folder = try PictureFolder(settings.folder, targetSeconds: sound.targetSeconds)
        }
        defer { work.folder = folder }
        folder.follow(sound, now: .now)
        for segment in sound.segments {
            if let next = folder.playlist.nextSequence, segment.sequence < next { continue }
            let start = starts[segment.sequence]
            var cut = PictureCut.gap
            if let start {
                let isLate = ring.writtenPosition > start + segment.samples + PicturePublisher.patience
                cut = work.cutter.cut(start..<start + segment.samples, isLate: isLate)
            }
            if cut == .wait { break }
            // The list begins with a picture.
            if cut == .gap, folder.playlist.nextSequence == nil { continue }
            do throws(OutputFolderError) {
                try folder.store(cut, for: segment, start: start, in: sound)
            } catch {
                // Its frames are gone, and listeners go on without.
                try folder.store(.gap, for: segment, start: start, in: sound)
                current.withLock { $0.missingSegments += 1 }
                throw error
            }
            current.withLock { if cut == .gap { $0.missingSegments += 1 } else { $0.publishedSegments += 1 } }
        }
        if !folder.playlist.segments.isEmpty { try folder.publish() }
        try folder.removeExpired(at: .now)
    }

    private func list(_ work: Work, _ start: VideoStart?) {
        let before = board.variant
        guard let playlist = work.folder?.playlist, let start, playlist.isToBeListed(wasListed: before != nil) else {
            board.variant = nil
            return
        }
        // To the next hundred thousand, so that the text does not change all the time.
        func rounded(_ bits: Int) -> Int { (bits + 99_999) / 100_000 * 100_000 }
        board.variant = PictureVariant(
            codec: start.codecName,
            width: start.width,
            height: start.height,
            peakBitsPerSecond: max(before?.peakBitsPerSecond ?? 0, rounded(playlist.peakBitsPerSecond)),
            meanBitsPerSecond: max(before?.meanBitsPerSecond ?? 0, rounded(playlist.meanBitsPerSecond))
        )
    }

    private func failed(_ error: OutputFolderError) {
        let isNew = current.withLock { status in
            defer { status.failure = "\(error)" }
            return status.failure != "\(error)"
        }
        if isNew { logger.error("cannot publish the picture", metadata: ["error": "\(error)"]) }
    }

    private func recovered() {
        let wasFailing = current.withLock { $0.failure.take() != nil }
        if wasFailing { logger.notice("publishing the picture again") }
    }
}
