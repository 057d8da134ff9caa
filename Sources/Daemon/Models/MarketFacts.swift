import Bus
import Chat
import Domain
import Market

/// What the station knows of the market now, as facts that an answer may use: each with its source and its age.
enum MarketFacts {
    /// - Parameters:
    ///   - symbols: such as `BTC-USD` or `btc`; all that are followed when `nil`.
    ///   - station: whose settings say what is followed.
    ///   - board: what is known.
    /// - Returns: the prices, and what there is none of.
    static func facts(of symbols: [String]?, station: Station, board: MarketBoard) -> [ChatFact] {
        let settings = station.settings.current.configuration.market
        let status = board.status(at: station.now(), staleAfter: .seconds(settings.staleAfterSeconds))
        let wanted = symbols.map { Set($0.map { $0.uppercased() }) }
        let prices = status.prices.filter { pair, _ in
            guard let wanted else { return true }
            return wanted.contains(pair) || wanted.contains(String(pair.prefix { $0 != "-" }))
        }
        var facts = prices.sorted { $0.key < $1.key }.map { pair, price in
            ChatFact("\(pair) is \(price) (\(origin(status)))")
        }
        let known = Set(status.prices.keys.flatMap { [$0, String($0.prefix { $0 != "-" })] })
        let missing = (wanted ?? []).subtracting(known).sorted()
        if !missing.isEmpty {
            facts.append(ChatFact("The station has no price of \(missing.joined(separator: ", "))."))
        }
        if status.prices.isEmpty { facts.append(ChatFact("The station has no prices now: \(status.reason).")) }
        return facts
    }

    private static func origin(_ status: MarketStatus) -> String {
        let source = status.source.map { "from \($0)" } ?? "its source is away"
        if status.replayed { return "\(source), recorded history and no price of today" }
        let age = status.ageSeconds.map { "at most \(Int($0.rounded(.up))) s old" } ?? "of unknown age"
        return "\(source), \(age)\(status.stale ? ", too old to rely on" : "")"
    }
}
