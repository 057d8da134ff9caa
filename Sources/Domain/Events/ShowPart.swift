package import Bus

/// What a part of the station's hour is about.
package enum PartKind: String, Codable, Hashable, Sendable, CaseIterable {
    /// The news, and the mood of the market.
    case headlines
    /// Prices, and how they changed.
    case market
    /// What people say, and what the station says of itself.
    case talk
    /// The station's name.
    case ident
}

/// A few minutes of the station's hour: what they are about, and from when to when.
package struct ShowPart: Codable, Hashable, Sendable {
    package let kind: PartKind
    package let beganAt: Timestamp
    /// The first moment that is not in it.
    package let endsAt: Timestamp

    package init(kind: PartKind, beganAt: Timestamp, endsAt: Timestamp) {
        self.kind = kind
        self.beganAt = beganAt
        self.endsAt = endsAt
    }
}

/// Listeners hear the first words of a part of the hour.
package struct ShowPartStarted: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "segment.part.started"
    package static let summary = "Listeners hear the first words of a part of the hour."
    package let part: ShowPart
    package let host: String
    package let at: Timestamp

    package init(part: ShowPart, host: String, at: Timestamp) {
        self.part = part
        self.host = host
        self.at = at
    }
}

/// A part of the hour is over: the next has begun to be heard.
package struct ShowPartFinished: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "segment.part.finished"
    package static let summary = "A part of the hour is over: the next has begun to be heard."
    package let part: ShowPart
    package let host: String
    /// When its first words were heard.
    package let startedAt: Timestamp
    /// When its last words began to be heard.
    package let lastHeardAt: Timestamp
    /// How often its host spoke.
    package let texts: Int
    package let at: Timestamp

    package init(
        part: ShowPart,
        host: String,
        startedAt: Timestamp,
        lastHeardAt: Timestamp,
        texts: Int,
        at: Timestamp
    ) {
        self.part = part
        self.host = host
        self.startedAt = startedAt
        self.lastHeardAt = lastHeardAt
        self.texts = texts
        self.at = at
    }
}
