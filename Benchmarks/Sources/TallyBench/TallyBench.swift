import Chains
import Glibc
import Governance

/// Measures checking signatures and counting ballots on one core, and prints one line of JSON.
///
/// Usage: `TallyBench SIGNATURES BALLOTS`. Signatures are over texts of 400 bytes, each of its own; ballots of ranked
/// systems rank ten options in an order of their own.
@main
struct TallyBench {
    private static let textBytes = 400

    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let signatures = Int(arguments[1]), let ballots = Int(arguments[2]) else {
            print("usage: TallyBench SIGNATURES BALLOTS")
            exit(64)
        }
        var figures = ["\"verify_per_s\":\(try verified(signatures))"]
        for system in VotingSystem.allCases {
            figures.append("\"\(system.rawValue)_s\":\(try counted(system, ballots))")
        }
        print("{\"bench\":\"tally\",\(figures.joined(separator: ","))}")
    }

    private static func verified(_ count: Int) throws -> Double {
        let key = try Ed25519.SigningKey([UInt8](repeating: 7, count: 32))
        let texts = (0..<count).map { number in
            (0..<textBytes).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ number &* 7) }
        }
        let signed = texts.map { key.sign($0) }
        let begin = ContinuousClock.now
        for (text, signature) in zip(texts, signed) { try Ed25519.verify(signature, of: text, by: key.publicKey) }
        return Double(count) / (begin.duration(to: .now) / .seconds(1))
    }

    private static func counted(_ system: VotingSystem, _ count: Int) throws -> Double {
        var random = SystemRandomNumberGenerator()
        // A few thousand different ones, so that making them does not take longer than counting; rankings all differ.
        let options = system == .basic ? 3 : 10
        let choices = try (0..<min(count, 100_000)).map { _ in try choice(system, options, &random) }
        let begin = ContinuousClock.now
        var tally = try Tally(system, optionCount: options)
        for number in 0..<count { try tally.add(choices[number % choices.count], weight: UInt64(1 + number % 1000)) }
        let result = tally.finish()
        guard result.ballotCount == count else { exit(70) }
        return begin.duration(to: .now) / .seconds(1)
    }

    private static func choice(
        _ system: VotingSystem,
        _ options: Int,
        _ random: inout SystemRandomNumberGenerator
    ) throws -> Choice {
        let order = Array(0..<options).shuffled(using: &random)
        let text =
            switch system {
            case .basic: ["yes", "no", "abstain"][order[0]]
            case .approval: "approve:" + order.prefix(3).sorted().map(String.init).joined(separator: ",")
            case .weighted, .quadratic:
                "shares:"
                    + zip(order.prefix(2).sorted(), [6000, 4000]).map { "\($0)=\($1)" }.joined(separator: ",")
            case .ranked, .copeland: "rank:" + order.map(String.init).joined(separator: ",")
            }
        return try Choice(parsing: text)
    }
}
