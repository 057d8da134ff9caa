import Bus
import Domain
import Foundation
import Market

/// Measures how many recorded messages of an exchange's stream become news in a second, on one thread.
///
/// Usage: `IngestBench EXCHANGE FILE ROUNDS PAIR...`. Each line of the file is the moment when a message came, in
/// nanoseconds, a tabulator and the message. Prints one line of JSON: messages per second that are only read, and that
/// are read, turned into prices and candles, and decided on by the desk as they are in the daemon.
@main
struct IngestBench {
    static func main() throws {
        let arguments = CommandLine.arguments
        let grammars: [any StreamGrammar.Type] = [BinanceStream.self, CoinbaseStream.self, KrakenStream.self]
        guard arguments.count > 4, let grammar = grammars.first(where: { $0.name == arguments[1] }),
            let rounds = Int(arguments[3]), rounds > 0
        else {
            print("usage: IngestBench binance|coinbase|kraken FILE ROUNDS PAIR...")
            return
        }
        let messages = try read(arguments[2])
        let pairs = arguments[4...].compactMap { TradingPair($0) }
        let clock = ContinuousClock()
        var (told, malformed) = (0, 0)
        var reader = StreamReader(grammar)
        let reading = clock.measure {
            for _ in 0..<rounds {
                for (_, message) in messages {
                    do throws(StreamProblem) {
                        told += try reader.read(message).count
                    } catch {
                        malformed += 1
                    }
                }
            }
        }
        var events = 0
        var all = Duration.zero
        for _ in 0..<rounds {
            // A connection begins once, and so does a station; not with each handful of messages.
            var tape = StreamTape(grammar, pairs: pairs)
            let board = MarketBoard()
            if let first = messages.first { tape.opened(at: first.0) }
            all += clock.measure { events += deal(with: messages, by: grammar, &reader, &tape, board) }
        }
        let count = Double(rounds * messages.count)
        print(
            """
            {"read_per_s": \(count / (reading / .seconds(1))), "dealt_per_s": \(count / (all / .seconds(1))), \
            "messages": \(messages.count), "told": \(told / rounds), "malformed": \(malformed / rounds), \
            "events": \(events / rounds)}
            """
        )
    }

    private static func read(_ path: String) throws -> [(Timestamp, [UInt8])] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").compactMap { line in
            let parts = line.split(separator: "\t", maxSplits: 1)
            guard parts.count == 2, let nanoseconds = Int64(parts[0]) else { return nil }
            return (Timestamp(nanoseconds: nanoseconds), Array(parts[1].utf8))
        }
    }

    /// - Returns: how many prices and candles came of it.
    private static func deal(
        with messages: [(Timestamp, [UInt8])],
        by grammar: any StreamGrammar.Type,
        _ reader: inout StreamReader,
        _ tape: inout StreamTape,
        _ board: MarketBoard
    ) -> Int {
        let order = [grammar.name]
        var events = 0
        for (time, message) in messages {
            guard let found = try? reader.read(message) else { continue }
            for one in found {
                for news in tape.take(one, at: time) {
                    switch news {
                    case .price(let quote):
                        let told = board.update { $0.streamed(quote, by: grammar.name, order: order, at: time) }
                        events += told.ticks.count
                    case .candle(let series):
                        board.update { $0.offer(series, by: grammar.name, order: order, at: time) }
                        events += 1
                    case .gap: break
                    }
                }
            }
        }
        return events
    }
}
