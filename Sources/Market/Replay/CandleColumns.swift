import Bus
import Domain
import HTTPClient

/// Which column of a candle file holds what.
struct CandleColumns {
    /// Whether the first row names the columns.
    let isNamed: Bool
    private let time: Int
    private let open: Int
    private let high: Int
    private let low: Int
    private let close: Int
    private let volume: Int

    private static let timeNames: Set<String> = ["open_time", "timestamp", "datetime", "date", "time"]

    init(header line: Substring, file: String) throws(ReplayError) {
        let cells = CandleColumns.cells(line).map { $0.lowercased() }
        guard let last = cells.last, ExactDecimal(last) == nil else {
            guard cells.count >= 6 else { throw ReplayError("\(file): has \(cells.count) columns instead of 6") }
            (isNamed, time, open, high, low, close, volume) = (false, 0, 1, 2, 3, 4, 5)
            return
        }
        func place(_ name: String) throws(ReplayError) -> Int {
            guard let index = cells.firstIndex(of: name) else { throw ReplayError("\(file): has no column \(name)") }
            return index
        }
        guard let time = cells.firstIndex(where: CandleColumns.timeNames.contains) else {
            throw ReplayError("\(file): has no column for the time")
        }
        isNamed = true
        self.time = time
        open = try place("open")
        high = try place("high")
        low = try place("low")
        close = try place("close")
        volume = try place("volume")
    }

    /// - Returns: `nil` when a cell is missing or is not what its column says.
    func row(_ line: Substring) -> CandleRow? {
        let cells = CandleColumns.cells(line)
        guard cells.count > max(time, open, high, low, close, volume),
            let openTime = CandleColumns.timestamp(cells[time]), let open = ExactDecimal(cells[open]),
            let high = ExactDecimal(cells[high]), let low = ExactDecimal(cells[low]),
            let close = ExactDecimal(cells[close]), let volume = ExactDecimal(cells[volume])
        else { return nil }
        return CandleRow(time: openTime, open: open, high: high, low: low, close: close, volume: volume)
    }

    private static func cells(_ line: Substring) -> [Substring] {
        line.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            .map { Substring($0).trimmingSpaces }
    }

    /// A number since 1970, or text such as `2022-01-01`, `2022-01-01 00:00:00` and `2022-01-01T00:00:00+00:00`.
    private static func timestamp(_ text: Substring) -> Timestamp? {
        if let number = Int64(text) { return Timestamp(exchangeTime: number) }
        if text.utf8.count == 10 { return Timestamp("\(text)T00:00:00Z") }
        return Timestamp(text) ?? Timestamp("\(text)Z")
    }
}

/// One row of a candle file.
struct CandleRow: Hashable {
    let time: Timestamp
    let open: ExactDecimal
    let high: ExactDecimal
    let low: ExactDecimal
    let close: ExactDecimal
    let volume: ExactDecimal

    func candle(_ interval: CandleInterval) -> Candle {
        Candle(
            openTime: time,
            interval: interval,
            open: Price(open),
            high: Price(high),
            low: Price(low),
            close: Price(close),
            volume: volume
        )
    }

    private var numbers: [ExactDecimal] { [open, high, low, close, volume] }

    /// Leaves out rows that lie on a straight line between their neighbours in all five numbers.
    ///
    /// Trade does not do that; somebody who fills an outage by interpolation does. Rows that stand still are kept: an
    /// exchange that is down reports them.
    static func withoutStraightLines(_ rows: [CandleRow]) -> (genuine: [CandleRow], left: Int) {
        guard rows.count > 2 else { return (rows, 0) }
        var genuine = [rows[0]]
        for index in 1..<rows.count - 1
        where !rows[index].isBetween(rows[index - 1], rows[index + 1]) {
            genuine.append(rows[index])
        }
        genuine.append(rows[rows.count - 1])
        return (genuine, rows.count - genuine.count)
    }

    private func isBetween(_ before: CandleRow, _ after: CandleRow) -> Bool {
        guard numbers != before.numbers else { return false }
        return zip(numbers, zip(before.numbers, after.numbers)).allSatisfy { own, neighbours in
            guard let sum = neighbours.0.adding(neighbours.1), let bend = own.adding(own)?.adding(sum.negated) else {
                return false
            }
            return bend.magnitude <= CandleRow.roundingMax
        }
    }

    /// Who interpolates does it with binary fractions, so the line is not quite straight; real steps are larger.
    private static let roundingMax = ExactDecimal(significand: 1, scale: 9)
}
