package import Bus

/// The level of what left in one second.
package struct LevelReading: Codable, Hashable, Sendable {
    package var rmsDecibels: Double
    package var peakDecibels: Double
    /// For how long nothing above −60 dBFS has left.
    package var silentForMilliseconds: Int64

    package init(rmsDecibels: Double, peakDecibels: Double, silentForMilliseconds: Int64) {
        self.rmsDecibels = rmsDecibels
        self.peakDecibels = peakDecibels
        self.silentForMilliseconds = silentForMilliseconds
    }
}

/// Something happened at the playout.
///
/// Sequence numbers have no gaps within an epoch. `level` has none of its own: it is told once and not kept, and carries
/// the number of the event before it.
package struct PlayoutEvent: Codable, Hashable, Sendable {
    package enum Detail: Hashable, Sendable {
        case itemStarted(ItemStart)
        /// Finished, skipped, failed, or taken out before it played.
        case itemEnded(ItemEnd)
        case level(LevelReading)
        case standby(isOn: Bool)
        case mute(isOn: Bool)
        /// What was not heard was dropped.
        case dumped(milliseconds: Int64)
        case targetsChanged
        /// The bed's or the ident's file cannot be played; the station's own sound takes its place.
        case soundFailed(SoundFailure)
        /// The event is of a kind that this version does not know.
        case other(name: String)
    }

    package struct ItemStart: Codable, Hashable, Sendable {
        package var id: String
        package var kind: ItemKind
        package var segment: String?
        /// Where in the item it began; above 0 when it goes on after a restart of the playout.
        package var frame: Int64
        /// Frames of the programme since the start of the playout.
        package var at: Int64

        package init(id: String, kind: ItemKind, segment: String?, frame: Int64, at: Int64) {
            self.id = id
            self.kind = kind
            self.segment = segment
            self.frame = frame
            self.at = at
        }
    }

    package struct ItemEnd: Codable, Hashable, Sendable {
        package var id: String
        package var segment: String?
        package var outcome: ItemState
        /// Where in the item it ended.
        package var frame: Int64

        package init(id: String, segment: String?, outcome: ItemState, frame: Int64) {
            self.id = id
            self.segment = segment
            self.outcome = outcome
            self.frame = frame
        }
    }

    package struct SoundFailure: Codable, Hashable, Sendable {
        /// `bed` or `ident`.
        package var sound: String
        package var reason: String

        package init(sound: String, reason: String) {
            self.sound = sound
            self.reason = reason
        }
    }

    package var epoch: UUIDv7
    package var seq: UInt64
    package var time: Timestamp
    package var detail: Detail

    package init(epoch: UUIDv7, seq: UInt64, time: Timestamp, detail: Detail) {
        self.epoch = epoch
        self.seq = seq
        self.time = time
        self.detail = detail
    }
}

extension PlayoutEvent.Detail {
    /// The name on the wire.
    package var name: String {
        switch self {
        case .itemStarted: "item.started"
        case .itemEnded(let end): "item.\(end.outcome.name)"
        case .level: "level"
        case .standby(let isOn): isOn ? "standby.began" : "standby.ended"
        case .mute: "mute.changed"
        case .dumped: "delay.dumped"
        case .targetsChanged: "target.changed"
        case .soundFailed: "sound.failed"
        case .other(let name): name
        }
    }
}

extension PlayoutEvent {
    private enum Key: String, CodingKey { case event, epoch, seq, time, data }
    private enum MuteKey: String, CodingKey { case muted }
    private enum DumpKey: String, CodingKey { case milliseconds }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        epoch = try fields.decode(UUIDv7.self, forKey: .epoch)
        seq = try fields.decode(UInt64.self, forKey: .seq)
        time = try fields.decode(Timestamp.self, forKey: .time)
        let name = try fields.decode(String.self, forKey: .event)
        detail =
            switch name {
            case "item.started": .itemStarted(try fields.decode(ItemStart.self, forKey: .data))
            case "item.finished", "item.skipped", "item.failed", "item.removed":
                .itemEnded(try fields.decode(ItemEnd.self, forKey: .data))
            case "level": .level(try fields.decode(LevelReading.self, forKey: .data))
            case "standby.began", "standby.ended": .standby(isOn: name == "standby.began")
            case "mute.changed":
                .mute(
                    isOn: try fields.nestedContainer(keyedBy: MuteKey.self, forKey: .data)
                        .decode(Bool.self, forKey: .muted)
                )
            case "delay.dumped":
                .dumped(
                    milliseconds: try fields.nestedContainer(keyedBy: DumpKey.self, forKey: .data)
                        .decode(Int64.self, forKey: .milliseconds)
                )
            case "target.changed": .targetsChanged
            case "sound.failed": .soundFailed(try fields.decode(SoundFailure.self, forKey: .data))
            default: .other(name: name)
            }
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(detail.name, forKey: .event)
        try fields.encode(epoch, forKey: .epoch)
        try fields.encode(seq, forKey: .seq)
        try fields.encode(time, forKey: .time)
        switch detail {
        case .itemStarted(let start): try fields.encode(start, forKey: .data)
        case .itemEnded(let end): try fields.encode(end, forKey: .data)
        case .level(let level): try fields.encode(level, forKey: .data)
        case .mute(let isOn): try fields.encode(["muted": isOn], forKey: .data)
        case .dumped(let milliseconds): try fields.encode(["milliseconds": milliseconds], forKey: .data)
        case .soundFailed(let failure): try fields.encode(failure, forKey: .data)
        case .standby, .targetsChanged, .other: break
        }
    }
}
