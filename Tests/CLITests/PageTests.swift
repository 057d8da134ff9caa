import BusZeroMQ
import JSON
import Testing

@testable import CLI
@testable import CryptoCallClient

/// What the human sees, character by character.
struct PageTests {
    private func decode<Value: Decodable>(_ type: Value.Type, _ json: String) throws -> Value {
        try Session.decode(type, from: JSONValue(parsing: Array(json.utf8)), of: "test")
    }

    private static let status = #"""
        {"name":"CryptoCall FM","version":"0.1.0","epoch":"0190a5c0","pid":42,"uptimeSeconds":4000.5,
        "state":"degraded","production":true,"reasons":["market data is stale"],"actors":{"up":3,"total":4},
        "bus":{"published":1234567,"dropped":3},"log":{"offset":12,"oldestOffset":1},
        "market":{"source":"binance","ageSeconds":75.2,"stale":true},"muted":true,
        "lastReload":{"time":"2026-11-21T07:00:00.000000Z","applied":false},"voice":"off","future":{"x":1}}
        """#

    @Test func `the status is one page`() throws {
        let lines = StatusPage.lines(try decode(Status.self, PageTests.status), TerminalTests.plain)
        #expect(
            lines == [
                "CryptoCall FM",
                "  state    degraded",
                "           market data is stale",
                "  version  0.1.0, production",
                "  up       1h 06m, pid 42",
                "  actors   3 of 4 up",
                "  bus      1 234 567 published, 3 dropped",
                "  log      offset 12, kept from 1",
                "  market   from binance, newest price 1m 15s old, stale",
                "  output   muted",
                "  reload   2026-11-21T07:00:00.000000Z refused, the old settings stay",
                "  epoch    0190a5c0",
            ]
        )
    }

    @Test func `a station without prices says so`() throws {
        let json = PageTests.status.replacing(#""ageSeconds":75.2"#, with: #""ageSeconds":null"#)
        let lines = StatusPage.lines(try decode(Status.self, json), TerminalTests.plain)
        #expect(lines.contains("  market   from binance, no prices yet"))
    }

    @Test func `the tree has branches`() throws {
        let root = try decode(
            SupervisionNode.self,
            #"""
            {"id":"station","kind":"supervisor","state":"running","strategy":"oneForOne","policy":"p",
            "restarts":{"window":0},"zombies":0,"children":[
              {"id":"market","kind":"worker","state":"running","incarnation":2,"restarts":{"window":1,"total":5},
               "policy":"p","lastExit":"threw: boom\nagain","uptimeSeconds":3,"nextTrySeconds":null,
               "heartbeatAgeSeconds":0.25,"children":[]},
              {"id":"outer","kind":"supervisor","state":"running","incarnation":1,"restarts":{"window":0,"total":0},
               "uptimeSeconds":100,"zombies":1,"children":[
                 {"id":"leaf","kind":"worker","state":"waiting","incarnation":9,"nextTrySeconds":4,"children":[]}]},
              {"id":"last","kind":"worker","state":"held","children":[]}]}
            """#
        )
        #expect(
            TreePage.lines(root, TerminalTests.plain) == [
                "actor       state                             life  restarts      up   beat  last exit",
                "station     running                                        0",
                "├─ market   running                              2    1 of 5   3.0 s  0.3 s  threw: boom again",
                "├─ outer    running, 1 still running unheard     1    0 of 0  1m 40s",
                "│  └─ leaf  waiting, again in 4.0 s              9",
                "└─ last     held",
            ]
        )
    }

    @Test func `top shows rates between two readings, the busiest first`() throws {
        let status = try decode(Status.self, PageTests.status)
        func reading(_ ticks: Int, _ votes: Int, cpu: Double, sent: Int, at seconds: Double) throws -> TopPage.Reading {
            let top = try decode(
                Top.self,
                #"""
                {"topics":[{"topic":"a.price.ticked","published":\#(ticks)},{"topic":"b.vote.cast","published":\#(votes)}],
                "mailboxes":[{"subscriber":"calm","topic":"b.vote.cast","depth":0,"limit":64,"taken":9,"dropped":0},
                {"subscriber":"host","topic":"a.price.ticked","depth":60,"limit":64,"taken":50,"dropped":2}],
                "peers":2,"sent":\#(sent),
                "process":{"cpuSeconds":\#(cpu),"residentBytes":30000000,"threads":9}}
                """#
            )
            return TopPage.Reading(status: status, top: top, seconds: seconds)
        }
        let page = TopPage(
            previous: try reading(100, 7, cpu: 1, sent: 10, at: 5),
            current: try reading(101, 307, cpu: 1.5, sent: 40, at: 7)
        )
        #expect(
            page.lines(TerminalTests.plain, hint: "q ends") == [
                "CryptoCall FM   degraded   up 1h 06m   actors 3/4   log 12   muted",
                "cpu 25.0 %   memory 28.6 MiB   threads 9   peers 2   sent 15/s   dropped 3",
                "market data is stale",
                "",
                "topic           per second  published",
                "b.vote.cast            150        307",
                "a.price.ticked         0.5        101",
                "",
                "mailbox  topic           waiting  limit  taken  dropped",
                "host     a.price.ticked       60     64     50        2",
                "calm     b.vote.cast           0     64      9        0",
                "",
                "q ends",
            ]
        )
        let small = Terminal(hasColour: false, width: 40, height: 12)
        #expect(page.lines(small, hint: "q ends").count <= 12)
    }

    @Test func `settings of every shape are shown`() throws {
        let settings = try decode(
            Settings.self,
            #"{"settings":[{"key":"a","value":"x"},{"key":"b","value":[1,2.5,true]},{"key":"c","value":{"d":null}}]}"#
        )
        #expect(settings.settings.map(\.value.description) == ["x", "[1, 2.5, true]", "{d = -}"])
    }

    @Test func `a reload says what waits for a restart`() {
        let result = Reloaded(changed: ["log.level"], needRestart: ["http.port"])
        #expect(ReloadCommand.lines(result) == ["changed        log.level", "needs restart  http.port"])
        #expect(ReloadCommand.lines(Reloaded(changed: [], needRestart: [])) == ["nothing has changed"])
    }

    @Test func `a verdict is incomplete only when a durable event is missing`() {
        var statistics = FollowStatistics()
        statistics.events = 1_000_000
        statistics.repaired = 42
        statistics.lostData = 7
        statistics.epochs = 2
        statistics.position = 1234
        #expect(
            Verdict(statistics: statistics, seconds: 12.5).lines(TerminalTests.plain) == [
                "events     1 000 000 in 12 s",
                "epochs     2",
                "repaired   42",
                "repeats    0 not handed out",
                "lost       7 data, 0 durable",
                "malformed  0",
                "position   1234",
                "verdict    complete",
            ]
        )
        statistics.lostDurable = 1
        let verdict = Verdict(statistics: statistics, seconds: 1)
        #expect(!verdict.isComplete)
        #expect(verdict.lines(TerminalTests.plain).last == "verdict    INCOMPLETE")
        #expect(verdict.json["verify"]?["lostDurable"] == 1)
    }

    @Test func `the time of day is cut from a time`() {
        #expect(EventLine.clock("2026-11-21T07:31:02.125678Z") == "07:31:02.125")
        #expect(EventLine.clock("soon\u{1B}") == "soon")
    }
}
