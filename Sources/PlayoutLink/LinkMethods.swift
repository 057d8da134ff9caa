package import Bus
package import JSON

/// One method of the playout: its parameters are the members of the type.
package protocol LinkMethod: Codable, Sendable {
    associatedtype Answer: Codable & Sendable
    /// Its name on the wire.
    static var name: String { get }
}

/// The version of the protocol; sides with different ones do not talk.
package let linkVersion = 1

/// Nothing more to say than that it is done.
package struct Done: Codable, Hashable, Sendable {
    package init() {}
}

/// Who is there; the first call on a connection.
package struct Hello: LinkMethod {
    package static let name = "hello"
    package var version: Int
    /// Who calls, for the log.
    package var client: String

    package init(version: Int = linkVersion, client: String) {
        self.version = version
        self.client = client
    }

    package struct Answer: Codable, Hashable, Sendable {
        package var version: Int
        package var program: String
        /// Changes with each start of the playout; sequence numbers begin anew.
        package var epoch: UUIDv7
        /// The sequence number of the newest event.
        package var seq: UInt64

        package init(version: Int = linkVersion, program: String, epoch: UUIDv7, seq: UInt64) {
            self.version = version
            self.program = program
            self.epoch = epoch
            self.seq = seq
        }
    }
}

/// Puts an item into the running order; one whose id is known already is not put again.
package struct QueuePut: LinkMethod {
    package static let name = "queue.put"
    package var item: PlayoutItem
    /// `end` when not given.
    package var position: Position?
    /// Behind the item with this id; instead of `position`.
    package var after: String?

    package enum Position: String, Codable, Sendable {
        case end
        /// Before everything that waits.
        case next
    }

    package init(item: PlayoutItem, position: Position? = nil, after: String? = nil) {
        self.item = item
        self.position = position
        self.after = after
    }

    package struct Answer: Codable, Hashable, Sendable {
        package var id: String
        /// What became of the item so far.
        package var state: ItemState
        /// Whether this call put it there; `false` when the id was known.
        package var isNew: Bool
        /// How many items wait, this one among them.
        package var waiting: Int

        package init(id: String, state: ItemState, isNew: Bool, waiting: Int) {
            self.id = id
            self.state = state
            self.isNew = isNew
            self.waiting = waiting
        }
    }
}

/// Takes a waiting item out.
package struct QueueRemove: LinkMethod {
    package static let name = "queue.remove"
    package var id: String

    package init(id: String) { self.id = id }

    package typealias Answer = RemovedItems
}

/// Takes all waiting items out, or those of one segment or kind.
package struct QueueClear: LinkMethod {
    package static let name = "queue.clear"
    package var segment: String?
    package var kind: ItemKind?

    package init(segment: String? = nil, kind: ItemKind? = nil) {
        self.segment = segment
        self.kind = kind
    }

    package typealias Answer = RemovedItems
}

/// The ids of items that were taken out.
package struct RemovedItems: Codable, Hashable, Sendable {
    package var removed: [String]

    package init(removed: [String]) { self.removed = removed }
}

/// What waits, in order.
package struct QueueList: LinkMethod {
    package static let name = "queue.list"

    package init() {}

    package struct Answer: Codable, Hashable, Sendable {
        package var waiting: [ItemSummary]

        package init(waiting: [ItemSummary]) { self.waiting = waiting }
    }
}

/// Ends what plays, with a short fade.
package struct Skip: LinkMethod {
    package static let name = "skip"
    /// Only if this item plays; a call that comes late then skips nothing else.
    package var id: String?

    package init(id: String? = nil) { self.id = id }

    package struct Answer: Codable, Hashable, Sendable {
        package var id: String

        package init(id: String) { self.id = id }
    }
}

/// Silences the output at once; what plays goes on unheard.
package struct Mute: LinkMethod {
    package static let name = "mute"
    package typealias Answer = Done

    package init() {}
}

package struct Unmute: LinkMethod {
    package static let name = "unmute"
    package typealias Answer = Done

    package init() {}
}

/// Lets listeners hear the programme ten seconds later, so that `dump` can drop what they have not heard.
package struct DelaySet: LinkMethod {
    package static let name = "delay.set"
    package var on: Bool
    package typealias Answer = Done

    package init(on: Bool) { self.on = on }
}

