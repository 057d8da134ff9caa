import AvatarServices
import Testing

/// When films are asked for.
struct PollPlanTests {
    /// The moments of all questions, if each is answered at once.
    private func moments(_ plan: PollPlan, from start: Duration = .zero) -> [Duration] {
        var plan = plan
        var now = start
        var moments: [Duration] = []
        while moments.count < 1000 {
            switch plan.step(at: now) {
            case .wait(let until): now = until
            case .ask:
                moments.append(now)
                plan.asked(at: now)
            case .giveUp: return moments
            }
        }
        return moments
    }

    @Test func `waits grow from eight seconds to twenty, and end after twenty minutes`() {
        let moments = moments(PollPlan(start: .seconds(100)), from: .seconds(100))
        let waits = zip([.seconds(100)] + moments, moments).map { $1 - $0 }
        #expect(
            waits.prefix(5) == [
                .seconds(8), .seconds(10), .milliseconds(12_500), .milliseconds(15_625), .microseconds(19_531_250),
            ]
        )
        #expect(waits.dropFirst(5).dropLast().allSatisfy { $0 == .seconds(20) })
        #expect(moments.last == .seconds(100 + 1200) && moments.count < 70)
    }

    @Test func `a webhook brings the next question forward, and no more than that`() {
        var plan = PollPlan(start: .zero)
        plan.hinted(at: .seconds(3))
        #expect(plan.step(at: .seconds(3)) == .ask)
        plan.asked(at: .seconds(3))
        #expect(plan.step(at: .seconds(3)) == .wait(until: .seconds(13)))
        for _ in 0..<100 { plan.hinted(at: .seconds(3)) }
        #expect(plan.step(at: .seconds(3)) == .wait(until: .seconds(4)))
        plan.hinted(at: .seconds(20))
        #expect(plan.step(at: .seconds(4)) == .ask)
    }

    @Test func `a webhook at once does not ask before the shortest wait`() {
        var plan = PollPlan(start: .zero)
        plan.hinted(at: .zero)
        #expect(plan.step(at: .zero) == .wait(until: .seconds(1)))
    }

    @Test func `whoever wants to be left alone is, but for a last question`() {
        var plan = PollPlan(start: .zero)
        plan.asked(at: .seconds(8), retryAfter: .seconds(90))
        #expect(plan.step(at: .seconds(9)) == .wait(until: .seconds(98)))
        plan.asked(at: .seconds(98), retryAfter: .seconds(86_400))
        #expect(plan.step(at: .seconds(99)) == .wait(until: .seconds(1200)))
        #expect(plan.step(at: .seconds(1200)) == .ask)
        plan.asked(at: .seconds(1201))
        #expect(plan.step(at: .seconds(1201)) == .giveUp)
        plan.hinted(at: .seconds(1202))
        #expect(plan.step(at: .seconds(1300)) == .giveUp)
    }

    @Test func `after a restart the time that has passed counts`() {
        #expect(moments(PollPlan(start: .zero), from: .seconds(5000)) == [.seconds(5000)])
    }

    @Test func `settings that make no sense are told`() {
        #expect(PollPlan.Settings().problems().isEmpty)
        var settings = PollPlan.Settings()
        settings.shortestWait = .zero
        settings.longestWait = .seconds(1)
        settings.growthPercent = -1
        settings.giveUpAfter = .seconds(1)
        #expect(settings.problems().map(\.key) == ["shortest_wait", "longest_wait", "growth_percent", "give_up_after"])
        settings = PollPlan.Settings()
        settings.firstWait = .milliseconds(10)
        #expect(settings.problems().map(\.key) == ["first_wait"])
    }
}
