import Bus
import Foundation
import Testing

@testable import Jobs

@Suite struct TimeZoneRulesTests {
    private static let folder = "/usr/share/zoneinfo"
    private static let zones = [
        "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Europe/Dublin",
        "America/Sao_Paulo", "Pacific/Apia", "Africa/Casablanca", "Etc/GMT+5",
    ]

    static func rules(_ name: String) async throws -> TimeZoneRules { try await TimeZoneLibrary().rules(of: name) }

    static func time(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }

    @Test(arguments: zones)
    func `offsets are those of another reader of the same files`(name: String) async throws {
        let rules = try await Self.rules(name)
        let other = try #require(TimeZone(identifier: name))
        // Every 13 hours from 1970 to 2037, where no reader has to guess.
        for hour in stride(from: 0, to: 67 * 8766, by: 13) {
            let seconds = hour * 3600
            let expected = other.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
            let offset = rules.offsetSeconds(at: Timestamp(seconds: Int64(seconds)))
            guard offset != expected else { continue }
            Issue.record("\(name) at \(Timestamp(seconds: Int64(seconds))): \(offset), not \(expected)")
            break
        }
    }

    @Test(arguments: [
        ("Europe/Berlin", "2099-07-01T00:00:00Z", 7200), ("Europe/Berlin", "2099-12-01T00:00:00Z", 3600),
        // The last Sunday in March of 2099 is the 29th.
        ("Europe/Berlin", "2099-03-29T00:59:59Z", 3600), ("Europe/Berlin", "2099-03-29T01:00:00Z", 7200),
        ("America/New_York", "2150-07-01T00:00:00Z", -14_400), ("America/New_York", "2150-01-01T00:00:00Z", -18_000),
        ("Australia/Lord_Howe", "2150-01-01T00:00:00Z", 39_600),
        ("Australia/Lord_Howe", "2150-07-01T00:00:00Z", 37_800),
        ("Asia/Kolkata", "2150-07-01T00:00:00Z", 19_800),
        ("Europe/Dublin", "2099-07-01T00:00:00Z", 3600), ("Europe/Dublin", "2099-12-01T00:00:00Z", 0),
        ("Europe/Berlin", "1880-01-01T00:00:00Z", 3208),
    ])
    func `the rule at the end of a file holds for the future`(name: String, at: String, offset: Int) async throws {
        #expect(try await Self.rules(name).offsetSeconds(at: Self.time(at)) == offset)
    }

    @Test(arguments: [
        ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T01:00:00Z", 7200),
        ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-10-25T01:00:00Z", 3600),
        ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2026-10-03T15:30:00Z", 39_600),
        ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2026-04-04T15:00:00Z", 37_800),
        ("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-07-01T00:00:00Z", 3600),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00:00Z", -3600),
        ("EST5EDT,J60,J300", "2024-03-01T07:00:00Z", -14_400), ("EST5EDT,J60,J300", "2024-03-01T06:59:59Z", -18_000),
        ("EST5EDT,59,300", "2024-02-29T07:00:00Z", -14_400), ("EST5EDT,59,300", "2024-02-29T06:59:59Z", -18_000),
        // Summer time all year.
        ("XXX3EDT4,0/0,J365/23", "2026-12-31T23:59:59Z", -14_400),
        ("XXX3EDT4,0/0,J365/23", "2027-01-01T04:00:00Z", -14_400),
        ("UTC0", "2026-01-01T00:00:00Z", 0),
    ])
    func `a rule in the notation of TZ is understood`(text: String, at: String, offset: Int) throws {
        let rule = try #require(TimeZoneFooter(ArraySlice(text.utf8)))
        let rules = TimeZoneRules(firstOffsetSeconds: 99, changes: rule.changes(after: 0))
        // EDT4 is four hours behind, XXX3 three.
        #expect(rules.offsetSeconds(at: try Self.time(at)) == offset)
    }

