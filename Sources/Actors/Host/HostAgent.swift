package import Bus
import Domain
package import Logging
import Market

/// Talks: publishes a segment at regular intervals, from measured figures, in the words of a model or of approved texts.
///
/// A model writes while the last segment is still being said, so that nobody hears how long it takes; what is not ready in
/// time, or may not be said, is replaced by an approved text.
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
        package var logger: Logger

        package init(
            bus: EventBus,
            room: BriefingRoom,
            booth: AirBooth? = nil,
            settings: @escaping @Sendable () -> HostSettings,
            write: @escaping @Sendable (SpeechOrder) async -> String? = { _ in nil },
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

    // MARK: Talking

    /// How long the actor is silent towards its supervisor at most.
    private static let silenceMax: Duration = .seconds(5)
    /// How often what rings no bell is looked at.
    private static let lookEvery: Duration = .seconds(1)

    /// How long the first words wait for a voice.
    private static let voicePatience: Duration = .seconds(10)

    private func talk() async throws {
        let startedAt = parts.stopwatch.elapsed
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
            // The first words are to be heard, where that is only a matter of a moment.
            if !desk.hasSpoken, elapsed < startedAt + HostAgent.voicePatience, parts.booth?.isVoiceExpected == true {
                due = max(due, elapsed + HostAgent.lookEvery)
            }
            if due <= elapsed, !settings.isMuted {
                try await speak(settings)
                continue
            }
            // While muted, only the release matters, and that comes with the settings.
            let next = settings.isMuted ? elapsed + HostAgent.lookEvery : due
            try await bell.wait(until: min(next, elapsed + HostAgent.silenceMax), on: parts.stopwatch)
        }
    }

    private func speak(_ settings: HostSettings) async throws {
        defer { spokenBell.ring() }
        if let draft = draft.take(),
            let segment = desk.speak(draft, settings, now: parts.now(), elapsed: parts.stopwatch.elapsed)
        {
            try await say(segment)
            return
        }
        let segment = desk.speak(settings, now: parts.now(), elapsed: parts.stopwatch.elapsed)
        for (template, violations) in desk.refused where reported.insert(template).inserted {
            parts.logger.error(
                "template refused",
                metadata: [
                    "template": "\(template)", "reason": "\(violations.map(\.description).joined(separator: ", "))",
                ]
            )
        }
        guard let segment else {
            parts.logger.warning("nothing to say")
            return
        }
        try await say(segment)
    }

    /// Where there is a voice, words are told when they are heard; otherwise at once.
    private func say(_ segment: HostDesk.Segment) async throws {
        if let booth = parts.booth, booth.ahead != nil {
            try await booth.accept(segment.event, causedBy: segment.cause)
        } else {
            try publisher.publish(segment.event, causedBy: segment.cause)
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
            // While muted, nothing is spent.
            if !settings.isMuted, let order = desk.order(settings, now: parts.now()) { draft = await draft(order) }
            // Whatever came of it is for the next segment.
            await spokenBell.wait()
        }
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
