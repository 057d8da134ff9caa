package import Bus
import JSON
package import PlayoutLink
import Sound

/// Decides what the mixer plays: a value that is told what happened, and collects what is to be done.
///
/// Moments are handed in. Every change of the state goes through `keep`, so that the journal leads to the same state.
package struct Director: Sendable {
    /// An item that has a buffer.
    struct Prepared: Sendable {
        enum Phase: Sendable { case loading, ready, cued, playing }

        let serial: Int64
        /// `nil` for a standby ident.
        let id: String?
        let buffer: Int
        let startFrame: Int
        var phase = Phase.loading
        /// Why its file broke off, once it has.
        var failure: String?
    }

    /// How many waiting items are loaded ahead.
    static let aheadMax = 2
    /// How often the playhead is written down.
    static let keepPositionEvery: Duration = .milliseconds(350)
    /// How long nothing has played before the first ident.
    static let firstIdentAfter: Duration = .seconds(10)
    static let identEverySecondsStandard = 180
    static let identSeconds = 10...3600
    static let targetsMax = 24

    package private(set) var state: StationState
    /// Whether there has been nothing to play for half a second.
    package private(set) var isStandby = false
    package private(set) var level: LevelReading?
    package private(set) var starvedFrames: Int64 = 0
    private(set) var actions: [DirectorAction] = []
    var prepared: [Prepared] = []
    var freeBuffers: [Int]
    private var lastSerial: Int64 = 0
    /// The token of the `uncueAll` that has not been answered.
    private var pendingUncue: Int64?
    /// The item that was on air when the last run ended, until it is again.
    private var resumed: String?
    private let framesEmittedBefore: Int64
    private let audioFolder: String
    private var positionKeptAt: Timestamp?
    private var identDueAt: Timestamp?

    /// - Parameters:
    ///   - state: what the journal held.
    ///   - bufferCount: how many item buffers there are.
    ///   - audioFolder: where files lie whose path is not absolute.
    package init(state: StationState, bufferCount: Int, audioFolder: String) {
        self.state = state
        self.audioFolder = audioFolder
        freeBuffers = Array((0..<bufferCount).reversed())
        framesEmittedBefore = state.framesEmitted
        resumed = state.order.playing?.item.id
    }

    /// Gives what is to be done, once.
    package mutating func takeActions() -> [DirectorAction] {
        defer { actions.removeAll(keepingCapacity: true) }
        return actions
    }

    mutating func act(_ action: DirectorAction) { actions.append(action) }

    mutating func keep(_ change: StateChange) {
        state.apply(change)
        act(.keep(change))
    }

    func path(_ file: String) -> String { file.hasPrefix("/") ? file : "\(audioFolder)/\(file)" }

    // MARK: What happens

    /// The playout has started: puts everything as it was.
    package mutating func start(at now: Timestamp) {
        if state.isMuted { act(.mixer(.mute(true))) }
        if state.isDelayOn { act(.mixer(.delay(true))) }
        if let loudness = state.loudness { act(.mixer(.gain(factor(loudness)))) }
        if let file = state.bed.file { act(.loader(.bed(path: path(file)))) }
        if state.targets != OutputTargets() { act(.news(.targets(state.targets))) }
        if !state.metadata.isNull { act(.news(.metadata(state.metadata))) }
        if let picture = state.picture { act(.news(.picture(picture))) }
        reconcile(at: now)
    }

    /// Time has passed: items may be due.
    package mutating func tick(at now: Timestamp) {
        playIdentIfDue(at: now)
        reconcile(at: now)
    }

    package mutating func observe(_ report: MixerReport, at now: Timestamp) {
        switch report {
        case .started(let serial, let at): started(serial, frame: at, at: now)
        case .ended(let serial, let end, let position, _): ended(serial, end, position)
        case .uncued(let token):
            guard pendingUncue == token else { return }
            pendingUncue = nil
            for index in prepared.indices where prepared[index].phase == .cued { prepared[index].phase = .ready }
        case .position(let serial, let frame, let at): moved(serial, frame, programme: at, at: now)
        case .level(let figures):
            starvedFrames = figures.starvedFrames
            let reading = LevelReading(figures)
            level = reading
            act(.tell(.level(reading)))
        case .standby(let isOn, _):
            isStandby = isOn
            identDueAt = isOn ? now.advanced(by: Director.firstIdentAfter) : nil
            act(.tell(.standby(isOn: isOn)))
        case .muted(let isOn, _): act(.tell(.mute(isOn: isOn)))
        case .dumped(let frames, _): act(.tell(.dumped(milliseconds: Int64(frames) * 1000 / 48_000)))
        }
        reconcile(at: now)
    }

    package mutating func observe(_ report: LoaderReport, at now: Timestamp) {
        switch report {
        case .ready(let serial, _):
            guard let index = index(of: serial), prepared[index].phase == .loading else { break }
            prepared[index].phase = .ready
        case .failed(let serial, let reason): failed(serial, reason)
        case .released(let buffer): freeBuffers.append(buffer)
        case .bedReady:
            let gain = Level.factor(decibels: Float(state.bed.gainDecibels ?? 0))
            act(.mixer(.bedFile(true, gain: gain)))
        case .bedFailed(let reason):
            act(.mixer(.bedFile(false, gain: 1)))
            act(.tell(.soundFailed(PlayoutEvent.SoundFailure(sound: "bed", reason: reason))))
        }
        reconcile(at: now)
    }

    // MARK: Items

    func index(of serial: Int64) -> Int? { prepared.firstIndex { $0.serial == serial } }

    private func item(_ id: String) -> PlayoutItem? {
        if let playing = state.order.playing, playing.item.id == id { return playing.item }
        return state.order.waiting.first { $0.id == id }
    }

    private mutating func started(_ serial: Int64, frame at: Int64, at now: Timestamp) {
        guard let index = index(of: serial) else { return }
        prepared[index].phase = .playing
        guard let id = prepared[index].id else { return }
        guard let item = item(id) else {
            // It was taken out in the moment in which it began.
            act(.mixer(.skip(serial: serial)))
            return
        }
        let frame = Int64(prepared[index].startFrame)
        if resumed == id { resumed = nil }
        keep(.began(id: id, frame: frame, time: now))
        let start = PlayoutEvent.ItemStart(id: id, kind: item.kind, segment: item.segment, frame: frame, at: at)
        act(.tell(.itemStarted(start)))
        act(.news(.item(item, frame: frame, at: at)))
    }

    private mutating func ended(_ serial: Int64, _ end: VoiceEnd, _ position: Int) {
        guard let index = index(of: serial) else { return }
        let voice = prepared[index]
        let outcome: ItemState =
            switch end {
            case .finished: .finished
            case .skipped: .skipped
            case .broken: .failed(reason: voice.failure ?? "its sound broke off")
            }
        release(index)
        if let id = voice.id { over(id, outcome, frame: Int64(position)) }
    }

    private mutating func failed(_ serial: Int64, _ reason: String) {
        guard let index = index(of: serial) else { return }
        guard prepared[index].phase == .loading else {
            // What was read before plays first; the mixer says when it is over.
            prepared[index].failure = reason
            return
        }
        let (id, start) = (prepared[index].id, prepared[index].startFrame)
        release(index)
        if let id {
            over(id, .failed(reason: reason), frame: Int64(start))
        } else {
            act(.tell(.soundFailed(PlayoutEvent.SoundFailure(sound: "ident", reason: reason))))
            act(.mixer(.chime))
        }
    }

    /// An item will not play any more.
    mutating func over(_ id: String, _ outcome: ItemState, frame: Int64) {
        guard let state = state.order.state(of: id), !state.isOver else { return }
        let segment = item(id)?.segment ?? self.state.order.leaving?.item.segment
        if resumed == id { resumed = nil }
        keep(.ended(id: id, outcome))
        act(.tell(.itemEnded(PlayoutEvent.ItemEnd(id: id, segment: segment, outcome: outcome, frame: frame))))
        if state == .playing { act(.news(.over(id: id))) }
    }

    private mutating func moved(_ serial: Int64, _ frame: Int, programme at: Int64, at now: Timestamp) {
        let id = index(of: serial).flatMap { prepared[$0].id }
        let isOnAir = id != nil && id == state.order.playing?.item.id
        let change = StateChange.moved(
            frame: isOnAir ? Int64(frame) : nil,
            framesEmitted: framesEmittedBefore + at,
            time: now
        )
        if let last = positionKeptAt, last.duration(to: now) < Director.keepPositionEvery, last <= now {
            state.apply(change)
        } else {
            positionKeptAt = now
            keep(change)
        }
    }

    // MARK: What is loaded and cued

    mutating func release(_ index: Int) {
        let voice = prepared.remove(at: index)
        act(.loader(.release(buffer: voice.buffer, serial: voice.serial)))
    }

    /// Brings what is loaded and cued in line with the running order.
    mutating func reconcile(at now: Timestamp) {
        var wanted = state.order.next(Director.aheadMax, at: now)
        if let resumed, let playing = state.order.playing, playing.item.id == resumed {
            wanted.insert(playing.item, at: 0)
        }
        wanted = Array(wanted.prefix(Director.aheadMax))
        let ids = wanted.map(\.id)
        for index in prepared.indices.reversed()
        where prepared[index].phase != .cued && prepared[index].phase != .playing {
            if let id = prepared[index].id, !ids.contains(id) { release(index) }
        }
        for item in wanted where !prepared.contains(where: { $0.id == item.id }) { load(item) }
        cue(wanted)
    }

    private mutating func load(_ item: PlayoutItem) {
        let isResumed = item.id == resumed
        let start = isResumed ? Int(state.order.playing?.frame ?? 0) : 0
        prepare(id: item.id, path: path(item.file), startFrame: start)
    }

    /// - Returns: whether there was a buffer.
    @discardableResult
    private mutating func prepare(id: String?, path: String, startFrame: Int) -> Bool {
        guard let buffer = freeBuffers.popLast() else { return false }
        lastSerial += 1
        prepared.append(Prepared(serial: lastSerial, id: id, buffer: buffer, startFrame: startFrame))
        act(.loader(.load(buffer: buffer, serial: lastSerial, path: path, startFrame: startFrame)))
        return true
    }

    private mutating func cue(_ wanted: [PlayoutItem]) {
        guard pendingUncue == nil else { return }
        let cued = prepared.filter { $0.phase == .cued && $0.id != nil }.compactMap(\.id)
        guard wanted.map(\.id).starts(with: cued) else {
            // Something else is to play first, or what was cued is not to play at all.
            lastSerial += 1
            pendingUncue = lastSerial
            act(.mixer(.uncueAll(token: lastSerial)))
            return
        }
        for item in wanted.dropFirst(cued.count) {
            guard let index = prepared.firstIndex(where: { $0.id == item.id }), prepared[index].phase == .ready else {
                return
            }
            // The mixer plays in the order of the cues, and that is the order in which they are found cued.
            var voice = prepared.remove(at: index)
            voice.phase = .cued
            prepared.append(voice)
            act(.mixer(.cue(Cue(item, serial: voice.serial, buffer: voice.buffer, startFrame: voice.startFrame))))
        }
    }

    // MARK: Idents

    private mutating func playIdentIfDue(at now: Timestamp) {
        if let index = prepared.firstIndex(where: { $0.id == nil }) { return cueIdent(index) }
        guard isStandby, let due = identDueAt, due <= now else { return }
        identDueAt = now.advanced(by: .seconds(state.ident.everySeconds ?? Director.identEverySecondsStandard))
        guard let file = state.ident.file, prepare(id: nil, path: path(file), startFrame: 0) else {
            act(.mixer(.chime))
            return
        }
    }

    private mutating func cueIdent(_ index: Int) {
        guard prepared[index].phase == .ready else { return }
        // Something came up meanwhile.
        guard isStandby, prepared.count == 1 else { return release(index) }
        prepared[index].phase = .cued
        let gain = Level.factor(decibels: Float(state.ident.gainDecibels ?? 0))
        var cue = Cue(serial: prepared[index].serial, buffer: prepared[index].buffer, kind: .ident, gain: gain)
        cue.isStandby = true
        act(.mixer(.cue(cue)))
    }
}

extension Cue {
    init(_ item: PlayoutItem, serial: Int64, buffer: Int, startFrame: Int) {
        self.init(
            serial: serial,
            buffer: buffer,
            kind: item.kind,
            gain: Level.factor(decibels: Float(item.gainDecibels))
        )
        self.startFrame = startFrame
        fadeInFrames = AudioFormat.frames(milliseconds: item.fadeInMilliseconds)
        fadeOutFrames = AudioFormat.frames(milliseconds: item.fadeOutMilliseconds)
        // What goes on after a restart has nothing to fade over from.
        crossFadeFrames = startFrame == 0 ? AudioFormat.frames(milliseconds: item.crossFadeMilliseconds) : 0
    }
}

extension LevelReading {
    init(_ figures: LevelFigures) {
        func tenths(_ factor: Float) -> Double { (Double(Level.decibels(factor)) * 10).rounded() / 10 }
        self.init(
            rmsDecibels: tenths(figures.rms),
            peakDecibels: tenths(figures.peak),
            silentForMilliseconds: figures.silentFrames / 48
        )
    }
}
