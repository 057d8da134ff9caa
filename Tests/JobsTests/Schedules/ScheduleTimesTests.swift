import Bus
import Testing

@testable import Jobs

@Suite struct ScheduleTimesTests {
    private func times(_ cron: String, _ zone: String) async throws -> ScheduleTimes {
        ScheduleTimes(cron: try CronExpression(cron), zone: try await TimeZoneRulesTests.rules(zone))
    }

    private func all(_ cron: String, _ zone: String, _ from: String, _ to: String) async throws -> [String] {
        let span = try TimeZoneRulesTests.time(from)...TimeZoneRulesTests.time(to)
        return try await times(cron, zone).within(span).map { $0.description.replacing(":00.000000Z", with: "") }
    }

    @Test func `a time that the clocks skip is due once, at the end of the gap`() async throws {
        #expect(
            try await all("30 2 * * *", "Europe/Berlin", "2026-03-28T00:00:00Z", "2026-03-30T12:00:00Z") == [
                "2026-03-28T01:30", "2026-03-29T01:00", "2026-03-30T00:30",
            ]
        )
        #expect(
            try await all("*/15 2 * * *", "America/New_York", "2026-03-08T00:00:00Z", "2026-03-08T12:00:00Z")
                == ["2026-03-08T07:00"]
        )
        #expect(
            try await all("10 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00:00Z", "2026-10-04T18:00:00Z") == [
                "2026-10-03T15:30", "2026-10-04T15:10",
            ]
        )
        // The skipped times and the one at which they count are one moment.
        #expect(
            try await all("0,30 2,3 * * *", "Europe/Berlin", "2026-03-29T00:00:00Z", "2026-03-29T02:00:00Z") == [
                "2026-03-29T01:00", "2026-03-29T01:30",
            ]
        )
    }

    @Test func `a time that the clocks repeat is due once, the first time`() async throws {
        #expect(
            try await all("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z") == [
                "2026-10-25T00:30", "2026-10-26T01:30",
            ]
        )
        #expect(
            try await all("30 1 * * *", "America/New_York", "2026-11-01T00:00:00Z", "2026-11-01T12:00:00Z")
                == ["2026-11-01T05:30"]
        )
        #expect(
            try await all("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T12:00:00Z", "2026-04-05T18:00:00Z") == [
                "2026-04-04T14:45", "2026-04-05T15:15",
            ]
        )
        #expect(
            try await all("0 * * * *", "Europe/Berlin", "2026-10-24T23:30:00Z", "2026-10-25T02:30:00Z") == [
                "2026-10-25T00:00", "2026-10-25T02:00",
            ]
        )
    }

    @Test func `from within the second of two equal hours the next time is the one after it`() async throws {
        let times = try await times("15,45 2 * * *", "Europe/Berlin")
        let second = try TimeZoneRulesTests.time("2026-10-25T01:20:00Z")
        #expect(times.next(after: second)?.description == "2026-10-26T01:15:00.000000Z")
    }

    @Test func `a place without summer time has every day alike`() async throws {
        #expect(
            try await all("0 9 * * *", "Asia/Kolkata", "2026-03-28T00:00:00Z", "2026-03-31T00:00:00Z") == [
                "2026-03-28T03:30", "2026-03-29T03:30", "2026-03-30T03:30",
            ]
        )
    }

    @Test(arguments: ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"])
    func `over two years each local day has its time exactly once`(zone: String) async throws {
        let span = try TimeZoneRulesTests.time("2026-01-01T12:00:00Z")...TimeZoneRulesTests.time("2028-01-01T12:00:00Z")
        for cron in ["0 0 * * *", "30 1 * * *", "0 2 * * *", "15 2 * * *", "59 2 * * *"] {
            let times = try await times(cron, zone)
            let days = times.within(span).map { times.zone.local(at: $0).day.number }
            #expect(zip(days, days.dropFirst()).allSatisfy { $1 == $0 + 1 }, "\(cron) in \(zone)")
            #expect((729...731).contains(days.count))
        }
    }

    @Test func `the last time of a long span is found from its end`() async throws {
        let (from, to) = try (
            TimeZoneRulesTests.time("2000-01-01T00:00:00Z"), TimeZoneRulesTests.time("2026-05-05T05:05:05Z")
        )
        for (cron, expected) in [
            ("* * * * *", "2026-05-05T05:05:00.000000Z"), ("0 0 29 2 *", "2024-02-29T00:00:00.000000Z"),
            ("0 12 1 1 *", "2026-01-01T12:00:00.000000Z"), ("0 6 * * *", "2026-05-04T06:00:00.000000Z"),
        ] {
            #expect(try await times(cron, "UTC").last(within: from...to)?.description == expected)
        }
        let never = try await times("0 0 29 2 *", "UTC")
        #expect(try never.last(within: TimeZoneRulesTests.time("2024-03-01T00:00:00Z")...to) == nil)
    }
}
