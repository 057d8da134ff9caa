package import Bus
package import JSON

/// Where an item is in its life.
package enum ItemState: Codable, Hashable, Sendable {
    case queued
    case playing
    case finished
    case skipped
    /// Taken out before it played.
    case removed
    case failed(reason: String)

    private enum Key: String, CodingKey { case state, reason }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        let name = try fields.decode(String.self, forKey: .state)
        switch name {
        case "queued": self = .queued
        case "playing": self = .playing
        case "finished": self = .finished
        case "skipped": self = .skipped
        case "removed": self = .removed
        case "failed": self = .failed(reason: try fields.decode(String.self, forKey: .reason))
        default:
            throw DecodingError.dataCorruptedError(forKey: .state, in: fields, debugDescription: "no state: \(name)")
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(name, forKey: .state)
        if case .failed(let reason) = self { try fields.encode(reason, forKey: .reason) }
    }

    package var name: String {
        switch self {
        case .queued: "queued"
        case .playing: "playing"
        case .finished: "finished"
        case .skipped: "skipped"
        case .removed: "removed"
        case .failed: "failed"
        }
    }

    package var isOver: Bool { self != .queued && self != .playing }
}

/// An item without its texts.
package struct ItemSummary: Codable, Hashable, Sendable {
    package var id: String
    package var kind: ItemKind
    package var title: String
    package var segment: String?
    package var frames: Int64?
    package var notBefore: Timestamp?

    package init(_ item: PlayoutItem) {
        id = item.id
        kind = item.kind
        title = item.title
        segment = item.segment
        frames = item.frames
        notBefore = item.notBefore
    }
}

/// Everything about the playout at one moment.
package struct PlayoutStatus: Codable, Hashable, Sendable {
    package struct Playing: Codable, Hashable, Sendable {
        package var item: ItemSummary
        /// Where in the item, at 48,000 frames a second; up to 200 ms old.
        package var frame: Int64
        package var startedAt: Timestamp

        package init(item: ItemSummary, frame: Int64, startedAt: Timestamp) {
            self.item = item
            self.frame = frame
            self.startedAt = startedAt
        }
    }

    package struct Ended: Codable, Hashable, Sendable {
        package var id: String
        package var outcome: ItemState

        package init(id: String, outcome: ItemState) {
            self.id = id
            self.outcome = outcome
        }
    }

    /// How the audio thread fares.
    package struct Audio: Codable, Hashable, Sendable {
        /// `fifo`, `nice` or `normal`.
        package var scheduling: String
        /// Blocks since the start.
        package var blocks: Int64
        /// Blocks that came more than 20 ms late.
        package var lateBlocks: Int64
        /// Time that was given up after long stalls.
        package var skippedMilliseconds: Int64
        /// Frames of items that the loader brought too late.
        package var starvedFrames: Int64
        /// How late 99 of 100 blocks were at most.
        package var jitterP99Microseconds: Int64

        package init(
            scheduling: String,
            blocks: Int64,
            lateBlocks: Int64,
            skippedMilliseconds: Int64,
            starvedFrames: Int64,
            jitterP99Microseconds: Int64
        ) {
            self.scheduling = scheduling
            self.blocks = blocks
            self.lateBlocks = lateBlocks
            self.skippedMilliseconds = skippedMilliseconds
            self.starvedFrames = starvedFrames
            self.jitterP99Microseconds = jitterP99Microseconds
        }
    }

    package var epoch: UUIDv7
    /// The newest event that is contained in all this.
    package var seq: UInt64
    package var startedAt: Timestamp
    /// Of all starts together.
    package var framesEmitted: Int64
    package var playing: Playing?
    package var waiting: [ItemSummary]
    /// The items that ended last, newest last.
    package var recent: [Ended]
    package var isStandby: Bool
    package var isMuted: Bool
    package var isDelayOn: Bool
    package var bed: BedSet
    package var ident: IdentSet
    /// How the programme gets out; `nil` in a playout that sends it nowhere.
    package var outputs: OutputsStatus?
    package var metadata: JSONValue
    package var level: LevelReading?
    package var audio: Audio

    package init(
        epoch: UUIDv7,
        seq: UInt64,
        startedAt: Timestamp,
        framesEmitted: Int64,
        playing: Playing?,
        waiting: [ItemSummary],
        recent: [Ended],
        isStandby: Bool,
        isMuted: Bool,
        isDelayOn: Bool,
        bed: BedSet,
        ident: IdentSet,
        outputs: OutputsStatus?,
        metadata: JSONValue,
        level: LevelReading?,
        audio: Audio
    ) {
        self.epoch = epoch
        self.seq = seq
        self.startedAt = startedAt
        self.framesEmitted = framesEmitted
        self.playing = playing
        self.waiting = waiting
        self.recent = recent
        self.isStandby = isStandby
        self.isMuted = isMuted
        self.isDelayOn = isDelayOn
        self.bed = bed
        self.ident = ident
        self.outputs = outputs
        self.metadata = metadata
        self.level = level
        self.audio = audio
    }
}
