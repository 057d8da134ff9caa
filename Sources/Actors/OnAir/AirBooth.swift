package import Bus
package import Domain
package import Media
package import PlayoutLink
package import Show
import Threading

/// Between those who write what is said, and the one who has it heard: what is on its way, and how that goes.
///
/// It outlives the actor that works in it.
package final class AirBooth: Sendable {
    /// How the station sounds.
    package enum Sound: Hashable, Sendable {
        /// Words go out as text only; why.
        case off(String)
        /// Words are spoken, by these engines.
        case on(engines: [String])
    }

    /// Everything that is known, at one moment.
    package struct View: Sendable {
        package var sound: Sound
        /// How each engine that makes speech is doing.
        package var voices: [VoiceChain.Standing]
        /// What the playout said last, and when; `nil` while there is none.
        package var playout: (status: PlayoutStatus, at: Timestamp)?
        /// Segments that nobody has heard to their end, in their order.
        package var open: [Segment]
        /// How much of them is still to be heard.
        package var ahead: Duration
    }

    /// What an operator broke off.
    package struct BrokenOff: Hashable, Sendable {
        /// The item that listeners heard.
        package var item: String
        /// Whose it is; `nil` for an item that belongs to no segment.
        package var segment: String?
        /// How many more items of the segment were taken out.
        package var removedCount: Int

        package init(item: String, segment: String?, removedCount: Int) {
            self.item = item
            self.segment = segment
            self.removedCount = removedCount
        }
    }

    /// What an operator can do to what listeners hear.
    package struct Hand: Sendable {
        /// Breaks off what airs.
        package var skip: @Sendable () async throws(LinkError) -> BrokenOff
        /// Drops what was made and has not been heard yet.
        package var dump: @Sendable () async throws(LinkError) -> Void

        package init(
            skip: @escaping @Sendable () async throws(LinkError) -> BrokenOff,
            dump: @escaping @Sendable () async throws(LinkError) -> Void
        ) {
            self.skip = skip
            self.dump = dump
        }
    }

    private struct Incoming {
        let segment: Segment
        let cause: EnvelopeHeader?
    }

    private struct State {
        var sound = Sound.off("the station is starting")
        var voices: [VoiceChain.Standing] = []
        /// Whether there will be a voice soon, as far as is known.
        var isVoiceExpected = false
        var playout: (status: PlayoutStatus, at: Timestamp)?
        var open: [Segment] = []
        var ahead = Duration.zero
        var incoming: [Incoming] = []
        var causes: [UUIDv7: EnvelopeHeader] = [:]
        /// There while somebody holds the link to the playout.
        var hand: Hand?
        var orders = PlayoutWishes.Orders()
    }

    private let state = Mutex(State())
    private let segments: SegmentRepository
    /// Rings when there is something to be spoken.
    let work = Bell()
    private let listeners = Mutex<[Listener]>([])

    private struct Listener: Sendable { weak var bell: Bell? }

    package init(segments: SegmentRepository) { self.segments = segments }

    // MARK: For those who write

    package var view: View {
        state.withLock {
            View(sound: $0.sound, voices: $0.voices, playout: $0.playout, open: $0.open, ahead: $0.ahead)
        }
    }

    /// How much speech waits to be heard; `nil` while words go out as text only.
    package var ahead: Duration? {
        state.withLock { state in
            guard case .on = state.sound else { return nil }
            return state.ahead + state.incoming.map { AirDesk.guess($0.segment.spoken.text) }.reduce(.zero, +)
        }
    }

    /// Says that there will be a voice soon: the first words can wait for it.
    package func expectVoice() { state.withLock { $0.isVoiceExpected = true } }

    /// Whether a voice is expected that is not there yet.
    package var isVoiceExpected: Bool { state.withLock { $0.isVoiceExpected } }

    /// Rings a bell whenever less is ahead than before, as long as there is somebody who keeps the bell.
    package func notify(_ bell: Bell) {
        listeners.withLock { listeners in
            listeners.removeAll { $0.bell == nil }
            listeners.append(Listener(bell: bell))
        }
    }

    /// Puts words at the end of the running order; they are stored when this returns.
    ///
    /// - Parameters:
    ///   - spoken: what is said.
    ///   - cause: the event that gave it its first figure.
    /// - Returns: the segment that it became.
    /// - Throws: `ShowError`.
    @discardableResult
    package func accept(_ spoken: HostSpoke, causedBy cause: EnvelopeHeader? = nil) async throws(ShowError) -> Segment {
        let segment = try await segments.append(spoken)
        state.withLock { $0.incoming.append(Incoming(segment: segment, cause: cause)) }
        work.ring()
        return segment
    }

    /// Keeps words that went out as text, so that they are in the transcript and not said again after a restart.
    ///
    /// - Throws: `ShowError`.
    package func note(toldAsText spoken: HostSpoke) async throws(ShowError) {
        try await segments.note(toldAsText: spoken)
    }

    /// Breaks off what listeners hear, with all that belongs to the same segment.
    ///
    /// - Returns: what it was.
    /// - Throws: `LinkError`: `.notPossible` when nothing plays, `.unavailable` when the playout does not answer.
    package func skip() async throws(LinkError) -> BrokenOff {
        try await hand().skip()
    }

    /// Drops what was made and has not been heard yet.
    ///
    /// - Throws: `LinkError`: `.notPossible` while the delay is off, `.unavailable` when the playout does not answer.
    package func dump() async throws(LinkError) { try await hand().dump() }

    private func hand() throws(LinkError) -> Hand {
        guard let hand = state.withLock({ $0.hand }) else {
            throw LinkError(.unavailable, "nobody is connected to the playout")
        }
        return hand
    }

    /// What operators asked for, until the daemon starts anew.
    package var orders: PlayoutWishes.Orders { state.withLock { $0.orders } }

    /// Changes what operators ask for; the playout is told at once.
    package func order(_ change: (inout PlayoutWishes.Orders) -> Void) {
        state.withLock { change(&$0.orders) }
        work.ring()
    }

    // MARK: For the one who speaks

    package func note(hand: Hand?) { state.withLock { $0.hand = hand } }

    func takeIncoming() -> [Segment] {
        state.withLock { state in
            defer { state.incoming.removeAll() }
            for one in state.incoming { state.causes[one.segment.id] = one.cause }
            return state.incoming.map(\.segment)
        }
    }

    func takeCause(of segment: UUIDv7) -> EnvelopeHeader? { state.withLock { $0.causes.removeValue(forKey: segment) } }

    func note(_ desk: AirDesk) {
        state.withLock { state in
            state.open = desk.open
            state.ahead = desk.ahead
            let ids = Set(state.open.map(\.id))
            // Those of segments that never were heard.
            state.causes = state.causes.filter { ids.contains($0.key) }
        }
        ringListeners()
    }

    private func ringListeners() {
        for bell in listeners.withLock({ $0.compactMap(\.bell) }) { bell.ring() }
    }

    package func note(_ sound: Sound, voices: [VoiceChain.Standing] = []) {
        state.withLock { state in
            switch (state.sound, sound) {
            case (_, .on): state.isVoiceExpected = false
            // What was there a moment ago mostly comes back.
            case (.on, .off): state.isVoiceExpected = true
            case (.off, .off): break
            }
            (state.sound, state.voices) = (sound, voices)
        }
        ringListeners()
    }

    func note(_ status: PlayoutStatus?, at now: Timestamp) {
        state.withLock { $0.playout = status.map { ($0, now) } }
    }
}
