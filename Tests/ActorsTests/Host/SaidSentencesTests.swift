import Bus
import Testing

@testable import Actors

@Suite struct SaidSentencesTests {
    private let now = Timestamp(seconds: 1_700_000_040)

    private func later(_ seconds: Int) -> Timestamp { now.advanced(by: .seconds(seconds)) }

    @Test func `a sentence counts as said for six hours, in whatever text it stands`() {
        var said = SaidSentences()
        said.note("One is here. Two is there!", at: now)
        #expect(said.repeats(in: "Two is there. Three is new.", at: later(60)) == ["Two is there."])
        #expect(said.repeats(in: "TWO, is there?", at: later(6 * 3600)) == ["TWO, is there?"])
        #expect(said.repeats(in: "Two is there.", at: later(6 * 3600 + 300)).isEmpty)
        #expect(said.repeats(in: "Two is there and here.", at: now).isEmpty)
    }

    @Test func `other figures and times make another sentence`() {
        var said = SaidSentences()
        said.note("Bitcoin is at 64,250.12 dollars, as of 22:14 UTC.", at: now)
        #expect(said.repeats(in: "Bitcoin is at 64,250.13 dollars, as of 22:14 UTC.", at: now).isEmpty)
        #expect(said.repeats(in: "Bitcoin is at 64,250.12 dollars, as of 22:15 UTC.", at: now).isEmpty)
        #expect(said.repeats(in: "Bitcoin is at 64,250.12 dollars as of 22:14 UTC!", at: now).count == 1)
    }

    @Test func `a text that says a sentence twice repeats it by itself`() {
        #expect(SaidSentences().repeats(in: "It goes on. It goes on.", at: now) == ["It goes on."])
    }

    @Test func `a clock that was set back makes nothing said`() {
        var said = SaidSentences()
        said.note("It goes on.", at: later(60))
        #expect(said.repeats(in: "It goes on.", at: now).isEmpty)
    }

    @Test func `there is a bound, and the oldest go first`() {
        var said = SaidSentences()
        for number in 0...SaidSentences.countMax { said.note("Number \(number) is here.", at: later(number / 10)) }
        #expect(said.count <= SaidSentences.countMax)
        let end = later(SaidSentences.countMax / 10)
        #expect(said.repeats(in: "Number 0 is here.", at: end).isEmpty)
        #expect(said.repeats(in: "Number \(SaidSentences.countMax) is here.", at: end).count == 1)
    }
}
