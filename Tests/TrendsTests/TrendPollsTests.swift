import Bus
import Domain
import LLM
import Testing

@testable import Trends

/// When X is searched, by moments that the test chooses.
@Suite struct TrendPollsTests {
    /// An hour before midnight, UTC.
    private static let start = Timestamp("2026-11-26T23:00:00Z") ?? Timestamp(seconds: 0)
    private static let cent: Int64 = 100_000_000
    private static let down = ModelFailure(.serverError, status: 503)

    /// Polls, and the clock that they are told.
    private final class Bench {
        var settings = TrendPolls.Settings()
        var polls: TrendPolls
        var elapsed: Duration = .zero
        /// What is written.
        var stored: TrendRecord?

        init(dayMax: Int64 = 500, search: Int64 = 25) {
            settings.dayMaxTicks = dayMax * TrendPollsTests.cent
            settings.searchTicks = search * TrendPollsTests.cent
            polls = TrendPolls(at: TrendPolls.Moment(elapsed: .zero, now: TrendPollsTests.start))
        }

        var moment: TrendPolls.Moment {
            TrendPolls.Moment(elapsed: elapsed, now: TrendPollsTests.start.advanced(by: elapsed))
        }

        var next: TrendPolls.Action { polls.next(settings, at: moment) }
        var standing: TrendPolls.Standing { polls.standing(settings, at: moment.now) }
        var nextAt: Timestamp? { polls.nextAt(settings, at: moment) }
        var spent: Int64 { polls.record.spent(at: moment.now) / TrendPollsTests.cent }

        func wait(_ seconds: Double) { elapsed += .seconds(seconds) }

        func begin() -> Bool {
            guard let record = polls.begin(stored, settings, at: moment) else { return false }
            stored = record
            return true
        }

        func end(_ result: TrendPolls.Result, cents: Int64) -> TrendPolls.News? {
            defer { stored = polls.record }
            return polls.end(result, cost: cents * TrendPollsTests.cent, settings, at: moment)
        }

        func wish() -> TrendPolls.Wish { polls.wish(settings, at: moment) }

        func takeNewsOfCap() -> Bool { polls.takeNewsOfCap(settings, at: moment.now) }

        /// The same station after a restart: only what is written is known.
        func restart() {
            polls = TrendPolls(at: moment)
            polls.resume(stored, settings, at: moment)
        }
    }

    private static func reading(_ symbol: String = "BTC") -> TrendReading {
        let text = """
            {"trends":[{"symbol":"\(symbol)","sentiment":"neutral","change_percent":1,"snippet":"a","link":"https://x.com/a"},7]}
            """
        guard let reading = TrendReading(text) else { preconditionFailure("it is a list") }
        return reading
    }

    private static func good(_ symbol: String = "BTC") -> TrendPolls.Result {
        .answered(reading(symbol), by: "xai/grok")
    }

    // MARK: The pace

    @Test func `the first search is made at once, the next one so long after its beginning`() throws {
        let bench = Bench()
        #expect(bench.next == .search)
        #expect(bench.begin())
        bench.wait(30)
        let news = bench.end(Self.good(), cents: 10)
        guard case .updated(let list) = news else {
            Issue.record("there is no list")
            return
        }
        #expect(list.entries.map(\.symbol) == ["BTC"] && list.source == "xai/grok" && list.dropped == 1)
        #expect(list.asOf == Self.start.advanced(by: .seconds(30)))
        #expect(bench.next == .wait(until: .seconds(45)))
        bench.wait(15)
        #expect(bench.next == .search)
    }

    @Test func `a search that takes longer than the pace is followed by the next, and by no two`() {
        let bench = Bench()
        #expect(bench.begin())
        bench.wait(100)
        #expect(bench.next == .wait(until: TrendPolls.never))
        _ = bench.end(Self.good(), cents: 10)
        #expect(bench.next == .search)
    }

    @Test func `a failed search is made again after two and four seconds, and then the poll is over`() {
        let bench = Bench()
        for (attempt, wait) in [(1, 2.0), (2, 4.0)] {
            #expect(bench.next == .search && bench.begin())
            bench.wait(1)
            let news = bench.end(.failed(Self.down), cents: 0)
            #expect(news == .failed(Self.down, attempt: attempt, again: .seconds(wait)))
            #expect(bench.next == .wait(until: bench.elapsed + .seconds(wait)) && bench.polls.isPolling)
            bench.wait(wait)
        }
        #expect(bench.begin())
        #expect(bench.end(.failed(Self.down), cents: 0) == .failed(Self.down, attempt: 3, again: nil))
        #expect(bench.standing == .failing("server_error (503)", since: bench.moment.now))
        // From the beginning of the poll.
        #expect(bench.next == .wait(until: .seconds(45)) && !bench.polls.isPolling)
        bench.wait(45)
        #expect(bench.begin())
        _ = bench.end(Self.good(), cents: 1)
        #expect(bench.standing == .ready)
    }

