import Bus
import Domain
import Store
import Testing

@testable import Market
@testable import MarketHistory

/// What is decided without a database.
struct HistoryDecisionTests {
    // MARK: Gaps

    private func gaps(_ hours: [Int], in range: Range<Int>) -> [[Int]] {
        GapFinder.gaps(
            in: Sample.hours(range),
            interval: .oneHour,
            openTimes: hours.map { Sample.hour($0) }
        ).map { gap in
            [gap.from, gap.to].map { Int(Sample.firstHour.duration(to: $0) / .seconds(3600)) } + [gap.missing]
        }
    }

    @Test func `gaps are found before, between and behind the candles that exist`() {
        #expect(gaps([0, 1, 2], in: 0..<3) == [])
        #expect(gaps([1, 2, 6], in: 0..<9) == [[0, 1, 1], [3, 6, 3], [7, 9, 2]])
        #expect(gaps([], in: 3..<7) == [[3, 7, 4]])
        #expect(gaps([], in: 3..<3) == [])
    }

    @Test func `a range that begins or ends within an interval has the openings that lie in it`() {
        let half = Duration.seconds(1800)
        let range = Sample.hour(0).advanced(by: half)..<Sample.hour(3).advanced(by: half)
        let found = GapFinder.gaps(in: range, interval: .oneHour, openTimes: [Sample.hour(2)])
        #expect(
            found == [
                CandleGap(from: Sample.hour(1), to: Sample.hour(2), missing: 1),
                CandleGap(from: Sample.hour(3), to: Sample.hour(4), missing: 1),
            ]
        )
    }

    @Test func `weeks are missing from Monday to Monday`() {
        let range = Sample.time("2026-01-01T00:00:00Z")..<Sample.time("2026-02-01T00:00:00Z")
        let open = Sample.time("2026-01-12T00:00:00Z")
        let found = GapFinder.gaps(in: range, interval: .oneWeek, openTimes: [open])
        #expect(found.map(\.from.description) == ["2026-01-05T00:00:00.000000Z", "2026-01-19T00:00:00.000000Z"])
        #expect(found.map(\.missing) == [1, 2])
    }

    // MARK: Thinning

    @Test func `the last price of each interval is not superfluous`() {
        let seconds = [-3601, -3600, -1, 0, 1, 3599, 3600, 7200, 7201]
        let times = seconds.map { Timestamp(seconds: Int64($0)) }
        let superfluous = PriceThinning.superfluous(times, .oneHour).map { $0.nanoseconds / 1_000_000_000 }
        #expect(superfluous == [-3600, 0, 1, 7200])
        #expect(PriceThinning.superfluous([], .oneHour).isEmpty)
        #expect(PriceThinning.superfluous([times[0]], .oneHour).isEmpty)
    }

    // MARK: Months

    @Test(arguments: [
        ("2026-01-31T23:59:59.999999999Z", "2026-01", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"),
        ("2026-12-01T00:00:00Z", "2026-12", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        ("2024-02-29T12:00:00+02:00", "2024-02", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z"),
        ("1969-12-31T23:59:59Z", "1969-12", "1969-12-01T00:00:00Z", "1970-01-01T00:00:00Z"),
    ])
    func `a month is the one in UTC`(moment: String, name: String, start: String, end: String) throws {
        let month = try #require(ArchiveMonth(containing: Sample.time(moment)))
        #expect(month.name == name && month.fileName == "prices-\(name).jsonl")
        #expect(month.start == Sample.time(start) && month.end == Sample.time(end))
    }

    // MARK: Statements

    @Test(arguments: [0, 1, 7, 8, 63, 64, 65, 100, 1000])
    func `any number of rows is inserted in order, in statements of three lengths`(count: Int) {
        let insertion = RowInsertion(
            into: "t",
            columns: [.init("a", "integer"), .init("b", "numeric")],
            ending: "RETURNING a"
        )
        let rows = (0..<count).map { [SQLValue($0), .text("\($0)")] }
        let statements = insertion.statements(for: rows)
        #expect(statements.flatMap(\.arguments) == rows.flatMap { $0 })
        #expect(Set(statements.map(\.sql)).count <= 3)
        #expect(Set(statements.map(\.arguments.count)).isSubset(of: [2, 16, 128]))
    }

    @Test func `an insertion names its arguments as each engine does`() throws {
        let insertion = RowInsertion(into: "t", columns: [.init("a", "integer"), .init("b", "text")], ending: "END")
        let sql = try #require(insertion.statements(for: [[1, 2].map { SQLValue($0) }]).first).sql
        #expect(sql.sqlite == "INSERT INTO t (a, b) VALUES (?1, ?2) END")
        #expect(sql.postgres == "INSERT INTO t (a, b) VALUES ($1::integer, $2::text) END")
        let eight = try #require(insertion.statements(for: Array(repeating: [.null, .null], count: 8)).first).sql
        #expect(eight.sqlite.hasSuffix("(?15, ?16) END"))
    }

    // MARK: Sums

    @Test func `a sum that has too many digits is none`() {
        let large = Sample.decimal("99999999999999999999999999999")
        let small = Sample.decimal("0.000000000000000000000000000001")
        let now = Sample.firstHour
        #expect(DefiDay.Sum([large, nil, large], asOf: now)?.tvl == Sample.decimal("199999999999999999999999999998"))
        #expect(DefiDay.Sum([large, small], asOf: now) == nil)
        #expect(DefiDay.Sum([nil], asOf: now) == nil)
        #expect(DefiDay.Sum([], asOf: now) == nil)
    }
}
