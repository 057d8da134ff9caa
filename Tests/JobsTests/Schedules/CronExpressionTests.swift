import Bus
import Testing

@testable import Jobs

@Suite struct CronExpressionTests {
    private func minute(_ text: String) throws -> LocalMinute {
        LocalMinute(try #require(Timestamp("\(text):00Z")), offsetSeconds: 0)
    }

    private func next(_ cron: String, after text: String) throws -> String? {
        try CronExpression(cron).next(after: minute(text))?.description
    }

    @Test(arguments: [
        ("* * * * *", "2026-01-31 23:59", "2026-02-01 00:00"),
        ("0 * * * *", "2026-01-01 10:00", "2026-01-01 11:00"),
        ("*/15 9-17 * * mon-fri", "2026-01-02 17:45", "2026-01-05 09:00"),
        ("5,35 8 * * *", "2026-01-01 08:05", "2026-01-01 08:35"),
        ("10/20 * * * *", "2026-01-01 08:10", "2026-01-01 08:30"),
        ("0 0 29 2 *", "2026-01-01 00:00", "2028-02-29 00:00"),
        ("0 0 29 2 *", "2096-02-29 00:00", "2104-02-29 00:00"),
        ("0 0 31 * *", "2026-01-31 00:00", "2026-03-31 00:00"),
        ("0 0 1 JAN *", "2026-01-01 00:00", "2027-01-01 00:00"),
        ("0 0 * * 0", "2026-03-01 00:00", "2026-03-08 00:00"),
        ("0 0 * * 7", "2026-03-01 00:00", "2026-03-08 00:00"),
        ("0 0 * * SUN", "2026-03-01 00:00", "2026-03-08 00:00"),
        ("0 0 * * 5-7", "2026-03-06 00:00", "2026-03-07 00:00"),
        ("0 0 * * fri-sun", "2026-03-07 00:00", "2026-03-08 00:00"),
        ("0 0 * * sun-tue", "2026-03-03 00:00", "2026-03-08 00:00"),
        ("@hourly", "2026-01-01 10:00", "2026-01-01 11:00"),
        ("@daily", "2026-01-01 10:00", "2026-01-02 00:00"),
        ("@Midnight", "2026-01-01 10:00", "2026-01-02 00:00"),
        ("@weekly", "2026-01-01 10:00", "2026-01-04 00:00"),
        ("@monthly", "2026-01-01 10:00", "2026-02-01 00:00"),
        ("@yearly", "2026-01-01 10:00", "2027-01-01 00:00"),
        ("  0\t0  1 1 * ", "2026-01-01 10:00", "2027-01-01 00:00"),
    ])
    func `the next time is found`(cron: String, after: String, expected: String) throws {
        #expect(try next(cron, after: after) == expected)
    }

    @Test func `with both day fields restricted either matches`() throws {
        // The 13th, and every Friday.
        #expect(try next("0 0 13 * 5", after: "2026-01-09 00:00") == "2026-01-13 00:00")
        #expect(try next("0 0 13 * 5", after: "2026-01-13 00:00") == "2026-01-16 00:00")
        // No month has a 31st of these, but Mondays they have.
        #expect(try next("0 0 31 2 1", after: "2026-01-01 00:00") == "2026-02-02 00:00")
    }

    @Test func `a day field that begins with a star counts as unrestricted, so both must match`() throws {
        // Odd days that are Mondays.
        #expect(try next("0 0 */2 * mon", after: "2026-01-01 00:00") == "2026-01-05 00:00")
        #expect(try next("0 0 */2 * mon", after: "2026-01-05 00:00") == "2026-01-19 00:00")
        // The leap days that are Sundays are 28 years apart, and 40 over the year 2100.
        #expect(try next("0 0 29 2 */7", after: "2032-02-29 00:00") == "2060-02-29 00:00")
        #expect(try next("0 0 29 2 */7", after: "2088-02-29 00:00") == "2128-02-29 00:00")
    }

    @Test(arguments: [
        ("60 * * * *", "minute", "60", "0-59"),
        ("* 24 * * *", "hour", "24", "0-23"),
        ("* * 0 * *", "day of month", "0", "1-31"),
        ("* * * 13 *", "month", "13", "1-12 or jan-dec"),
        ("* * * * 8", "day of week", "8", "0-7 or sun-sat"),
        ("* * * * monday", "day of week", "monday", "0-7 or sun-sat"),
        ("x * * * *", "minute", "x", "0-59"),
        ("-1 * * * *", "minute", "", "0-59"),
        ("+1 * * * *", "minute", "+1", "0-59"),
        ("1,,2 * * * *", "minute", "", "0-59"),
        ("1- * * * *", "minute", "", "0-59"),
        ("*/0 * * * *", "minute", "0", "a step of 1-59"),
        ("*/60 * * * *", "minute", "60", "a step of 1-59"),
        ("*/ * * * *", "minute", "", "a step of 1-59"),
        ("30-10 * * * *", "minute", "30-10", "a range that runs forwards within 0-59"),
        ("1-2-3 * * * *", "minute", "2-3", "0-59"),
        ("* * * *", "expression", "* * * *", "five fields: minute, hour, day of month, month, day of week"),
        ("", "expression", "", "five fields: minute, hour, day of month, month, day of week"),
        ("0 30 2 30 2 *", "expression", "0 30 2 30 2 *", "five fields: minute, hour, day of month, month, day of week"),
        ("30 2 30 2 *", "day of month", "30 2", "days that at least one of the months has"),
        ("0 0 31 4,6,9,11 *", "day of month", "31 4,6,9,11", "days that at least one of the months has"),
        ("0 0 30 2 */2", "day of month", "30 2", "days that at least one of the months has"),
    ])
    func `what is no expression is refused with its place`(
        cron: String,
        field: String,
        text: String,
        allowed: String
    ) {
        #expect(throws: CronError(field: field, text: text, allowed: allowed)) { try CronExpression(cron) }
    }

    @Test func `an unknown nickname and a text without end are refused`() throws {
        let unknown = #expect(throws: CronError.self) { try CronExpression("@reboot") }
        #expect(unknown?.allowed.contains("@daily") == true)
        let long = #expect(throws: CronError.self) { try CronExpression(String(repeating: "1,", count: 500)) }
        #expect((long?.text.count ?? .max) < 100)
    }

    @Test func `the next time is what a search minute by minute finds`() throws {
        var random = SplitMix64(state: 20_260_301)
        for _ in 0..<60 {
            let cron = try CronExpression(Self.text(&random))
            // A year that has a leap day in it, from any minute of it.
            let start = LocalMinute(minutes: 29_700_000 + Int64.random(in: 0..<525_600, using: &random))
            var time = start
            for _ in 0..<3 {
                let found = cron.next(after: time)
                var naive = LocalMinute(minutes: time.minutes + 1)
                let limit = LocalMinute(minutes: start.minutes + 2 * 525_600)
                while naive < limit, !cron.matches(naive) { naive = LocalMinute(minutes: naive.minutes + 1) }
                guard naive < limit else {
                    #expect((found ?? limit) >= limit, "\(cron) after \(time)")
                    break
                }
                #expect(found == naive, "\(cron) after \(time)")
                time = naive
            }
        }
    }

    /// Any expression that may come true.
    private static func text(_ random: inout SplitMix64) -> String {
        func field(_ range: ClosedRange<Int>) -> String {
            let (low, high) = (Int.random(in: range, using: &random), Int.random(in: range, using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0: return "*"
            case 1: return "\(low)"
            case 2: return "\(min(low, high))-\(max(low, high))"
            case 3: return "*/\(Int.random(in: 1...min(5, range.upperBound), using: &random))"
            default: return "\(low),\(high)"
            }
        }
        return "\(field(0...59)) \(field(0...23)) \(field(1...28)) \(field(1...12)) \(field(0...7))"
    }

    @Test func `dates and days agree`() {
        var day = LocalDay(year: 1896, month: 1, day: 1)
        while day.number < LocalDay(year: 2110, month: 1, day: 1).number {
            let date = day.date
            #expect(LocalDay(year: date.year, month: date.month, day: date.day) == day)
            let next = day.advanced(by: 1)
            #expect(next.weekday == (day.weekday + 1) % 7)
            #expect(next.date.day == date.day + 1 || next.date.day == 1)
            day = next
        }
    }

    @Test func `the search ends where timestamps end`() throws {
        #expect(try CronExpression("0 0 29 2 *").next(after: minute("2261-01-01 00:00")) == nil)
    }
}
