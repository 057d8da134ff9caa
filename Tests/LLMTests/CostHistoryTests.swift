import Bus
import LLM
import Testing

@Suite struct CostHistoryTests {
    private static let now = Timestamp(seconds: 1_790_000_000)
    private static let grok = ModelTarget(provider: "xai", model: "grok")
    private static let gpt = ModelTarget(provider: "openai", model: "gpt")

    private static func ago(hours: Int64) -> Timestamp { now.advanced(by: .seconds(-3600 * hours)) }

    /// So many calls of a thousand tokens each.
    private static func note(
        _ history: inout CostHistory,
        _ target: ModelTarget,
        calls: Int = 20,
        ticks: Int64,
        hoursAgo: Int64
    ) {
        for _ in 0..<calls { history.note(target, tokens: 1000, ticks: ticks, at: ago(hours: hoursAgo)) }
    }

    @Test func `a day is compared with the seven days before it, the dearest model first`() {
        var history = CostHistory()
        for (target, new) in [(Self.grok, Int64(130)), (Self.gpt, 110)] {
            Self.note(&history, target, ticks: 100, hoursAgo: 100)
            Self.note(&history, target, ticks: new, hoursAgo: 3)
        }
        let rise = history.largestRise(at: Self.now, callsMin: 20)
        #expect(rise?.target == Self.grok && abs((rise?.percent ?? 0) - 30) < 1e-9)
    }

    @Test func `a thousand tokens are compared, and not calls`() {
        var history = CostHistory()
        Self.note(&history, Self.grok, ticks: 100, hoursAgo: 100)
        for _ in 0..<20 { history.note(Self.grok, tokens: 50_000, ticks: 5000, at: Self.now) }
        #expect(history.largestRise(at: Self.now, callsMin: 20)?.percent == 0)
    }

    @Test func `a few calls say nothing, neither now nor before`() {
        var history = CostHistory()
        Self.note(&history, Self.grok, calls: 19, ticks: 100, hoursAgo: 100)
        Self.note(&history, Self.grok, ticks: 900, hoursAgo: 1)
        #expect(history.largestRise(at: Self.now, callsMin: 20) == nil)
        #expect(history.largestRise(at: Self.now, callsMin: 19)?.percent == 800)
        var other = CostHistory()
        Self.note(&other, Self.grok, ticks: 100, hoursAgo: 100)
        Self.note(&other, Self.grok, calls: 19, ticks: 900, hoursAgo: 1)
        #expect(other.largestRise(at: Self.now, callsMin: 20) == nil)
    }

    @Test func `what costs nothing cannot become dearer`() {
        var history = CostHistory()
        Self.note(&history, Self.grok, ticks: 0, hoursAgo: 100)
        Self.note(&history, Self.grok, ticks: 0, hoursAgo: 1)
        #expect(history.largestRise(at: Self.now, callsMin: 1) == nil)
    }

    @Test func `what is older than eight days does not count`() {
        var history = CostHistory()
        Self.note(&history, Self.grok, ticks: 1, hoursAgo: 192)
        Self.note(&history, Self.grok, ticks: 100, hoursAgo: 191)
        Self.note(&history, Self.grok, ticks: 100, hoursAgo: 24)
        Self.note(&history, Self.grok, ticks: 150, hoursAgo: 23)
        let rise = history.largestRise(at: Self.now, callsMin: 20)
        #expect(rise.map { abs($0.percent - 50) < 1e-9 } == true)
    }

    @Test func `so many models are kept at most, those that were asked last`() {
        var history = CostHistory()
        Self.note(&history, Self.grok, ticks: 100, hoursAgo: 100)
        Self.note(&history, Self.grok, ticks: 200, hoursAgo: 3)
        for number in 0..<CostHistory.modelsMax {
            history.note(ModelTarget(provider: "p", model: "\(number)"), tokens: 1, ticks: 1, at: Self.ago(hours: 2))
        }
        #expect(history.largestRise(at: Self.now, callsMin: 20) == nil)
    }
}
