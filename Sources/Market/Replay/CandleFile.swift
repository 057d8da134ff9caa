import Bus
package import Domain
import FoundationEssentials

/// Reads candle files: rows of a time, four prices and a volume, as exchanges and researchers publish them.
///
/// The first row may name the columns; without names the order is time, open, high, low, close, volume. Times are
/// seconds, milliseconds or microseconds since 1970, told apart by their size, or text in UTC with or without a zone.
package enum CandleFile {
    package static let sizeBytesMax = 256 * 1024 * 1024

    /// Reads a whole file.
    ///
    /// Blocks while it reads, so it is for the start of a program.
    ///
    /// - Parameters:
    ///   - path: the file; its name holds the market's symbol, as `BTCUSDT_1h.csv` does.
    ///   - pair: what is traded, where the name does not tell.
    /// - Returns: the sound candles, oldest first.
    /// - Throws: `ReplayError` with what is wrong.
    package static func read(path: String, pair: TradingPair? = nil) throws(ReplayError) -> ReplayTrack {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw ReplayError("\(path): cannot be read")
        }
        guard data.count <= sizeBytesMax else { throw ReplayError("\(path): is larger than \(sizeBytesMax) bytes") }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return try parse(String(decoding: data, as: UTF8.self), name: name, pair: pair)
    }

    /// Parses the text of a file.
    ///
    /// - Throws: `ReplayError` when no market, no interval or no sound candle can be made out.
    package static func parse(
        _ text: String,
        name: String,
        pair: TradingPair? = nil
    ) throws(ReplayError) -> ReplayTrack {
        let found = market(in: name)
        guard let pair = pair ?? found?.pair else {
            throw ReplayError("\(name): the name must tell the market, such as BTCUSDT_1h.csv")
        }
        let lines = text.utf8.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }.map { Substring($0) }
        guard let first = lines.first else { throw ReplayError("\(name): is empty") }
        let columns = try CandleColumns(header: first, file: name)
        var rows: [CandleRow] = []
        var unsound = 0
        for line in columns.isNamed ? lines.dropFirst() : lines[...] {
            guard let row = columns.row(line) else {
                unsound += 1
                continue
            }
            rows.append(row)
        }
        guard let interval = interval(of: rows) else {
            throw ReplayError("\(name): no interval can be made out from the times of \(rows.count) rows")
        }
        let (genuine, invented) = CandleRow.withoutStraightLines(rows)
        var candles: [Candle] = []
        for row in genuine {
            let candle = row.candle(interval)
            if CandleChecks.problem(of: candle, after: candles.last?.openTime) == nil {
                candles.append(candle)
            } else {
                unsound += 1
            }
        }
        guard !candles.isEmpty else { throw ReplayError("\(name): has no sound candle (\(unsound) unsound rows)") }
        return ReplayTrack(
            name: name,
            pair: pair,
            symbol: found?.symbol ?? pair.text,
            interval: interval,
            candles: candles,
            unsoundRows: unsound,
            inventedRows: invented
        )
    }

    /// The first word of a file's name that is a market.
    private static func market(in name: String) -> (symbol: String, pair: TradingPair)? {
        for word in name.split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
            for (suffix, quote) in [("USDT", "USD"), ("USDC", "USD"), ("USD", "USD"), ("EUR", "EUR")] {
                guard word.hasSuffix(suffix), let pair = TradingPair(base: word.dropLast(suffix.count), quote: quote)
                else { continue }
                return (String(word), pair)
            }
        }
        return nil
    }

    /// The smallest step between rows: larger ones are gaps.
    private static func interval(of rows: [CandleRow]) -> CandleInterval? {
        let steps = zip(rows, rows.dropFirst()).map { $0.time.duration(to: $1.time) }.filter { $0 > .zero }
        return steps.min().flatMap { CandleInterval(seconds: $0.components.seconds) }
    }
}
