import Bus
import ChildProcesses
import Glibc
package import Logging
import Threading

/// Pushes the programme to one RTMP server by an ffmpeg of its own, on a thread of its own.
///
/// ffmpeg only puts the frames into FLV, so it costs next to nothing, and a target that is dead or slow costs the
/// others nothing at all.
package final class PushTarget: BroadcastOutput {
    package let settings: PushTargetSettings
    private let program: String
    private let logger: Logger
    private let thread: OutputThread
    let frames: FrameQueue
    /// `nil` where there is sound alone.
    private let pictures: PictureQueue?
    private let current: Mutex<PushStatus>

    private static let lookAgainAfter = Duration.seconds(5)
    /// So long a picture that should be there is waited for, before sound goes alone.
    private static let pictureWait = Duration.seconds(6)
    /// So long a picture has to be there before sound that goes alone is interrupted for it.
    private static let pictureBackAfter = Duration.seconds(5)

    /// - Parameters:
    ///   - settings: without problems.
    ///   - program: ffmpeg, by name or path.
    ///   - hasPicture: whether there is a picture beside the sound.
    ///   - logger: gets starts and failures, without the key.
    /// - Throws: `ThreadError` when the system refuses.
    package init(
        _ settings: PushTargetSettings,
        program: String,
        hasPicture: Bool = false,
        logger: Logger
    ) throws {
        self.settings = settings
        self.program = program
        self.logger = logger
        thread = try OutputThread()
        frames = FrameQueue(seconds: hasPicture ? 10 : 5, wakeUp: thread.wakeUp)
        pictures = hasPicture ? PictureQueue(wakeUp: thread.wakeUp) : nil
        current = Mutex(PushStatus(name: settings.name, url: settings.redacted(settings.url)))
    }

    /// Starts the thread; once.
    ///
    /// - Throws: `ThreadError` when the system refuses.
    package func start() throws { try thread.start("push") { [self] in live() } }

    /// Tells it to end, without waiting.
    package func askToStop() { thread.askToStop() }

    /// Ends the stream; blocks for a second at most.
    package func stop() {
        thread.askToStop()
        thread.join()
    }

    /// Takes frames, from any one thread.
    package func append(_ new: [EncodedFrame], _ start: InitSegment) { frames.append(new, start) }

    /// Takes frames of picture, from any one thread.
    func append(_ new: [VideoFrame], _ start: VideoStart) { pictures?.append(new, start) }

    package var status: PushStatus {
        var status = current.withLock { $0 }
        status.droppedFrames = frames.dropped
        return status
    }

    private func arguments(_ feed: PushFeed) -> [String] {
        let input =
            switch feed {
            case .sound:
                [
                    "-probesize", "4096", "-analyzeduration", "0", "-f", "aac", "-i", "pipe:0",
                    "-c", "copy", "-bsf:a", "aac_adtstoasc",
                ]
            case .both:
                // Where the picture is away, sound waits a second for it and then goes alone.
                [
                    "-probesize", "1000000", "-analyzeduration", "2000000", "-f", "flv", "-i", "pipe:0",
                    "-map", "0:v:0", "-map", "0:a:0", "-c", "copy", "-max_interleave_delta", "1000000",
                ]
            }
        return [
            "-hide_banner", "-nostdin", "-loglevel", "error", "-progress", "pipe:1", "-stats_period", "1",
        ] + input + ["-f", "flv", "-flvflags", "no_duration_filesize"]
            + (settings.options == nil ? [] : ["-fpre", ChildFile.path(3)]) + [settings.url]
    }

    // MARK: The thread

    private func live() {
        var policy = RestartPolicy(first: .seconds(1), longest: .seconds(30), resetAfter: .seconds(30))
        while !thread.mustStop {
            current.withLock { $0.state = .waiting }
            while frames.isEmpty, !thread.mustStop { thread.wait(.seconds(1)) }
            if thread.mustStop { break }
            let began = ContinuousClock.now
            var delay: Duration?
            do throws(ChildLaunchError) {
                let file = try settings.options.map { text throws(ChildLaunchError) in try ChildFile(Array(text.utf8)) }
                var feed = waitForPicture()
                let child = try ChildProgram(program, arguments(feed), file: file)
                let reason = push(child, &feed)
                if thread.mustStop { break }
                failed(.waiting, reason)
            } catch {
                failed(error.isMissing ? .unavailable : .waiting, "\(error)")
                if error.isMissing { delay = Self.lookAgainAfter }
            }
            let wait = delay ?? policy.delay(afterWorking: began.duration(to: .now), jitter: .random(in: 0...1))
            let until = ContinuousClock.now.advanced(by: wait)
            while !thread.mustStop, ContinuousClock.now < until { thread.wait(ContinuousClock.now.duration(to: until)) }
            // What was missed is not sent later: everybody is to hear the same.
            frames.keepNewest(seconds: 1)
        }
        current.withLock { $0.state = .stopped }
    }

    /// Chooses what the next life sends: both where there is a picture.
    private func waitForPicture() -> PushFeed {
        guard let pictures else { return .sound }
        let until = ContinuousClock.now.advanced(by: PushTarget.pictureWait)
        while !pictures.isAlive, !thread.mustStop, ContinuousClock.now < until { thread.wait(.milliseconds(200)) }
        _ = pictures.takeAll()
        guard pictures.isAlive else {
            // What was made meanwhile is not sent all at once.
            frames.keepNewest(seconds: 1)
            return .sound
        }
        return .both(PictureFeed())
    }

    /// Brings what came into the form that the child reads.
    private func take(_ feed: inout PushFeed, _ sound: [QueuedFrame], to pending: inout PendingBytes) {
        switch feed {
        case .sound: for queued in sound { pending.append(queued) }
        case .both(var both):
            pending.append(both.append(sound, pictures?.takeAll() ?? []))
            feed = .both(both)
        }
    }

    /// One child's life.
    ///
    /// - Returns: why it is over, without the key.
    private func push(_ child: ChildProgram, _ feed: inout PushFeed) -> String {
        current.withLock { status in
            status.state = .connecting
            status.starts += 1
            status.sentSeconds = 0
            status.hasPicture = if case .both = feed { true } else { false }
        }
        var (pending, progress) = (PendingBytes(), PushProgress())
        var buffer = [UInt8](repeating: 0, count: 4096)
        var lastProgress = ContinuousClock.now
        var lastFrames = ContinuousClock.now
        var pictureSince: ContinuousClock.Instant?
        while !thread.mustStop {
            let new = frames.takeAll()
            if !new.isEmpty { lastFrames = .now }
            take(&feed, new, to: &pending)
            if case .sound = feed, hasPictureAgain(&pictureSince) { return ended(child, "there is a picture now") }
            guard pending.drain({ child.write($0) }) != nil else { return ended(child, "") }
            // What the child does not take piles up here, but not for longer than the limit.
            let isIdle = lastFrames.duration(to: .now) > .seconds(2) && pending.isEmpty
            if isIdle { lastProgress = .now }
            if lastProgress.duration(to: .now) > settings.patience {
                return ended(child, "the server took nothing for \(settings.patience)")
            }
            var descriptors = [
                pollfd(fd: pending.isEmpty ? -1 : child.input, events: Int16(POLLOUT), revents: 0),
                pollfd(fd: child.output, events: Int16(POLLIN), revents: 0),
                pollfd(fd: child.errors, events: Int16(POLLIN), revents: 0),
            ]
            thread.wait(&descriptors, timeout: .seconds(1))
            if descriptors[2].revents != 0 { child.readErrors(&buffer) }
            guard descriptors[1].revents != 0 else { continue }
            guard let count = child.read(into: &buffer) else { return ended(child, "") }
            if progress.receive(buffer[..<count]) {
                lastProgress = .now
                isLive(progress)
            }
        }
        // The server is told that the stream is over, when it listens.
        _ = pending.drain { child.write($0) }
        child.closeInput()
        let until = ContinuousClock.now.advanced(by: .seconds(1))
        while ContinuousClock.now < until, child.read(into: &buffer) != nil {
            var descriptors = [pollfd(fd: child.output, events: Int16(POLLIN), revents: 0)]
            poll(&descriptors, 1, 50)
        }
        child.end()
        return "stopped"
    }

    /// Whether a picture that was not there has been there for long enough.
    private func hasPictureAgain(_ since: inout ContinuousClock.Instant?) -> Bool {
        guard let pictures, pictures.isAlive else {
            since = nil
            return false
        }
        // Nobody takes them now.
        _ = pictures.takeAll()
        let began = since ?? .now
        since = began
        return began.duration(to: .now) > PushTarget.pictureBackAfter
    }

    private func ended(_ child: ChildProgram, _ reason: String) -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        child.readErrors(&buffer)
        // With a reason of our own it does not matter how it ends.
        let exit = child.end(grace: reason.isEmpty ? .milliseconds(200) : .zero)
        return settings.redacted(
            [reason, exit, child.lastWords(settings.redacted)].filter { !$0.isEmpty }.joined(separator: ": ")
        )
    }

    private func isLive(_ progress: PushProgress) {
        let isNew = current.withLock { status in
            defer {
                status.state = .live
                status.reason = nil
                status.lastLiveAt = .now
                status.sentSeconds = Double(progress.sentMicroseconds) / 1_000_000
            }
            if status.state != .live { status.connects += 1 }
            return status.state != .live
        }
        if isNew { logger.notice("push target is live", metadata: ["target": "\(settings.name)"]) }
    }

    private func failed(_ state: PushStatus.State, _ reason: String) {
        let isNew = current.withLock { status in
            defer {
                status.state = state
                status.reason = reason
            }
            return status.reason != reason
        }
        guard isNew else { return }
        logger.warning("push target failed", metadata: ["target": "\(settings.name)", "reason": "\(reason)"])
    }
}
