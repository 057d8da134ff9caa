package import Bus
import Domain
package import Logging
import Market
package import Show

/// Talks: publishes a segment at regular intervals, from measured figures, in the words of a model or of approved texts.
///
/// A model writes while the last segment is still being said, so that nobody hears how long it takes; what is not ready in
/// time, or may not be said, is replaced by an approved text. What comes late is said later, while it is true.
///
/// It keeps no audio: where the station has a voice, `SpeakerAgent` speaks what it writes, and otherwise the text is told as
/// an event at once.
package actor HostAgent: SupervisedActor {
    /// What the actor works with.
    package struct Parts: Sendable {
        package var bus: EventBus
        /// Where it reads what is true.
        package var room: BriefingRoom
        /// Where words are spoken; `nil` when they go out as text only.
        package var booth: AirBooth?
        package var settings: @Sendable () -> HostSettings
        package var stopwatch: Stopwatch
        package var now: @Sendable () -> Timestamp
        /// Decides which texts are chosen.
        package var seed: UInt64
        /// Has a model write something, and gives up when that takes too long; `nil` when no model answers.
        package var write: @Sendable (SpeechOrder) async -> String?
        /// What was said since a moment, before this one began.
        package var recall: @Sendable (Timestamp) async throws -> [SegmentRepository.Said]
        package var logger: Logger

        package init(
            bus: EventBus,
            room: BriefingRoom,
            booth: AirBooth? = nil,
            settings: @escaping @Sendable () -> HostSettings,
            write: @escaping @Sendable (SpeechOrder) async -> String? = { _ in nil },
            recall: @escaping @Sendable (Timestamp) async throws -> [SegmentRepository.Said] = { _ in [] },
            stopwatch: Stopwatch = Stopwatch(ContinuousClock()),
            now: @escaping @Sendable () -> Timestamp = { .now },
            seed: UInt64 = .random(in: .min ... .max),
            logger: Logger
        ) {
            self.bus = bus
            self.room = room
            self.booth = booth
            self.settings = settings
            self.write = write
            self.recall = recall
            self.stopwatch = stopwatch
            self.now = now
            self.seed = seed
            self.logger = logger
        }
    }

    package nonisolated let name: ActorName
    private let context: ActorContext
    private let parts: Parts
    private let publisher: Publisher
    private let bell = Bell()
    /// Rings when a segment was published: the next can be written.
    private let spokenBell = Bell()
    private var desk: HostDesk
    private var draft: SpeechDraft?
    private var reported: Set<String> = []

    package init(context: ActorContext, parts: Parts) {
        name = context.name
        self.context = context
        self.parts = parts
        publisher = Publisher(bus: parts.bus, incarnation: context.incarnation)
        desk = HostDesk(seed: parts.seed, startedAt: parts.stopwatch.elapsed)
    }

    package func run() async throws {
        parts.room.notify(bell)
        parts.booth?.notify(bell)
        context.ready()
        // Before the first word, and after everybody knows that there is a host: it may be thousands of texts.
        await recall()
        do {
            try await withThrowingTaskGroup { group in
                // Two lives beside each other: a model writes while talk goes on, which never waits for it.
                group.addTask { try await self.talk() }
                group.addTask { try await self.write() }
                // The first that breaks or is cancelled ends the other.
                for try await _ in group {}
            }
        } catch is CancellationError {
            return
        }
    }

    /// Remembers what an earlier life has said.
    private func recall() async {
        do {
            let since = parts.now().advanced(by: .zero - SaidSentences.window)
            for said in try await parts.recall(since) { desk.recall(said.text, at: said.at) }
        } catch {
            // A station that may repeat itself is better than one that is silent.
            parts.logger.error("what was said before is not known", metadata: ["reason": "\(error)"])
        }
    }

    // MARK: Talking

    /// How long the actor is silent towards its supervisor at most.
    private static let silenceMax: Duration = .seconds(5)
    /// How often what rings no bell is looked at.
    private static let lookEvery: Duration = .seconds(1)

    /// How long words wait for a voice that is on its way, or that was there a moment ago.
    private static let voicePatience: Duration = .seconds(10)

    private func talk() async throws {
        // Since when words would go out as text only; `nil` while there is a voice.
        var voicelessSince: Duration? = parts.stopwatch.elapsed
        while true {
            try Task.checkCancellation()
            context.progress()
            let settings = parts.settings()
            desk.briefing = parts.room.briefing
            let elapsed = parts.stopwatch.elapsed
            var due = desk.dueAt(settings, now: parts.now())
            // What is spoken sets the pace by itself: the next words are due when the last ones are nearly heard.
            if let ahead = parts.booth?.ahead, desk.hasSpoken {
                due = ahead <= settings.writeAhead ? elapsed : elapsed + HostAgent.lookEvery
            }
            // Words are to be heard, where that is only a matter of a moment.
            if parts.booth?.ahead != nil { voicelessSince = nil } else { voicelessSince = voicelessSince ?? elapsed }
            if let since = voicelessSince, elapsed < since + HostAgent.voicePatience,
                parts.booth?.isVoiceExpected == true
            {
                due = max(due, elapsed + HostAgent.lookEvery)
            }
            if due <= elapsed, !settings.isQuiet {
                if try await speak(settings) { continue }
                // Texts come back as the time goes on.
                due = elapsed + HostAgent.lookEvery
            }
            // While quiet, only the end of that matters, and that comes with the settings.
            let next = settings.isQuiet ? elapsed + HostAgent.lookEvery : due
            try await bell.wait(until: min(next, elapsed + HostAgent.silenceMax), on: parts.stopwatch)
        }
    }

    /// - Returns: whether there was something to be said.
    private func speak(_ settings: HostSettings) async throws -> Bool {
        let (now, elapsed) = (parts.now(), parts.stopwatch.elapsed)
        var isDropped = false
        // Nobody takes over before the other has handed over.
        if !desk.isHandingOver(settings, now: now), let draft = draft.take() {
            desk.note(ordered: nil)
            if let segment = desk.speak(draft, settings, now: now, elapsed: elapsed) {
                try await say(segment)
                return true
            }
            isDropped = true
        }
        let segment = desk.speak(settings, now: now, elapsed: elapsed)
        for (template, violations) in desk.refused where reported.insert(template).inserted {
            parts.logger.error(
                "template refused",
                metadata: [
                    "template": "\(template)", "reason": "\(violations.map(\.description).joined(separator: ", "))",
                ]
            )
        }
        guard let segment else {
            // What a model has written in vain is asked for anew.
            if isDropped { spokenBell.ring() }
            return false
        }
        try await say(segment)
        return true
    }

    /// Where there is a voice, words are told when they are heard; otherwise at once.
    private func say(_ segment: HostDesk.Segment) async throws {
        if let booth = parts.booth, booth.ahead != nil {
            try await booth.accept(segment.event, causedBy: segment.cause)
        } else {
            await note(toldAsText: segment.event)
            try publisher.publish(segment.event, causedBy: segment.cause)
        }
        spokenBell.ring()
    }

    private func note(toldAsText spoken: HostSpoke) async {
        do throws(ShowError) {
            try await parts.booth?.note(toldAsText: spoken)
        } catch {
            // It is told all the same.
            parts.logger.error("what is told is not kept", metadata: ["reason": "\(error)"])
        }
    }

    // MARK: Writing

    /// A text that may not be said is asked for once more.
    private static let triesMax = 2

    private func write() async throws {
        while true {
            try Task.checkCancellation()
            let settings = parts.settings()
            desk.briefing = parts.room.briefing
            // While quiet, nothing is spent.
            if !settings.isQuiet, let order = desk.order(settings, now: parts.now(), wantedAt: wantedAt(settings)) {
                desk.note(ordered: order)
                draft = await draft(order)
                if draft == nil { desk.note(ordered: nil) }
            }
            // Whatever came of it is for the next segment; what came late waits for its turn.
            repeat { await spokenBell.wait() } while draft != nil && !Task.isCancelled
        }
    }

    /// When the next text will be asked for, as far as that is known now.
    private func wantedAt(_ settings: HostSettings) -> Timestamp {
        let now = parts.now()
        let wait =
            if let ahead = parts.booth?.ahead { ahead - settings.writeAhead } else {
                desk.dueAt(settings, now: now) - parts.stopwatch.elapsed
            }
        return now.advanced(by: max(wait, .zero))
    }

    private func draft(_ order: SpeechOrder) async -> SpeechDraft? {
        var order = order
        for _ in 0..<HostAgent.triesMax {
            guard let text = await parts.write(order) else { return nil }
            let faults = order.faults(in: text)
            guard !faults.isEmpty else { return SpeechDraft(order: order, text: text) }
            parts.logger.warning(
                "a model's text was kept off the air",
                metadata: ["reason": "\(faults.joined(separator: ", "))"]
            )
            order.complaints = faults
        }
        return nil
    }
}
