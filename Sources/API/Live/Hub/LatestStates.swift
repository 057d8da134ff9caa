import Bus

/// The newest state event of every full topic, as the clients have been told of it: what a new one starts with.
///
/// A plain value. States come from closed sets, and so does what is kept here.
struct LatestStates {
    private struct Entry {
        let event: LiveEvent
        let second: Int
    }

    private var entries: [FullTopic: Entry] = [:]

    /// Takes an event in.
    ///
    /// - Parameters:
    ///   - event: a state event.
    ///   - second: when, in seconds of the hub's own count.
    /// - Returns: `false` for one that is not newer than what is known.
    mutating func take(_ event: LiveEvent, second: Int) -> Bool {
        if let known = entries[event.topic]?.event.header, known.epoch == event.header.epoch,
            known.seq >= event.header.seq
        {
            return false
        }
        entries[event.topic] = Entry(event: event, second: second)
        return true
    }

    subscript(topic: FullTopic) -> LiveEvent? { entries[topic]?.event }

    /// All of them, oldest first.
    var all: [LiveEvent] { entries.values.map(\.event).sorted { $0.header.id < $1.header.id } }

    /// Those of a group that have not changed for a multiple of its interval.
    ///
    /// - Parameters:
    ///   - group: whose topics.
    ///   - interval: in seconds; 0 for never.
    ///   - second: what time it is.
    /// - Returns: what is to be told again.
    func due(_ group: LiveGroup, every interval: Int, at second: Int) -> [LiveEvent] {
        guard interval > 0 else { return [] }
        let prefixes = group.prefixes
        return entries.values.compactMap { entry in
            let age = second - entry.second
            guard age > 0, age.isMultiple(of: interval) else { return nil }
            let topic = entry.event.topic.text
            return prefixes.contains(where: topic.hasPrefix) ? entry.event : nil
        }
    }
}
