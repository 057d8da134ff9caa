import Bus
import Domain
import Show
import Testing

/// What is told of the parts of the hour.
@Suite struct PartLogTests {
    private let start = Timestamp(seconds: 1_700_000_000)

    private func spoken(_ minute: Int?, by host: String) -> HostSpoke {
        HostSpoke(
            host: host,
            text: "Hello.",
            kind: .fallback,
            energy: .normal,
            template: "t",
            symbols: [],
            facts: [],
            part: minute.map {
                ShowPart(
                    kind: .market,
                    beganAt: start.advanced(by: .seconds(60 * $0)),
                    endsAt: start.advanced(by: .seconds(60 * $0 + 300))
                )
            }
        )
    }

    @Test func `the first words of a part begin it, and those of the next end it`() throws {
        var log = PartLog()
        let first = log.heard(spoken(0, by: "Nova"), at: start)
        #expect(first?.finished == nil && first?.started.host == "Nova")
        let again = log.heard(spoken(0, by: "Nova"), at: start.advanced(by: .seconds(10)))
        #expect(again == nil)
        // An operator's words stand outside.
        let outside = log.heard(spoken(nil, by: "Sol"), at: start.advanced(by: .seconds(20)))
        #expect(outside == nil)
        let next = log.heard(spoken(5, by: "Rex"), at: start.advanced(by: .seconds(310)))
        let finished = try #require(next?.finished)
        #expect(finished.host == "Nova" && finished.texts == 2 && finished.startedAt == start)
        #expect(finished.lastHeardAt == start.advanced(by: .seconds(10)))
        #expect(finished.at == start.advanced(by: .seconds(310)) && next?.started.host == "Rex")
    }

    @Test func `a part that was on before a restart goes on`() {
        var before = PartLog()
        _ = before.heard(spoken(0, by: "Nova"), at: start)
        var log = PartLog(open: before.open)
        let same = log.heard(spoken(0, by: "Nova"), at: start.advanced(by: .seconds(30)))
        #expect(same == nil)
        let next = log.heard(spoken(5, by: "Rex"), at: start.advanced(by: .seconds(330)))
        #expect(next?.finished?.startedAt == start)
    }
}