    @Test(arguments: [ModelFailure.Kind.keyRefused, .outOfMoney, .unknownModel, .badRequest])
    func `what another try cannot mend ends the poll`(kind: ModelFailure.Kind) {
        let bench = Bench()
        #expect(bench.begin())
        let failure = ModelFailure(kind)
        #expect(bench.end(.failed(failure), cents: 0) == .failed(failure, attempt: 1, again: nil))
    }

    @Test func `after failures the last good list stays, with its age`() {
        let bench = Bench()
        #expect(bench.begin())
        _ = bench.end(Self.good(), cents: 1)
        bench.wait(45)
        #expect(bench.begin())
        _ = bench.end(.failed(ModelFailure(.keyRefused)), cents: 0)
        bench.wait(600)
        #expect(bench.polls.record.list?.entries.count == 1)
        #expect(bench.polls.record.list?.age(at: bench.moment.now) == .seconds(645))
    }

    @Test func `an answer without a single good entry takes the place of no list`() throws {
        let bench = Bench()
        #expect(bench.begin())
        _ = bench.end(Self.good(), cents: 1)
        bench.wait(45)
        #expect(bench.begin())
        let empty = try #require(TrendReading(#"{"trends":[{}]}"#))
        guard case .failed(let failure, 1, _) = bench.end(.answered(empty, by: "xai/grok"), cents: 5) else {
            Issue.record("it is taken for a list")
            return
        }
        #expect(failure.kind == .badOutput && bench.polls.record.list?.entries.count == 1)
        // It has cost something all the same.
        #expect(bench.spent == 6)
    }

    // MARK: Money

    @Test func `money is set aside before a search and settled after it`() {
        let bench = Bench()
        #expect(bench.begin() && bench.stored?.spent(at: bench.moment.now) == 25 * Self.cent)
        _ = bench.end(Self.good(), cents: 40)
        #expect(bench.spent == 40)
        bench.wait(45)
        #expect(bench.begin() && bench.spent == 65)
        _ = bench.end(.failed(ModelFailure(.keyRefused)), cents: 0)
        #expect(bench.spent == 40)
    }

    @Test func `at the cap nothing is asked until the next day, and that is told once`() {
        let bench = Bench(dayMax: 100)
        for _ in 0..<3 {
            #expect(bench.begin())
            _ = bench.end(Self.good(), cents: 30)
            bench.wait(45)
        }
        // 90 of 100 are spent, and 25 are needed.
        let midnight = Self.start.advanced(by: .seconds(3600))
        #expect(bench.next == .wait(until: .seconds(3600)))
        #expect(bench.takeNewsOfCap())
        #expect(!bench.takeNewsOfCap())
        guard case .paused(let reason, midnight) = bench.standing else {
            Issue.record("it is not paused")
            return
        }
        #expect(reason.contains("usd_per_day_max"))
        #expect(bench.wish() == .refused(reason, until: midnight))
        #expect(!bench.begin() && bench.polls.record.list != nil)
        bench.wait(3600 - 135)
        #expect(bench.next == .search && bench.begin() && bench.spent == 25)
    }

    @Test func `a higher cap lifts the pause`() {
        let bench = Bench(dayMax: 25)
        #expect(bench.begin())
        _ = bench.end(Self.good(), cents: 25)
        bench.wait(45)
        #expect(bench.next == .wait(until: .seconds(3600)))
        bench.settings.dayMaxTicks = 50 * Self.cent
        #expect(bench.next == .search)
    }

    @Test func `a search under way is no cap by itself`() {
        let bench = Bench(dayMax: 40)
        #expect(bench.begin())
        #expect(bench.standing == .ready)
        _ = bench.end(Self.good(), cents: 10)
        #expect(bench.standing == .ready)
    }

    @Test func `a restart forgets neither the list nor what was spent, nor a search that was under way`() {
        let bench = Bench(dayMax: 50)
        #expect(bench.begin())
        _ = bench.end(Self.good(), cents: 20)
        bench.wait(45)
        #expect(bench.begin())
        bench.restart()
        #expect(bench.polls.record.list?.entries.map(\.symbol) == ["BTC"] && bench.spent == 45)
        #expect(bench.next == .wait(until: .seconds(3600)))
    }

