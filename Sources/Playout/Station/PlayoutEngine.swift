import Bus
import Glibc
import Logging
import PlayoutLink
import Telemetry
import Threading

/// The parts of a running playout, and the loop that joins them; for one thread.
final class PlayoutEngine {
    private let settings: PlayoutSettings
    private let follower: (any ProgrammeFollower)?
    private let logger: Logger
    private let wakeUp: WakeUp
    private let parts = MixerParts()
    private let audio: AudioThread
    private let loader: ItemLoader
    private let loaderReports: LoaderInbox
    private let journal: Journal
    private let server: LinkServer
    private let startedAt: Timestamp
    private var director: Director
    private var events: EventLog
    /// What the ring to the mixer had no room for.
    private var mixerBacklog: [MixerCommand] = []
    private var isJournalFailureLogged = false
    private(set) var isShutDown = false

    /// Starts everything, the sound first.
    init(
        _ settings: PlayoutSettings,
        sinks: [any ProgrammeSink],
        follower: (any ProgrammeFollower)?,
        logger: Logger,
        wakeUp: WakeUp,
        startedAt: Timestamp
    ) throws(PlayoutError) {
        self.settings = settings
        self.follower = follower
        self.logger = logger
        self.wakeUp = wakeUp
        self.startedAt = startedAt
        let loaderReports = LoaderInbox(wakeUp: wakeUp)
        self.loaderReports = loaderReports
        do throws(ThreadError) {
            audio = try AudioThread(parts, sinks: sinks, reported: wakeUp)
            do throws(ThreadError) {
                // Ends by itself, long before anything else does; items need not wait for it.
                _ = try OSThread(name: "sounds") { [sounds = parts.sounds] in sounds.generate() }
            } catch {
                audio.stop()
                throw error
            }
        } catch {
            throw .noThread(error)
        }
        do {
            let opened = try Journal.read(settings.journalPath)
            if let damage = opened.damage {
                logger.warning(
                    "the journal is damaged",
                    metadata: [LogKey.reason: "\(damage)", LogKey.path: "\(settings.journalPath)"]
                )
            }
            director = Director(
                state: opened.state,
                bufferCount: parts.buffers.count,
                audioFolder: settings.audioFolder
            )
            loader = try ItemLoader(parts) { loaderReports.put($0) }
            do {
                journal = try Journal(path: settings.journalPath, state: opened.state) { wakeUp.signal() }
                do {
                    server = try LinkServer(path: settings.socketPath)
                } catch {
                    journal.close()
                    throw error
                }
            } catch {
                loader.close()
                throw error
            }
        } catch {
            audio.stop()
            if let error = error as? ThreadError { throw .noThread(error) }
            throw .system(error as? SystemCallError ?? SystemCallError("start", code: EIO))
        }
        var ids = UUIDv7Generator()
        events = EventLog(epoch: ids.next(at: startedAt))
    }

    var blocks: Int64 { audio.figures.blocks }

    func start(at now: Timestamp) {
        director.start(at: now)
        perform(at: now)
        logger.notice("on air", metadata: [LogKey.queueDepth: "\(director.state.order.waiting.count)"])
    }

    /// Stops everything, the sound first, and keeps where it was.
    func close(at now: Timestamp) {
        audio.stop()
        while let report = parts.reports.take() { director.observe(report, at: now) }
        director.keep(
            .moved(
                frame: director.state.order.playing?.frame,
                framesEmitted: director.state.framesEmitted,
                time: now
            )
        )
        perform(at: now)
        journal.close()
        server.flush(written: journal.written, failure: journal.failure)
        loader.close()
        if let failure = journal.failure {
            logger.error("the state was not kept", metadata: [LogKey.error: "\(failure)"])
        }
    }

    /// Waits for something to happen, and sees to all that has.
    func turn(waitingMilliseconds: Int32, now: () -> Timestamp) {
        server.wait(with: wakeUp.descriptor, milliseconds: waitingMilliseconds)
        wakeUp.drain()
        let moment = now()
        while let report = parts.reports.take() {
            director.observe(report, at: moment)
            perform(at: moment)
        }
        for report in loaderReports.takeAll() {
            director.observe(report, at: moment)
            perform(at: moment)
        }
        for request in server.takeRequests() { answer(request, at: moment) }
        director.tick(at: moment)
        perform(at: moment)
        if journal.isLong { journal.rewrite(director.state) }
        noteJournalFailure()
        server.flush(written: journal.written, failure: journal.failure)
    }

    private func noteJournalFailure() {
        let failure = journal.failure
        if let failure, !isJournalFailureLogged {
            logger.error("the state cannot be kept", metadata: [LogKey.error: "\(failure)"])
        }
        isJournalFailureLogged = failure != nil
    }

    // MARK: What the director wants

    /// - Returns: the number of the newest change that was handed to the journal, or 0.
    @discardableResult
    private func perform(at now: Timestamp) -> UInt64 {
        var sequence: UInt64 = 0
        for action in director.takeActions() {
            switch action {
            case .mixer(let command): mixerBacklog.append(command)
            case .loader(let command): loader.send(command)
            case .keep(let change): sequence = journal.append(change)
            case .tell(let detail): tell(detail, at: now)
            case .news(let news): follower?.follow(news)
            }
        }
        while let command = mixerBacklog.first, audio.send(command) { mixerBacklog.removeFirst() }
        return sequence
    }