    @Test(arguments: [
        "", "CET", "C-1", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.1.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,M3.5.7,M10.5.0", "CET-25", "<CET-1", "CET-1CEST,J0,J366", "CET-1CEST,M3.5.0,M10.5.0/168", "CET-1x",
        "CET-99999999999999999999",
    ])
    func `what is no rule is refused`(text: String) {
        #expect(TimeZoneFooter(ArraySlice(text.utf8)) == nil)
    }

    @Test func `a time that is shown twice is its first moment, one that is skipped the end of the gap`() async throws {
        func moment(_ zone: String, _ local: String) async throws -> String {
            let minute = LocalMinute(try Self.time("\(local):00Z"), offsetSeconds: 0)
            return try await Self.rules(zone).moment(of: minute).description.replacing(".000000", with: "")
        }
        #expect(try await moment("Europe/Berlin", "2026-06-01 12:00") == "2026-06-01T10:00:00Z")
        #expect(try await moment("Europe/Berlin", "2026-03-29 01:59") == "2026-03-29T00:59:00Z")
        #expect(try await moment("Europe/Berlin", "2026-03-29 02:00") == "2026-03-29T01:00:00Z")
        #expect(try await moment("Europe/Berlin", "2026-03-29 02:59") == "2026-03-29T01:00:00Z")
        #expect(try await moment("Europe/Berlin", "2026-03-29 03:00") == "2026-03-29T01:00:00Z")
        #expect(try await moment("Europe/Berlin", "2026-10-25 02:30") == "2026-10-25T00:30:00Z")
        #expect(try await moment("Europe/Berlin", "2026-10-25 03:00") == "2026-10-25T02:00:00Z")
        #expect(try await moment("Australia/Lord_Howe", "2026-10-04 02:10") == "2026-10-03T15:30:00Z")
        #expect(try await moment("Australia/Lord_Howe", "2026-04-05 01:45") == "2026-04-04T14:45:00Z")
        // Samoa had no 30 December 2011.
        #expect(try await moment("Pacific/Apia", "2011-12-30 12:00") == "2011-12-30T10:00:00Z")
    }

    @Test(arguments: [
        "", "/etc/passwd", "../zoneinfo/UTC", "Europe/../UTC", "Europe//Berlin", "Europe/", "Europe/Ber lin", "A.B",
        "Europe/Berlin\0", "Zürich", String(repeating: "A", count: 65),
    ])
    func `what is no name never becomes a path`(name: String) async {
        await #expect(throws: TimeZoneError.invalidName(name)) { try await Self.rules(name) }
    }

    @Test func `zones that are not there, and UTC without any files`() async throws {
        let empty = TimeZoneLibrary(folder: "/nonexistent")
        #expect(try await empty.rules(of: "UTC") == .utc)
        await #expect(throws: TimeZoneError.unknown("Europe/Berlin")) { try await empty.rules(of: "Europe/Berlin") }
        await #expect(throws: TimeZoneError.unknown("Europe")) { try await Self.rules("Europe") }
    }

    @Test func `a damaged file is refused and never more`() throws {
        let whole = Array(try Data(contentsOf: URL(filePath: "\(Self.folder)/Europe/Berlin")))
        #expect(throws: Never.self) { try TimeZoneFile.rules(from: whole) }
        for count in 0..<whole.count - 1 {
            #expect(throws: TimeZoneDamage.self) { try TimeZoneFile.rules(from: Array(whole[..<count])) }
        }
        var random = SplitMix64(state: 7)
        var refused = 0
        for _ in 0..<5000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                // Mostly in the headers and the footer, where the counts and the rule are.
                let place = [
                    Int.random(in: 0..<44, using: &random), Int.random(in: 0..<bytes.count, using: &random),
                    bytes.count - Int.random(in: 1...30, using: &random),
                ].randomElement(using: &random)
                if let place { bytes[place] = UInt8.random(in: 0...255, using: &random) }
            }
            do {
                let rules = try TimeZoneFile.rules(from: bytes)
                _ = rules.offsetSeconds(at: Timestamp(nanoseconds: .max))
                _ = rules.moment(
                    of: LocalMinute(minutes: Int64.random(in: -1_000_000_000...200_000_000, using: &random))
                )
            } catch {
                refused += 1
            }
        }
        #expect(refused > 500)
    }
}
