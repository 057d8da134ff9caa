import Bus

/// What one caller wants written: all of it or none.
struct WriteUnit: Sendable {
    enum Work: Sendable {
        /// Events only. Needs no savepoint, since it can be undone by removing its rows.
        case append([PendingEvent])
        case body(@Sendable (inout Transaction) throws -> Void)
    }

    let author: Incarnation
    let work: Work
    /// What it holds in memory, about.
    let sizeBytes: Int

    init(author: Incarnation, work: Work) {
        self.author = author
        self.work = work
        sizeBytes =
            switch work {
            case .append(let events): events.reduce(256) { $0 + $1.sizeBytes }
            case .body: 1024
            }
    }

    /// Events it is known to hold; bodies count as one.
    var eventCount: Int {
        switch work {
        case .append(let events): events.count
        case .body: 1
        }
    }
}

enum WriteOutcome: Sendable {
    case committed([EnvelopeHeader])
    case failed(any Error)
}
