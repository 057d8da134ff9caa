import Bus
import Domain
import HTTPClient
import Testing

@testable import API

/// The page to listen on, asked over a real connection.
@Suite(.timeLimit(.minutes(1))) struct ListenPageTests {
    private let browser: HTTPHeaders = ["accept": "text/html,application/xhtml+xml,*/*;q=0.8"]

    private static func segment(_ text: String, _ state: String, reason: String? = nil) -> SegmentAnswer {
        SegmentAnswer(
            id: UUIDv7(milliseconds: 1_790_000_000_000, counter: 1, random: 2),
            host: "Nova",
            text: text,
            state: state,
            kind: "fallback",
            symbols: ["BTC-USD"],
            voice: "flite/slt",
            seconds: 7.2,
            writtenAt: ConsoleSample.now.advanced(by: .seconds(-60)),
            startedAt: ConsoleSample.now.advanced(by: .seconds(-5)),
            endedAt: nil,
            reason: reason
        )
    }

    private static func moment(
        voice: String = "flite",
        reason: String? = nil,
        muted: Bool = false,
        offAir: Bool = false,
        standby: Bool? = false,
        segment: SegmentAnswer? = nil,
        level: Double? = -18.4,
        trouble: String? = nil
    ) -> NowAnswer {
        NowAnswer(
            voice: voice,
            reason: reason,
            muted: muted,
            offAir: offAir,
            standby: standby,
            segment: segment,
            levelDecibels: level,
            silentSeconds: 0,
            measuredSecondsAgo: 0.5,
            trouble: trouble
        )
    }

    private static func doors(_ moment: NowAnswer, _ waiting: [SegmentAnswer] = []) -> OnAirRoutes.Doors {
        OnAirRoutes.Doors(
            now: { moment },
            schedule: {
                let part = PartAnswer(
                    kind: "market",
                    host: "Nova",
                    beganAt: Timestamp(seconds: 1_800_000_000),
                    endsAt: Timestamp(seconds: 1_800_000_300)
                )
                return ScheduleAnswer(segments: waiting, aheadSeconds: 9, part: part, parts: [])
            },
            transcript: { wish throws(APIError) in
                if wish.q == "many" { throw APIError(faults: [InputFault(field: "q", message: "has too many words")]) }
                let said = "Said \(wish.q ?? "all") before \(wish.before ?? 0), \(wish.limit ?? 0) at most."
                return TranscriptAnswer(
                    segments: wish.q == "nobody" ? [] : [segment(said, "skipped", reason: "too old")],
                    next: wish.before == nil ? 41 : nil
                )
            },
            read: { _ in nil }
        )
    }

    @Test func `without scripts there is a player, what is said, what comes next and what was said`() async throws {
        let now = Self.segment("Bitcoin rises.", "airing")
        let doors = Self.doors(Self.moment(segment: now), [now, Self.segment("Ether follows.", "queued")])
        try await ConsoleSample().serving(air: doors) { ask in
            let response = try await ask(.get, "/listen", browser)
            let page = response.text
            #expect(response.status == 200)
            #expect(page.contains("<audio id=\"player\" controls preload=\"none\""))
            #expect(
                page.contains("<source src=\"/stream/master.m3u8\" type=\"application/vnd.apple.mpegurl\">")
            )
            #expect(page.contains("<a href=\"/stream/master.m3u8\">"))
            #expect(page.contains("value=\"-18.4\"") && page.contains("\u{2212}18 dB"))
            #expect(page.contains("on air</span>") && page.contains("Voice: flite"))
            // What is heard now does not wait.
            #expect(page.components("Bitcoin rises.") == 1 && page.components("Ether follows.") == 1)
            #expect(page.contains("Nova · 8 s"))
            #expect(page.contains("Said all before 0, 20 at most.") && page.contains("to its end: too old"))
            #expect(page.contains("<a href=\"/listen\" aria-current=\"page\">Listen</a>"))
            #expect(page.contains("listen.js"))
        }
    }

    @Test func `the transcript is searched by a plain form, page by page`() async throws {
        try await ConsoleSample().serving(air: Self.doors(Self.moment())) { ask in
            let found = try await ask(.get, "/listen?q=rate%20cut", browser).text
            #expect(found.contains("Said rate cut before 0") && found.contains("value=\"rate cut\""))
            #expect(found.contains("href=\"/listen?q=rate%20cut&amp;before=41\""))
            // Only the newest are renewed by scripts: nobody's finds are taken away.
            #expect(found.contains("<div id=\"transcript\">"))
            let older = try await ask(.get, "/listen?q=rate%20cut&before=41", browser).text
            #expect(older.contains("Said rate cut before 41") && !older.contains(">Older</a>"))
            #expect(
                try await ask(.get, "/listen?q=nobody", browser).text.contains("Nobody said \u{201C}nobody\u{201D}.")
            )
            #expect(try await ask(.get, "/listen?q=many", browser).text.contains("This search has too many words."))
            #expect(try await ask(.get, "/listen", browser).text.contains("<div id=\"transcript\" data-live"))
        }
    }

    @Test(arguments: [
        (moment(muted: true), "muted</span>", "An operator has stopped the output."),
        (moment(offAir: true, standby: true), "off the air</span>", "taken the hosts off the air"),
        (moment(voice: "off", reason: "flite is missing"), "voice: off</span>", "There is no voice: flite is missing."),
        (moment(level: nil), "no sound</span>", "not measured"),
        (moment(standby: true), "standby</span>", "Music until the hosts speak again."),
    ])
    func `a station without words on the air says why`(moment: NowAnswer, word: String, reason: String) async throws {
        try await ConsoleSample().serving(air: Self.doors(moment)) { ask in
            let page = try await ask(.get, "/listen", browser).text
            #expect(page.contains(word) && page.contains(reason))
            #expect(!page.contains("on air</span>"))
        }
    }

    @Test func `hostile words are shown as text`() async throws {
        let hostile = Self.segment(ConsoleSample.hostile, "airing", reason: ConsoleSample.hostile)
        let moment = Self.moment(voice: "off", reason: ConsoleSample.hostile, segment: hostile)
        let doors = Self.doors(moment, [Self.segment(ConsoleSample.hostile, "queued")])
        try await ConsoleSample().serving(air: doors) { ask in
            let page = try await ask(.get, "/listen?q=%3Cscript%3Ealert(%22x%22)%3C/script%3E", browser).text
            #expect(page.components("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;") >= 4)
            #expect(!page.contains("alert(\"x\")") && !page.contains("<img"))
        }
    }

    @Test func `the page on the air leads there only where there is a voice and a page`() async throws {
        let link = "<a href=\"/listen\">Listen to the station</a>"
        var sample = ConsoleSample()
        try await sample.serving(air: Self.doors(Self.moment())) { ask in
            let page = try await ask(.get, "/", browser).text
            #expect(!page.contains(link) && page.contains("<a href=\"/listen\">Listen</a>"))
        }
        sample.voice = "flite"
        try await sample.serving(air: Self.doors(Self.moment())) { ask in
            let page = try await ask(.get, "/", browser).text
            #expect(page.contains(link))
        }
        try await sample.serving { ask in
            let (page, missing) = (try await ask(.get, "/", browser).text, try await ask(.get, "/listen", browser))
            #expect(!page.contains("/listen") && missing.status == 404)
        }
    }

    @Test func `every script that the page's scripts ask for is served`() async throws {
        try await ConsoleSample().serving(air: Self.doors(Self.moment())) { ask in
            let page = try await ask(.get, "/listen", browser).text
            let path = try #require(page.split(separator: "\"").first { $0.hasSuffix("/listen.js") })
            let folder = path.dropLast("listen.js".count)
            var (asked, waiting): (Set<String>, [String]) = ([], ["listen.js"])
            while let name = waiting.popLast() {
                guard asked.insert(name).inserted else { continue }
                let script = try await ask(.get, folder + name, [:])
                #expect(script.status == 200, "\(name)")
                waiting += script.text.matches(of: #/from "\./([a-z]+\.js)"/#).map { String($0.output.1) }
            }
            #expect(asked.isSuperset(of: ["feeder.js", "playlist.js", "refresh.js", "clock.js"]))
        }
    }
}
