package import Bus
package import JSON
package import PlayoutLink

/// What the playout must not forget when it is killed.
package struct StationState: Codable, Hashable, Sendable {
    package var order = RunningOrder()
    package var isMuted = false
    package var isDelayOn = false
    /// `nil` as long as nothing was said about it.
    package var loudness: LoudnessSet?
    package var bed = BedSet(file: nil)
    package var ident = IdentSet(file: nil)
    package var targets = OutputTargets()
    package var metadata = JSONValue.null
    /// What is seen; `nil` as long as nothing was said about it.
    package var picture: JSONValue?
    /// Frames that left since the station was first started.
    package var framesEmitted: Int64 = 0
    /// When `framesEmitted` was counted.
    package var countedAt: Timestamp?

    package init() {}
}

/// One change of the state: what the journal holds.
package enum StateChange: Codable, Hashable, Sendable {
    case put(PlayoutItem, at: RunningOrder.Place)
    case words([CaptionWord], id: String)
    case began(id: String, frame: Int64, time: Timestamp)
    case ended(id: String, ItemState)
    /// Where the item that plays is, and what has left so far.
    case moved(frame: Int64?, framesEmitted: Int64, time: Timestamp)
    case muted(Bool)
    case delayed(Bool)
    case loudness(LoudnessSet)
    case bed(BedSet)
    case ident(IdentSet)
    case targets(OutputTargets)
    case metadata(JSONValue)
    case picture(JSONValue)

    /// Whether losing it in a power cut would matter.
    package var isDurable: Bool {
        if case .moved = self { false } else { true }
    }
}

extension StationState {
    /// Makes a change: the same for one that happens and for one that is read from the journal.
    package mutating func apply(_ change: StateChange) {
        switch change {
        case .put(let item, let place): order.put(item, at: place)
        case .words(let words, let id): order.setWords(words, of: id)
        case .began(let id, let frame, let time): order.begin(id, frame: frame, at: time)
        case .ended(let id, let outcome): order.end(id, outcome)
        case .moved(let frame, let frames, let time):
            if let frame { order.move(to: frame) }
            framesEmitted = frames
            countedAt = time
        case .muted(let isOn): isMuted = isOn
        case .delayed(let isOn): isDelayOn = isOn
        case .loudness(let set): loudness = set
        case .bed(let set): bed = set
        case .ident(let set): ident = set
        case .targets(let value): targets = value
        case .metadata(let value): metadata = value
        case .picture(let value): picture = value
        }
    }
}
