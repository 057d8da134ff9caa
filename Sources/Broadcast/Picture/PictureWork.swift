import Bus
import ChildProcesses
import Glibc
import Logging
import Sound

/// What the picture's thread does, turn by turn.
struct PictureWork {
    private let settings: PictureSettings
    private let logger: Logger
    private var source: PictureSource
    private var timeline = VideoTimeline()
    private var life: VideoLife?
    private var policy = RestartPolicy(first: .milliseconds(200), longest: .seconds(5), resetAfter: .seconds(10))
    private var startAt: ContinuousClock.Instant?
    private var failedAt: ContinuousClock.Instant?
    private var counts = PictureStatus()
    private var choice = FrameChoice.nothing
    private var rate = FrameRate()
    private var toldFailure: String?
    private var buffer = [UInt8](repeating: 0, count: 262_144)

    /// So long after its sound a picture is drawn: what begins in the sound is known by then.
    private static let drawLag = AudioFormat.samples(0.4)
    /// So long after that it is coded, whether it is there or not.
    private static let codeLag = AudioFormat.samples(0.12)

    init(_ settings: PictureSettings, _ orders: PictureOrders, _ logger: Logger) {
        self.settings = settings
        self.logger = logger
        source = PictureSource(settings, orders)
    }

    /// The stream that is made now.
    var start: VideoStart? { life?.start }
    var processIDs: (renderer: Int32, encoder: Int32) { (source.processID, life?.program.processID ?? 0) }

    var descriptors: [pollfd] {
        source.descriptors + [
            pollfd(fd: life?.program.output ?? -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: life?.program.errors ?? -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: life.flatMap { $0.isBusy ? $0.program.input : nil } ?? -1, events: Int16(POLLOUT), revents: 0),
        ]
    }

    /// Does what is due.
    ///
    /// - Parameter pushed: how much sound there is, in samples.
    /// - Returns: the frames that came out.
    mutating func turn(pushed: Int64) -> [VideoFrame] {
        source.turn()
        let drawn = (pushed - PictureWork.drawLag) / PictureClock.samplesPerFrame - 1
        if drawn >= 0 { source.order(drawn) }
        let due = (pushed - PictureWork.drawLag - PictureWork.codeLag) / PictureClock.samplesPerFrame - 1
        guard due >= 0 else { return [] }
        // Before the first frame is coded, somebody has to see that there is a picture.
        if life == nil { source.look(for: due) }
        startIfDue(due)
        // First what came out: a program that is full takes no more.
        let frames = receive()
        feed(due)
        if let problem = life?.problem(waiting: timeline.fed - timeline.next) { fail(problem) }
        if due - timeline.next > VideoTimeline.behindMax, life != nil { fail("it is more than eight seconds behind") }
        rate.observe(source.drawn)
        return frames
    }

    mutating func end() {
        source.end()
        life?.program.end()
        life = nil
    }

    // MARK: Coding

    private mutating func startIfDue(_ due: Int64) {
        guard life == nil, startAt.map({ ContinuousClock.now >= $0 }) ?? true else { return }
        // Before anything was drawn there is nothing to be coded.
        guard source.newest != nil || source.card != nil else { return }
        do throws(ChildLaunchError) {
            life = try VideoLife(settings, first: timeline.begin(due: due))
            counts.encoderStarts = timeline.run
            counts.lostFrames = Int(timeline.lost)
        } catch {
            failed("\(error)", wait: error.isMissing ? .seconds(5) : policy.delay(afterWorking: .zero))
        }
    }

    private mutating func feed(_ due: Int64) {
        while life != nil {
            if life?.isBusy != true {
                guard timeline.fed <= due else { return }
                // While the encoder catches up, what comes next waits in its place. Frames that were on their way in one that
                // died are made of the picture that it had last, and so a frame or two early.
                source.look(for: timeline.fed)
                choice = FrameChoice(
                    timeline.fed,
                    newest: source.newest,
                    isNew: source.isNew,
                    hasCard: source.card != nil
                )
                // A picture that is gone leaves a hole that a new life would not close: the last one stays.
                if choice == .nothing { return }
                life?.give()
            }
            let picture = choice == .standby ? source.card ?? source.picture : source.picture
            guard let isWhole = life?.feed(picture) else { return fail("it takes no more pictures") }
            guard isWhole else { return }
            timeline.feed()
            switch choice {
            case .fresh: source.sent()
            case .repeated: counts.repeatedFrames += 1
            case .standby: counts.standbyFrames += 1
            case .nothing: break
            }
        }
    }

    private mutating func receive() -> [VideoFrame] {
        guard life != nil else { return [] }
        life?.program.readErrors(&buffer)
        do throws(MP4Error) {
            guard let bytes = try life?.receive(&buffer) else {
                fail("it ended")
                return []
            }
            var frames: [VideoFrame] = []
            for frame in bytes {
                guard let number = timeline.take() else { throw MP4Error(.badValue, "a frame that it was not given") }
                frames.append(VideoFrame(number: number, bytes: frame))
            }
            guard !frames.isEmpty else { return [] }
            counts.encodedFrames += frames.count
            if let failedAt {
                counts.lastRestartMilliseconds = Int(failedAt.duration(to: .now) / .milliseconds(1))
                self.failedAt = nil
            }
            return frames
        } catch {
            fail("its output cannot be read: \(error)")
            return []
        }
    }

    private mutating func fail(_ reason: String) {
        guard let life else { return }
        let exit = life.program.end(grace: .zero)
        let words = life.program.lastWords()
        self.life = nil
        let text = [reason, exit, words].filter { !$0.isEmpty }.joined(separator: ": ")
        failed(text, wait: policy.delay(afterWorking: life.worked))
    }

    private mutating func failed(_ reason: String, wait: Duration) {
        if failedAt == nil { failedAt = .now }
        startAt = .now.advanced(by: wait)
        tell("encoder of the picture: \(reason)")
    }

    private mutating func tell(_ failure: String) {
        counts.lastFailure = failure
        counts.lastFailureAt = .now
        guard failure != toldFailure else { return }
        toldFailure = failure
        logger.warning("picture failed", metadata: ["reason": "\(failure)"])
    }

    // MARK: Status

    /// Brings a status up to date.
    mutating func report(_ status: inout PictureStatus) {
        if let failure = source.takeFailure() { tell("renderer: \(failure)") }
        counts.state = state
        counts.framesPerSecond = rate.perSecond
        counts.drawnFrames = source.drawn
        counts.droppedFrames = source.dropped + source.late
        counts.rendererStarts = source.starts
        status = counts
    }

    private var state: PictureStatus.State {
        if source.newest == nil, source.card == nil { return .waiting }
        if let failedAt, failedAt.duration(to: .now) > .seconds(1) { return .away }
        return choice == .standby ? .standby : .live
    }
}

/// How many came in the last second.
struct FrameRate {
    private(set) var perSecond = 0
    private var countThen = 0
    private var then = ContinuousClock.now

    mutating func observe(_ count: Int, at now: ContinuousClock.Instant = .now) {
        let passed = then.duration(to: now)
        guard passed >= .seconds(1) else { return }
        perSecond = Int((Double(count - countThen) / (passed / .seconds(1))).rounded())
        (countThen, then) = (count, now)
    }
}