    @Test func `a list that is young enough is not asked for again after a restart`() {
        let bench = Bench()
        #expect(bench.begin())
        _ = bench.end(Self.good(), cents: 1)
        bench.wait(20)
        bench.restart()
        #expect(bench.next == .wait(until: .seconds(45)))
        bench.wait(60)
        bench.restart()
        #expect(bench.next == .search)
    }

    @Test func `a search over midnight is counted on the day it began`() {
        let bench = Bench()
        bench.wait(3590)
        #expect(bench.begin())
        bench.wait(20)
        #expect(bench.spent == 0)
        _ = bench.end(Self.good(), cents: 30)
        #expect(bench.spent == 0)
        bench.wait(45)
        #expect(bench.begin() && bench.spent == 25)
    }

    // MARK: Several daemons

    @Test func `what another daemon has found and spent is taken over`() {
        let (mine, other) = (Bench(), Bench())
        #expect(other.begin())
        other.wait(1)
        _ = other.end(Self.good("ETH"), cents: 33)
        mine.wait(10)
        mine.stored = other.stored
        #expect(!mine.begin())
        #expect(mine.polls.record.list?.entries.map(\.symbol) == ["ETH"] && mine.spent == 33)
        #expect(mine.next == .wait(until: .seconds(46)))
        mine.wait(36)
        #expect(mine.next == .search && mine.begin() && mine.spent == 58)
    }

    @Test func `what could not be written is not forgotten`() {
        let bench = Bench()
        let before = bench.stored
        #expect(bench.begin())
        _ = bench.end(Self.good(), cents: 70)
        bench.stored = before
        bench.wait(45)
        #expect(bench.begin() && bench.spent == 95)
    }

    // MARK: What stands in the way

    @Test func `without anybody to ask nothing is asked, and it says why`() {
        let bench = Bench()
        bench.settings.unavailable = "no key"
        #expect(bench.next == .wait(until: TrendPolls.never) && bench.standing == .unavailable("no key"))
        #expect(bench.wish() == .refused("no key", until: nil))
        bench.settings.unavailable = nil
        bench.settings.pause = "muted"
        #expect(bench.next == .wait(until: TrendPolls.never) && bench.standing == .paused("muted", until: nil))
        bench.settings.pause = nil
        #expect(bench.next == .search)
    }

    @Test func `a wish is granted once, and not while a poll is under way`() {
        let bench = Bench()
        #expect(bench.begin())
        #expect(bench.wish() == .underWay)
        _ = bench.end(Self.good(), cents: 1)
        #expect(bench.next == .wait(until: .seconds(45)))
        #expect(bench.wish() == .granted)
        #expect(bench.wish() == .underWay)
        #expect(bench.next == .search && bench.begin())
        _ = bench.end(Self.good(), cents: 1)
        #expect(bench.next == .wait(until: .seconds(45)))
    }

    @Test func `a poll that cannot be accounted for is put off`() {
        let bench = Bench()
        #expect(bench.begin())
        bench.polls.postpone("the database is away", bench.settings, at: bench.moment)
        #expect(bench.spent == 0 && bench.next == .wait(until: .seconds(45)))
        #expect(bench.standing == .failing("the database is away", since: Self.start))
    }

    @Test func `the money of a day lasts until its end where it is to be spread`() {
        let bench = Bench(dayMax: 500, search: 25)
        bench.settings.spreadsOverDay = true
        // An hour is left, and money for 25 searches at what each costs: one every 144 seconds.
        #expect(bench.nextAt == Self.start && bench.begin())
        #expect(bench.nextAt == nil && bench.end(Self.good(), cents: 20) != nil)
        #expect(bench.next == .wait(until: .seconds(150)) && bench.nextAt == Self.start.advanced(by: .seconds(150)))
        var searches = 1
        while bench.elapsed < .seconds(3600) {
            guard case .wait(let until) = bench.next else {
                #expect(bench.begin())
                searches += 1
                bench.wait(30)
                _ = bench.end(Self.good("S\(searches)"), cents: 20)
                continue
            }
            bench.elapsed = min(until, .seconds(3600))
        }
        // All day long, and hardly anything is left over.
        #expect((22...25).contains(searches))
        // The next day has its own money.
        #expect(bench.spent == 0 && bench.next == .search)
        #expect(bench.begin())
        _ = bench.end(Self.good("NEW"), cents: 20)
        #expect(bench.next == .wait(until: .seconds(3600 + 86_400 / 24)))
        // Where there is plenty the pace is the one that was asked for.
        bench.settings.dayMaxTicks = 1_000_000 * Self.cent
        bench.elapsed += .seconds(3600)
        #expect(bench.begin())
        _ = bench.end(Self.good("RICH"), cents: 20)
        #expect(bench.next == .wait(until: bench.elapsed + .seconds(45)))
    }
}
