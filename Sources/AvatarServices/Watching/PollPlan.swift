/// When to ask how far a film is: often at first, then less often, and not for ever.
///
/// A pure value. Moments are durations since some fixed start, so that a wall clock that is set back does no harm. A
/// webhook is only a reason to ask at once; the plan goes on without any.
package struct PollPlan: Hashable, Sendable {
    package struct Settings: Hashable, Sendable {
        package var firstWait: Duration = .seconds(8)
        package var longestWait: Duration = .seconds(20)
        /// How much longer each wait is than the one before, in percent of that.
        package var growthPercent = 25
        package var giveUpAfter: Duration = .seconds(20 * 60)
        /// No two questions are closer than this, however many webhooks come.
        package var shortestWait: Duration = .seconds(1)

        package init() {}

        /// Every mistake, with its key.
        package func problems() -> [(key: String, text: String)] {
            var found: [(key: String, text: String)] = []
            if shortestWait <= .zero { found.append(("shortest_wait", "must be above 0")) }
            if firstWait < shortestWait { found.append(("first_wait", "must not be below shortest_wait")) }
            if longestWait < firstWait { found.append(("longest_wait", "must not be below first_wait")) }
            if !(0...1000).contains(growthPercent) { found.append(("growth_percent", "must be in 0...1000")) }
            if giveUpAfter < firstWait { found.append(("give_up_after", "must not be below first_wait")) }
            return found
        }
    }

    package enum Step: Hashable, Sendable {
        case ask
        case wait(until: Duration)
        /// The last question was asked when the time was over.
        case giveUp
    }

    private let settings: Settings
    private let end: Duration
    private var next: Duration
    private var wait: Duration
    private var lastAsked: Duration
    private var isOver = false

    /// - Parameters:
    ///   - settings: how often, and how long.
    ///   - start: when the order was taken; after a restart still that moment.
    package init(settings: Settings = Settings(), start: Duration) {
        self.settings = settings
        end = start + settings.giveUpAfter
        wait = settings.firstWait
        next = min(start + settings.firstWait, end)
        lastAsked = start
    }

    package func step(at now: Duration) -> Step {
        if isOver { return .giveUp }
        return now >= next ? .ask : .wait(until: next)
    }

    /// A question was asked, and the film is not made yet, or nobody could say.
    ///
    /// - Parameters:
    ///   - now: when it was answered.
    ///   - retryAfter: how long the service wants to be left alone, where it says so.
    package mutating func asked(at now: Duration, retryAfter: Duration? = nil) {
        if now >= end {
            isOver = true
            return
        }
        lastAsked = now
        wait = min(settings.longestWait, wait * (100 + settings.growthPercent) / 100)
        // However long it wants to be left alone, there is one more question when the time is over.
        next = min(end, now + max(wait, retryAfter ?? .zero, settings.shortestWait))
    }

    /// A webhook says that something has happened.
    package mutating func hinted(at now: Duration) { next = min(next, max(now, lastAsked + settings.shortestWait)) }
}