    private func tell(_ detail: PlayoutEvent.Detail, at now: Timestamp) {
        server.tell(events.add(detail, at: now))
        switch detail {
        case .itemEnded(let end):
            if case .failed(let reason) = end.outcome {
                logger.warning(
                    "an item could not be played",
                    metadata: ["item": "\(end.id)", LogKey.reason: "\(reason)"]
                )
            }
        case .soundFailed(let failure):
            logger.warning(
                "a sound could not be played",
                metadata: ["sound": "\(failure.sound)", LogKey.reason: "\(failure.reason)"]
            )
        case .standby(let isOn): logger.info(isOn ? "standby began" : "standby ended")
        case .mute(let isOn): logger.notice(isOn ? "muted" : "unmuted")
        default: break
        }
    }

    // MARK: Requests

    private func answer(_ request: LinkServer.Request, at now: Timestamp) {
        let result: Result<[UInt8], LinkError>
        do {
            result = .success(try LinkCoding.encode(try carryOut(request, at: now)))
        } catch let error as LinkError {
            result = .failure(error)
        } catch {
            result = .failure(LinkError(.badParameters, "the answer cannot be written: \(error)"))
        }
        request.connection.answer(request.id, result, after: perform(at: now))
    }

    private func carryOut(_ request: LinkServer.Request, at now: Timestamp) throws -> any Codable & Sendable {
        func decode<Method: LinkMethod>(_ type: Method.Type) throws(LinkError) -> Method {
            try LinkCoding.decode(type, from: request.parameters)
        }
        switch request.method {
        case Hello.name: return try greet(try decode(Hello.self), request.connection)
        case QueuePut.name: return try director.put(try decode(QueuePut.self), at: now)
        case QueueRemove.name: return try director.remove(try decode(QueueRemove.self), at: now)
        case QueueClear.name: return director.clear(try decode(QueueClear.self), at: now)
        case QueueList.name: return QueueList.Answer(waiting: director.state.order.waiting.map(ItemSummary.init))
        case Skip.name: return try director.skip(try decode(Skip.self), at: now)
        case Mute.name: director.mute(true)
        case Unmute.name: director.mute(false)
        case DelaySet.name: director.setDelay(try decode(DelaySet.self))
        case LoudnessSet.name: try director.setLoudness(try decode(LoudnessSet.self))
        case Dump.name: try director.dump()
        case BedSet.name: try director.setBed(try decode(BedSet.self))
        case IdentSet.name: try director.setIdent(try decode(IdentSet.self))
        case TargetsSet.name: try director.setTargets(try decode(TargetsSet.self))
        case MetadataSet.name: try director.setMetadata(try decode(MetadataSet.self))
        case PictureSet.name: try director.setPicture(try decode(PictureSet.self))
        case CaptionsSet.name: try director.setCaptions(try decode(CaptionsSet.self))
        case Status.name: return status
        case EventsSince.name: return events.since(try decode(EventsSince.self))
        case Shutdown.name:
            logger.notice("asked to shut down")
            isShutDown = true
        default: throw LinkError(.unknownMethod, "there is no method \(request.method.prefix(100))")
        }
        return Done()
    }

    private func greet(_ hello: Hello, _ connection: LinkConnection) throws(LinkError) -> Hello.Answer {
        guard hello.version == linkVersion else {
            throw LinkError(.version, "version: the playout speaks \(linkVersion), not \(hello.version)")
        }
        connection.isFollowing = true
        return Hello.Answer(program: "cryptocall-playout", epoch: events.epoch, seq: events.seq)
    }

    private var status: PlayoutStatus {
        let state = director.state
        let figures = audio.figures
        return PlayoutStatus(
            epoch: events.epoch,
            seq: events.seq,
            startedAt: startedAt,
            framesEmitted: state.framesEmitted,
            playing: state.order.playing.map {
                PlayoutStatus.Playing(item: ItemSummary($0.item), frame: $0.frame, startedAt: $0.startedAt)
            },
            waiting: state.order.waiting.map(ItemSummary.init),
            recent: state.order.ended.suffix(50),
            isStandby: director.isStandby,
            isMuted: state.isMuted,
            isDelayOn: state.isDelayOn,
            bed: state.bed,
            ident: state.ident,
            outputs: follower?.outputs,
            metadata: state.metadata,
            level: director.level,
            audio: PlayoutStatus.Audio(
                scheduling: "\(figures.scheduling)",
                blocks: figures.blocks,
                lateBlocks: figures.lateBlocks,
                skippedMilliseconds: figures.skippedNanoseconds / 1_000_000,
                starvedFrames: director.starvedFrames,
                jitterP99Microseconds: figures.latenessMicroseconds(of: 0.99)
            )
        )
    }
}

/// What the loader tells, until the loop comes round.
private final class LoaderInbox: Sendable {
    // Bounded: the loader tells at most a few things about each thing that it was told.
    private let reports = Mutex<[LoaderReport]>([])
    private let wakeUp: WakeUp

    init(wakeUp: WakeUp) { self.wakeUp = wakeUp }

    func put(_ report: LoaderReport) {
        reports.withLock { $0.append(report) }
        wakeUp.signal()
    }

    func takeAll() -> [LoaderReport] {
        reports.withLock { reports in
            defer { reports = [] }
            return reports
        }
    }
}
