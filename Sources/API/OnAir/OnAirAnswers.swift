package import Bus

/// A segment as listeners may know it.
package struct SegmentAnswer: Codable, Hashable, Sendable {
    package let id: UUIDv7
    package let host: String
    package let text: String
    /// `written`, `queued`, `airing`, `aired`, `skipped` or `failed`.
    package let state: String
    /// `live` for words of a model, `fallback` for an approved text.
    package let kind: String
    /// Such as `BTC-USD`.
    package let symbols: [String]
    /// Whose voice says it, such as `flite/slt`; absent as long as nobody has.
    package let voice: String?
    /// How long its sound is; absent as long as there is none.
    package let seconds: Double?
    package let writtenAt: Timestamp
    package let startedAt: Timestamp?
    package let endedAt: Timestamp?
    /// Why it was not heard, or not to its end.
    package let reason: String?

    enum CodingKeys: String, CodingKey {
        case id, host, text, state, kind, symbols, voice, seconds, reason
        case writtenAt = "written_at"
        case startedAt = "started_at"
        case endedAt = "ended_at"
    }

    package init(
        id: UUIDv7,
        host: String,
        text: String,
        state: String,
        kind: String,
        symbols: [String],
        voice: String?,
        seconds: Double?,
        writtenAt: Timestamp,
        startedAt: Timestamp?,
        endedAt: Timestamp?,
        reason: String?
    ) {
        self.id = id
        self.host = host
        self.text = text
        self.state = state
        self.kind = kind
        self.symbols = symbols
        self.voice = voice
        self.seconds = seconds
        self.writtenAt = writtenAt
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.reason = reason
    }
}

/// What `GET /now` says.
package struct NowAnswer: Codable, Hashable, Sendable {
    /// How words leave the station: `off` as text only, otherwise whose voices there are.
    package let voice: String
    /// Why there is no voice; absent while there is one.
    package let reason: String?
    /// Whether an operator has stopped the output.
    package let muted: Bool
    /// Whether an operator has taken the hosts off the air: music plays.
    package let offAir: Bool
    /// Whether the standby bed plays because there is nothing else.
    package let standby: Bool?
    /// What is heard now; absent when nothing is said.
    package let segment: SegmentAnswer?
    /// The level of the last second, in dB below full scale; absent while nobody measures it.
    package let levelDecibels: Double?
    /// For how long nothing was to be heard.
    package let silentSeconds: Double?
    /// How old level and silence are.
    package let measuredSecondsAgo: Double?
    /// Why the programme does not get out; absent while it does.
    package let trouble: String?
    /// The playlist for players.
    package let stream: String

    enum CodingKeys: String, CodingKey {
        case voice, reason, muted, standby, segment, trouble, stream
        case offAir = "off_air"
        case levelDecibels = "level_db"
        case silentSeconds = "silent_seconds"
        case measuredSecondsAgo = "measured_seconds_ago"
    }

    package init(
        voice: String,
        reason: String?,
        muted: Bool,
        offAir: Bool,
        standby: Bool?,
        segment: SegmentAnswer?,
        levelDecibels: Double?,
        silentSeconds: Double?,
        measuredSecondsAgo: Double?,
        trouble: String?,
        stream: String = "/stream/master.m3u8"
    ) {
        self.voice = voice
        self.reason = reason
        self.muted = muted
        self.offAir = offAir
        self.standby = standby
        self.segment = segment
        self.levelDecibels = levelDecibels
        self.silentSeconds = silentSeconds
        self.measuredSecondsAgo = measuredSecondsAgo
        self.trouble = trouble
        self.stream = stream
    }
}

/// A part of the hour as listeners may know it.
package struct PartAnswer: Codable, Hashable, Sendable {
    /// `headlines`, `market`, `talk` or `ident`.
    package let kind: String
    /// Who speaks in it.
    package let host: String
    package let beganAt: Timestamp
    package let endsAt: Timestamp

    enum CodingKeys: String, CodingKey {
        case kind, host
        case beganAt = "began_at"
        case endsAt = "ends_at"
    }

    package init(kind: String, host: String, beganAt: Timestamp, endsAt: Timestamp) {
        self.kind = kind
        self.host = host
        self.beganAt = beganAt
        self.endsAt = endsAt
    }
}

/// What `GET /schedule` says.
package struct ScheduleAnswer: Codable, Hashable, Sendable {
    /// In the order in which they are heard.
    package let segments: [SegmentAnswer]
    /// How much of them is still to be heard.
    package let aheadSeconds: Double
    /// The part of the hour that is on.
    package let part: PartAnswer
    /// Those that follow it within an hour.
    package let parts: [PartAnswer]

    enum CodingKeys: String, CodingKey {
        case segments, part, parts
        case aheadSeconds = "ahead_seconds"
    }

    package init(segments: [SegmentAnswer], aheadSeconds: Double, part: PartAnswer, parts: [PartAnswer]) {
        self.segments = segments
        self.aheadSeconds = aheadSeconds
        self.part = part
        self.parts = parts
    }
}

/// What `GET /api/transcripts` says.
package struct TranscriptAnswer: Codable, Hashable, Sendable {
    /// The newest first.
    package let segments: [SegmentAnswer]
    /// Where the next page goes on, for `before`; absent when there is nothing more.
    package let next: Int64?

    package init(segments: [SegmentAnswer], next: Int64?) {
        self.segments = segments
        self.next = next
    }
}
