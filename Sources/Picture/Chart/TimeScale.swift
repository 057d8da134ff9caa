import Bus
import Domain

/// The level axis of a chart: from when to when, and where its marks are.
struct TimeScale: Hashable {
    struct Mark: Hashable {
        /// 0 at the left and 1 at the right.
        let share: Double
        let text: String
    }

    /// Seconds since 1970.
    let start: Double
    let end: Double
    let marks: [Mark]

    /// Fewer candles stand at the right, as at the start of a chart.
    private static let candlesMin: Int64 = 24

    private static let stepsSeconds: [Int64] =
        [60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 14_400, 21_600, 43_200]
        + [1, 2, 4, 7, 14, 28, 91, 182, 364, 728, 1820, 3640, 18_200, 91_000].map { $0 * 86_400 }

    /// - Parameters:
    ///   - first: the first candle's beginning.
    ///   - last: the last candle's beginning.
    ///   - interval: of each.
    ///   - marksMax: as many labels have room beside one another.
    init(first: Timestamp, last: Timestamp, interval: CandleInterval, marksMax: Int) {
        let end = last.nanoseconds / 1_000_000_000 + interval.seconds
        let start = min(first.nanoseconds / 1_000_000_000, end - TimeScale.candlesMin * interval.seconds)
        self.start = Double(start)
        self.end = Double(end)
        let span = end - start
        let step =
            TimeScale.stepsSeconds.first { $0 >= interval.seconds && span / $0 < Int64(max(1, marksMax)) }
            ?? max(span, 1)
        marks = TimeScale.marks(start: start, end: end, step: step)
    }

    func share(ofSeconds seconds: Double) -> Double { (seconds - start) / (end - start) }

    private static func marks(start: Int64, end: Int64, step: Int64) -> [Mark] {
        var marks: [Mark] = []
        var time = (start / step) * step
        while time <= end, marks.count < 100 {
            if time >= start {
                let share = Double(time - start) / Double(end - start)
                marks.append(Mark(share: share, text: text(at: time, step: step, span: end - start)))
            }
            time += step
        }
        return marks
    }

    private static func text(at seconds: Int64, step: Int64, span: Int64) -> String {
        // The last and the first second that there are have no nanoseconds of their own.
        let limit = Int64.max / 1_000_000_000
        let text = UTCText(Timestamp(seconds: min(max(seconds, -limit), limit)))
        if span > 300 * 86_400 { return text.monthOfYear }
        return step >= 86_400 || seconds % 86_400 == 0 ? text.day : text.minute
    }
}
