import Bus
import Domain
import Show
import Testing

@testable import Actors

/// Hours of the show, played by the desk at the pace of a voice, on a clock that nobody waits for.
struct ShowSimulation {
    /// Something that was heard.
    struct Heard {
        let spoken: HostSpoke
        /// When its first word is heard, and when the last was.
        let begins: Duration
        let ends: Duration
    }

    var settings = ShowSimulation.twoHosts
    let start: Timestamp
    var market = Market()
    private(set) var desk: HostDesk
    private(set) var heard: [Heard] = []

    static var twoHosts: HostSettings {
        HostSettings(
            host: HostPersona(name: "Nova"),
            cohost: HostPersona(name: "Rex"),
            station: "CryptoCall FM",
            topic: "the crypto markets"
        )
    }

    init(seed: UInt64, start: Timestamp) {
        self.start = start
        desk = HostDesk(seed: seed, startedAt: .zero)
    }

    /// - Parameters:
    ///   - length: how long it goes on.
    ///   - each: what becomes known in each second.
    /// - Throws: what that throws.
    mutating func run(
        for length: Duration,
        each: (inout HostDesk, inout Market, _ second: Int) throws -> Void = { _, _, _ in }
    ) async throws {
        var nextLook = 0
        // As the agent does it: the next is written when the last ones are nearly heard.
        for second in 0..<Int(length.components.seconds) {
            let elapsed = Duration.seconds(second)
            market.now = start.advanced(by: elapsed)
            try each(&desk, &market, second)
            // Hours are reckoned in one go; others want the thread, too.
            if second.isMultiple(of: 60) { await Task.yield() }
            let ahead = (heard.last?.ends ?? elapsed) - elapsed
            guard ahead <= settings.writeAhead, second >= nextLook else { continue }
            guard let segment = desk.speak(settings, now: market.now, elapsed: elapsed) else {
                // The agent looks sooner.
                nextLook = second + 4
                continue
            }
            let begins = max(elapsed, heard.last?.ends ?? elapsed)
            let ends = begins + AirDesk.guess(segment.event.text)
            heard.append(Heard(spoken: segment.event, begins: begins, ends: ends))
        }
    }

    // MARK: What has to be so

    /// The longest time in which nobody spoke.
    var pauseMax: Duration {
        zip(heard, heard.dropFirst()).map { $1.begins - $0.ends }.max() ?? .zero
    }

    /// The sentences that were heard again within a time, with the time between.
    func repeats(within window: Duration) -> [String] {
        var last: [String: Duration] = [:]
        var found: [String] = []
        for one in heard {
            for sentence in SaidSentences.sentences(of: one.spoken.text) {
                let words = SaidSentences.words(of: sentence)
                if let before = last[words], one.begins - before < window {
                    found.append("\(sentence) after \(one.begins - before)")
                }
                last[words] = one.begins
            }
        }
        return found
    }

    /// Those that were heard, by the part that they belong to, in order.
    var byPart: [(part: ShowPart, spoken: [HostSpoke])] {
        var parts: [(part: ShowPart, spoken: [HostSpoke])] = []
        for one in heard {
            guard let part = one.spoken.part else { continue }
            if parts.last?.part == part {
                parts[parts.count - 1].spoken.append(one.spoken)
            } else {
                parts.append((part, [one.spoken]))
            }
        }
        return parts
    }
}