/// Drops what was made but not heard yet; the bed plays until the delay is there again.
package struct Dump: LinkMethod {
    package static let name = "dump"
    package typealias Answer = Done

    package init() {}
}

/// Chooses the bed.
package struct BedSet: LinkMethod, Hashable {
    package static let name = "bed.set"
    /// A WAV file that loops; the station's own bed when there is none.
    package var file: String?
    package var gainDecibels: Double?
    package typealias Answer = Done

    package init(file: String?, gainDecibels: Double? = nil) {
        self.file = file
        self.gainDecibels = gainDecibels
    }
}

/// Chooses the ident that plays when there is nothing else.
package struct IdentSet: LinkMethod, Hashable {
    package static let name = "ident.set"
    /// A WAV file; the station's own chime when there is none.
    package var file: String?
    package var gainDecibels: Double?
    /// How often it plays on standby.
    package var everySeconds: Int?
    package typealias Answer = Done

    package init(file: String?, gainDecibels: Double? = nil, everySeconds: Int? = nil) {
        self.file = file
        self.gainDecibels = gainDecibels
        self.everySeconds = everySeconds
    }
}

/// Says how loud the programme is.
package struct LoudnessSet: LinkMethod, Hashable {
    package static let name = "loudness.set"
    /// How loud speech leaves, in LUFS; everything else goes with it.
    package var speechLUFS: Double
    package typealias Answer = Done

    /// How loud speech comes in the items of the running order, and leaves where nothing else was said.
    package static let itemLUFS = -16.0
    /// From the quiet of television at its quietest to the loudest that the limiter leaves alone.
    package static let range = -31.0 ... -14.0

    package init(speechLUFS: Double = LoudnessSet.itemLUFS) { self.speechLUFS = speechLUFS }

    /// What it does to everything, in dB.
    package var gainDecibels: Double { speechLUFS - LoudnessSet.itemLUFS }
}

/// Says where the programme goes; kept, and handed to what sends it.
package struct TargetsSet: LinkMethod {
    package static let name = "targets.set"
    package var targets: OutputTargets
    package typealias Answer = Done

    package init(targets: OutputTargets) { self.targets = targets }
}

/// Says what is on air, in the words that players show; kept, and handed to what sends the programme.
package struct MetadataSet: LinkMethod {
    package static let name = "metadata.set"
    package var metadata: JSONValue
    package typealias Answer = Done

    package init(metadata: JSONValue) { self.metadata = metadata }
}

/// Says what is seen beside the sound; kept, and handed to what draws it.
package struct PictureSet: LinkMethod {
    package static let name = "picture.set"
    /// A scene as the renderer reads it: layout, hosts, topic, chart, ticker; `null` shows the station's card.
    package var scene: JSONValue
    package typealias Answer = Done

    package init(scene: JSONValue) { self.scene = scene }
}

/// Gives an item the times of its words when they were not known as it was queued.
package struct CaptionsSet: LinkMethod {
    package static let name = "captions.set"
    package var id: String
    package var words: [CaptionWord]
    package typealias Answer = Done

    package init(id: String, words: [CaptionWord]) {
        self.id = id
        self.words = words
    }
}

/// Everything, as it is now.
package struct Status: LinkMethod {
    package static let name = "status"
    package typealias Answer = PlayoutStatus

    package init() {}
}

/// The events that followed one; only the newest thousand are kept.
package struct EventsSince: LinkMethod {
    package static let name = "events.since"
    package var epoch: UUIDv7
    package var seq: UInt64

    package init(epoch: UUIDv7, seq: UInt64) {
        self.epoch = epoch
        self.seq = seq
    }

    package struct Answer: Codable, Hashable, Sendable {
        package var events: [PlayoutEvent]
        /// Whether some are missing, because they are too old or of another start of the playout.
        ///
        /// Then only `status` tells.
        package var isIncomplete: Bool
        /// Whether there are more behind these; ask again from the last one.
        package var hasMore: Bool

        package init(events: [PlayoutEvent], isIncomplete: Bool, hasMore: Bool) {
            self.events = events
            self.isIncomplete = isIncomplete
            self.hasMore = hasMore
        }
    }
}

/// Ends the playout: the only way to do so over the link.
package struct Shutdown: LinkMethod {
    package static let name = "shutdown"
    package typealias Answer = Done

    package init() {}
}
