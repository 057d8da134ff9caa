import BusZeroMQ
import CryptoCallClient
import JSON

/// What `tail --verify` says at its end.
struct Verdict: Hashable {
    let statistics: FollowStatistics
    /// How long it listened.
    let seconds: Double

    var isComplete: Bool { statistics.lostDurable == 0 }

    func lines(_ terminal: Terminal) -> [String] {
        let verdict = isComplete ? terminal.styled("complete", .green) : terminal.styled("INCOMPLETE", .red)
        let (events, lost) = (statistics.events, statistics.lostDurable)
        return [
            "events     \(Figures.count(events)) in \(Figures.duration(seconds))",
            "epochs     \(statistics.epochs)",
            "repaired   \(Figures.count(statistics.repaired))",
            "repeats    \(Figures.count(statistics.duplicates)) not handed out",
            "lost       \(Figures.count(statistics.lostData)) data, \(Figures.count(lost)) durable",
            "malformed  \(Figures.count(statistics.malformed))",
            "position   \(statistics.position.map { "\($0)" } ?? "unknown: no welcome came")",
            "verdict    \(verdict)",
        ]
    }

    var json: JSONValue {
        [
            "verify": [
                "events": .int(Int64(clamping: statistics.events)),
                "epochs": .int(Int64(statistics.epochs)),
                "repaired": .int(Int64(clamping: statistics.repaired)),
                "repeats": .int(Int64(clamping: statistics.duplicates)),
                "lostData": .int(Int64(clamping: statistics.lostData)),
                "lostDurable": .int(Int64(clamping: statistics.lostDurable)),
                "malformed": .int(Int64(clamping: statistics.malformed)),
                "position": statistics.position.map { .int(Int64(clamping: $0)) } ?? .null,
                "seconds": .double((seconds * 1000).rounded() / 1000),
                "complete": .bool(isComplete),
            ]
        ]
    }
}
