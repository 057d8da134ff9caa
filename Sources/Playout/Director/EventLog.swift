package import Bus
package import PlayoutLink

/// The newest events, for whoever was not there.
package struct EventLog: Sendable {
    package static let eventsMax = 1000
    /// As many as fit into one line.
    package static let answerMax = 200

    package let epoch: UUIDv7
    package private(set) var seq: UInt64 = 0
    private var events: [PlayoutEvent] = []

    package init(epoch: UUIDv7) { self.epoch = epoch }

    /// Numbers an event, and keeps it unless it is only a level.
    package mutating func add(_ detail: PlayoutEvent.Detail, at time: Timestamp) -> PlayoutEvent {
        if case .level = detail { return PlayoutEvent(epoch: epoch, seq: seq, time: time, detail: detail) }
        seq += 1
        let event = PlayoutEvent(epoch: epoch, seq: seq, time: time, detail: detail)
        events.append(event)
        if events.count > EventLog.eventsMax { events.removeFirst(events.count - EventLog.eventsMax) }
        return event
    }

    package func since(_ request: EventsSince) -> EventsSince.Answer {
        guard request.epoch == epoch, request.seq <= seq else {
            return EventsSince.Answer(events: [], isIncomplete: true, hasMore: false)
        }
        let newer = events.filter { $0.seq > request.seq }
        let isIncomplete = newer.first.map { $0.seq > request.seq + 1 } ?? false
        return EventsSince.Answer(
            events: Array(newer.prefix(EventLog.answerMax)),
            isIncomplete: isIncomplete,
            hasMore: newer.count > EventLog.answerMax
        )
    }
}
