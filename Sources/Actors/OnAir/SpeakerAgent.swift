package import Bus
import Domain
package import Logging
package import Media
package import PlayoutLink
package import Show

/// Has heard what hosts write: makes sound of each segment, hands it to the playout, and follows what becomes of it.
///
/// It keeps no state that matters: segments are stored, sound is kept by its content, and the playout knows its items by
/// name. So a start is the same as going on.
package actor SpeakerAgent: SupervisedActor {
    /// What the actor works with.
    package struct Parts: Sendable {
        package var bus: EventBus
        package var booth: AirBooth
        package var segments: SegmentRepository
        package var voices: VoiceChain
        package var shelf: SpeechShelf
        /// Makes the link to the playout, once for each run.
        package var link: @Sendable () throws -> PlayoutClient
        package var settings: @Sendable () -> SpeakerSettings
        package var now: @Sendable () -> Timestamp
        package var logger: Logger

        package init(
            bus: EventBus,
            booth: AirBooth,
            segments: SegmentRepository,
            voices: VoiceChain,
            shelf: SpeechShelf,
            link: @escaping @Sendable () throws -> PlayoutClient,
            settings: @escaping @Sendable () -> SpeakerSettings,
            now: @escaping @Sendable () -> Timestamp = { .now },
            logger: Logger
        ) {
            self.bus = bus
            self.booth = booth
            self.segments = segments
            self.voices = voices
            self.shelf = shelf
            self.link = link
            self.settings = settings
            self.now = now
            self.logger = logger
        }
    }

    package nonisolated let name: ActorName
    private let context: ActorContext
    private let parts: Parts
    private let publisher: Publisher
    private let stopwatch = Stopwatch(ContinuousClock())
    private let link: PlayoutClient
    private var desk = AirDesk()
    private var isConnected = false
    /// What this playout was told of each part, whether it took it or refused it; it is not told the same twice.
    private var told: [PlayoutWishes.Part: PlayoutWishes] = [:]
    private var soundCheckedAt: Duration?
    /// The jingle that the playout did not take last, which is told once.
    private var refusedJingle: String?

    /// How often the emergency stop is looked at while there is a playout.
    private static let silenceMax: Duration = .milliseconds(250)
    /// How long the actor is silent towards its supervisor at most.
    private static let idleMax: Duration = .seconds(5)
    /// How often is looked whether anybody can speak.
    private static let soundCheckEvery: Duration = .seconds(5)
    /// How long is waited after the playout, or the disk, took nothing.
    private static let pause: Duration = .seconds(1)

    /// - Throws: `ThreadError` when the process is out of descriptors.
    package init(context: ActorContext, parts: Parts) throws {
        name = context.name
        self.context = context
        self.parts = parts
        publisher = Publisher(bus: parts.bus, incarnation: context.incarnation)
        link = try parts.link()
    }

    package func run() async throws {
        desk = AirDesk(open: try await parts.segments.open())
        try await tidy()
        await checkSound()
        note()
        context.ready()
        // Orders of operators need the link, which is this run's alone.
        parts.booth.note(
            hand: AirBooth.Hand(
                skip: { [weak self] () async throws(LinkError) in
                    guard let self else { throw LinkError(.unavailable, "the speaker has ended") }
                    return try await self.skip()
                },
                dump: { [link] () async throws(LinkError) in _ = try await link.call(Dump()) }
            )
        )
        defer { parts.booth.note(hand: nil) }
        do {
            try await withThrowingTaskGroup { group in
                // Three lives that end together: the link; what the playout tells, at any time and also while a sentence is
                // being made; and the making of sentences, which waits for neither.
                group.addTask { try await self.link.run() }
                group.addTask { for await update in self.link.updates { try await self.hear(update) } }
                group.addTask { try await self.work() }
                // The first that breaks or is cancelled ends the others.
                for try await _ in group {}
            }
        } catch is CancellationError {}
        parts.booth.note(nil, at: parts.now())
    }

    // MARK: Speaking

    private func work() async throws {
        while true {
            try Task.checkCancellation()
            context.progress()
            for segment in parts.booth.takeIncoming() { desk.add(segment) }
            await checkSound()
            let settings = parts.settings()
            await tell(settings.playout.with(parts.booth.orders))
            let now = parts.now()
            try await apply(desk.dropStale(before: now.advanced(by: .zero - settings.staleAfter), at: now))
            note()
            if isConnected, let segment = desk.takeNext(ahead: settings.ahead, isOffAir: settings.isOffAir) {
                if try await speak(segment, settings) { continue }
                try await stopwatch.sleep(until: stopwatch.elapsed + SpeakerAgent.pause)
                continue
            }
            // Without a playout there is nothing to stop and nothing to say; the link rings when there is one.
            let pause = isConnected ? SpeakerAgent.silenceMax : SpeakerAgent.idleMax
            try await parts.booth.work.wait(until: stopwatch.elapsed + pause, on: stopwatch)
        }
    }

    /// - Returns: whether it is done with the segment; otherwise it is to be tried again.
    private func speak(_ segment: Segment, _ settings: SpeakerSettings) async throws -> Bool {
        let persona = settings.personas[segment.spoken.host] ?? .host
        do {
            try await parts.voices.speak(segment.spoken.text, as: persona, language: settings.language) { sentences in
                for try await sentence in sentences {
                    context.progress()
                    if sentence.index == 0 { try await playJingle(before: segment, settings) }
                    try await deliver(sentence, of: segment)
                }
            }
            try await apply(desk.finishedSpeaking(segment.id, at: parts.now()))
            return true
        } catch let error as SpeechError {
            // A task that is cancelled is no fault of the voices.
            try Task.checkCancellation()
            parts.logger.error(
                "a segment cannot be spoken",
                metadata: ["segment": "\(segment.id)", "reason": "\(error)"]
            )
            try await apply(desk.failedSpeaking(segment.id, reason: error.message, at: parts.now()))
            return true
        } catch let error as LinkError {
            try Task.checkCancellation()
            parts.logger.warning("the playout took no sound", metadata: ["reason": "\(error)"])
            switch error.code {
            case .unavailable, .full, .notKept, .version, .badAnswer:
                desk.putOff(segment.id)
                return false
            // It would say the same the next time.
            case .badRequest, .unknownMethod, .badParameters, .tooLarge, .notFound, .notPossible:
                try await apply(desk.failedSpeaking(segment.id, reason: error.message, at: parts.now()))
                return true
            }
        }
    }

    /// Before the first words of a part of the hour comes the station's jingle.
    ///
    /// It is called by the part, and the playout plays nothing twice: all segments of a part may ask for it.
    private func playJingle(before segment: Segment, _ settings: SpeakerSettings) async throws(LinkError) {
        guard let file = settings.jingle, let part = segment.spoken.part else { return }
        let id = "jingle-\(part.beganAt.milliseconds)"
        do throws(LinkError) {
            _ = try await link.call(QueuePut(item: PlayoutItem(id: id, kind: .jingle, file: file)))
        } catch {
            // Without a playout there are no words either; anything else is no reason not to speak.
            guard error.code != .unavailable else { throw error }
            guard refusedJingle != id else { return }
            refusedJingle = id
            parts.logger.warning("the jingle is not played", metadata: ["reason": "\(error)"])
        }
    }

    private func deliver(_ sentence: SpokenSentence, of segment: Segment) async throws {
        guard let id = desk.nextItem(of: segment.id) else { return }
        let audio = sentence.audio
        let file = try await parts.shelf.put(audio.sound, as: SpeakerAgent.soundName(id))
        let item = PlayoutItem(
            id: id,
            kind: .speech,
            file: file,
            frames: Int64(audio.sound.frameCount),
            title: segment.spoken.host,
            text: sentence.sentence.text,
            segment: "\(segment.id)",
            words: audio.words.map {
                CaptionWord(
                    text: $0.text,
                    startMilliseconds: Int($0.start * 1000),
                    endMilliseconds: Int($0.end * 1000)
                )
            }
        )
        // It may have been broken off while the file was written.
        guard desk.nextItem(of: segment.id) == id else { return }
        let answer = try await link.call(QueuePut(item: item))
        try await apply(
            desk.delivered(
                segment.id,
                voice: "\(audio.engine)/\(audio.voice)",
                // As it is stored: whole milliseconds.
                duration: .milliseconds(audio.sound.frameCount * 1000 / PCM.stationRate),
                fate: AirDesk.Fate(answer.state),
                at: parts.now()
            )
        )
    }

    /// The name of an item's sound on the shelf.
    private static func soundName(_ item: String) -> String { item.replacing("/", with: "-") }

    // MARK: Hearing

    private func hear(_ update: PlayoutUpdate) async throws {
        switch update {
        case .connected(let status):
            isConnected = true
            // Whether there is a voice follows from that: the hosts wait for it.
            (told, soundCheckedAt) = ([:], nil)
            parts.booth.note(status, at: parts.now())
            parts.logger.notice("the playout is there", metadata: ["waiting": "\(status.waiting.count)"])
            desk.playoutCameBack()
            parts.booth.work.ring()
        case .disconnected(let reason):
            if isConnected { parts.logger.warning("the playout is away", metadata: ["reason": "\(reason)"]) }
            (isConnected, soundCheckedAt) = (false, nil)
            parts.booth.note(nil, at: parts.now())
            parts.booth.work.ring()
        case .event(let event): try await hear(event)
        }
    }

    private func hear(_ event: PlayoutEvent) async throws {
        switch event.detail {
        case .itemStarted(let start): try await apply(desk.heard(start.id, .playing, at: event.time))
        case .itemEnded(let end):
            try await apply(desk.heard(end.id, AirDesk.Fate(end.outcome), at: event.time))
            try await tidy()
        case .soundFailed(let failure):
            parts.logger.warning(
                "a sound of the station cannot be played",
                metadata: ["sound": "\(failure.sound)", "reason": "\(failure.reason)"]
            )
        case .standby(let isOn): if isOn { parts.logger.notice("nothing to play: the bed is on") }
        case .level, .mute, .dumped, .targetsChanged, .other: break
        }
        await look()
        parts.booth.work.ring()
    }

    /// How the playout is now; that it cannot say is told by the link.
    private func look() async {
        do throws(LinkError) {
            parts.booth.note(try await link.call(Status()), at: parts.now())
        } catch {
            parts.booth.note(nil, at: parts.now())
        }
    }

    /// What was decided is stored and told, and words that begin to be heard are said to everybody.
    private func apply(_ changes: [AirDesk.Change]) async throws {
        for change in changes {
            guard let segment = try await parts.segments.advance(change.segment, to: change.state, change.news) else {
                continue
            }
            if change.state == .airing {
                try publisher.publish(segment.spoken, causedBy: parts.booth.takeCause(of: segment.id))
            }
        }
        if !changes.isEmpty { note() }
    }

    private func note() { parts.booth.note(desk) }

    // MARK: Breaking off

    /// How often one item may follow another of the same segment while it is broken off.
    private static let skipAttemptsMax = 4

    /// Breaks off what plays, and takes out what waits of the same segment.
    private func skip() async throws(LinkError) -> AirBooth.BrokenOff {
        guard let first = try await link.call(Status()).playing?.item else {
            throw LinkError(.notPossible, "nothing plays")
        }
        guard let segment = first.segment else {
            return AirBooth.BrokenOff(
                item: try await link.call(Skip(id: first.id)).id,
                segment: nil,
                removedCount: 0
            )
        }
        // What waits goes first, so that nothing of it begins when the one that plays ends.
        var removedCount = try await clear(segment)
        try await skip(first.id, of: segment)
        if let id = UUIDv7(segment) {
            do {
                try await apply(desk.brokenOff(id, at: parts.now()))
            } catch {
                parts.logger.error(
                    "what was broken off is not written down",
                    metadata: ["segment": "\(segment)", "reason": "\(error)"]
                )
            }
        }
        // From now on nothing more of it is handed over; a sentence that came in between goes too.
        removedCount += try await clear(segment)
        if let late = try await link.call(Status()).playing?.item, late.segment == segment, late.id != first.id {
            try await skip(late.id, of: segment)
        }
        await look()
        return AirBooth.BrokenOff(item: first.id, segment: segment, removedCount: removedCount)
    }

    private func clear(_ segment: String) async throws(LinkError) -> Int {
        try await link.call(QueueClear(segment: segment)).removed.count
    }

    /// Ends an item, or the one of the same segment that has followed it meanwhile.
    private func skip(_ item: String, of segment: String) async throws(LinkError) {
        var item = item
        for _ in 0..<SpeakerAgent.skipAttemptsMax {
            do throws(LinkError) {
                _ = try await link.call(Skip(id: item))
                return
            } catch {
                guard error.code == .notPossible else { throw error }
                // It has ended by itself.
                guard let next = try await link.call(Status()).playing?.item, next.segment == segment else { return }
                item = next.id
            }
        }
        throw LinkError(.notPossible, "\(segment): its items end faster than they can be broken off")
    }

    // MARK: The station

    /// Sets the playout up as it is wished.
    private func tell(_ wishes: PlayoutWishes) async {
        guard isConnected else { return }
        for part in PlayoutWishes.Part.allCases {
            if let last = told[part], !wishes.differs(part, from: last) { continue }
            do throws(LinkError) {
                try await tell(part, wishes)
            } catch {
                parts.logger.error(
                    "the playout did not take a setting",
                    metadata: ["setting": "\(part)", "reason": "\(error)"]
                )
                // Without a playout it is told when there is one again.
                guard error.code != .unavailable else { return }
            }
            told[part] = wishes
        }
    }

    private func tell(_ part: PlayoutWishes.Part, _ wishes: PlayoutWishes) async throws(LinkError) {
        switch part {
        case .mute: _ = wishes.isMuted ? try await link.call(Mute()) : try await link.call(Unmute())
        case .delay: _ = try await link.call(DelaySet(on: wishes.isDelayed))
        case .loudness: _ = try await link.call(wishes.loudness)
        case .bed: _ = try await link.call(wishes.bed)
        case .ident: _ = try await link.call(wishes.ident)
        case .targets: _ = try await link.call(TargetsSet(targets: wishes.targets))
        }
    }

    private func checkSound() async {
        let elapsed = stopwatch.elapsed
        if let last = soundCheckedAt, elapsed - last < SpeakerAgent.soundCheckEvery { return }
        soundCheckedAt = elapsed
        var (engines, reasons): ([String], [String]) = ([], [])
        let standings = await parts.voices.standings()
        for standing in standings {
            switch standing.availability {
            case .available: engines.append(standing.engine)
            case .unavailable(let reason): reasons.append(reason)
            }
        }
        if !isConnected {
            parts.booth.note(.off("the playout is away"), voices: standings)
        } else if engines.isEmpty {
            parts.booth.note(
                .off(reasons.isEmpty ? "no voice is set up" : reasons.joined(separator: "; ")),
                voices: standings
            )
        } else {
            parts.booth.note(.on(engines: engines), voices: standings)
        }
    }

    /// Sound of what is over is not needed any more.
    private func tidy() async throws {
        let wanted = Set(desk.open.map { "\($0.id)" })
        do throws(SpeechError) {
            // A sound's name begins with that of its segment, and ends with a number.
            try await parts.shelf.keepOnly { name in
                name.lastIndex(of: "-").map { wanted.contains(String(name[..<$0])) } ?? false
            }
        } catch {
            parts.logger.warning("old sound is not removed", metadata: ["reason": "\(error)"])
        }
    }
}

extension AirDesk.Fate {
    init(_ state: ItemState) {
        self =
            switch state {
            case .queued: .waiting
            case .playing: .playing
            case .finished: .finished
            case .skipped, .removed: .skipped
            case .failed(let reason): .failed(reason: reason)
            }
    }
}
