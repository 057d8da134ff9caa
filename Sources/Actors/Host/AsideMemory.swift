import Bus
import Domain

/// What a host has told besides prices, so that it tells no piece of news twice and the mood not all the time.
struct AsideMemory: Sendable {
    private var headlines: [UUIDv7] = []
    private var moods: [SpokenFact.Quantity: Timestamp] = [:]

    /// More than there ever are in a briefing.
    static let headlinesMax = 4 * Briefing.headlinesMax
    /// How long the mood is not told again.
    static let pause: Duration = .seconds(1800)

    func isNew(_ headline: Headline) -> Bool { !headlines.contains(headline.id) }

    func isNew(_ fact: SpokenFact, at now: Timestamp) -> Bool {
        guard let told = moods[fact.quantity] else { return true }
        // A clock that was set back makes nothing lately told.
        return told > now || told.duration(to: now) >= AsideMemory.pause
    }

    mutating func note(_ need: HostTemplate.Need, _ subject: TemplateFiller.Subject, at now: Timestamp) {
        switch need {
        case .index, .mood: if let fact = subject.mood?.figure.fact { moods[fact.quantity] = now }
        case .headline: if let headline = subject.headline { note(headline) }
        case .nothing, .noPrices, .price, .change, .range, .twoPrices, .trend, .history, .handover, .takeover: break
        }
    }

    /// Whatever a model was given counts as told.
    mutating func note(_ order: SpeechOrder, at now: Timestamp) {
        for mood in order.moods { moods[mood.figure.fact.quantity] = now }
        for headline in order.headlines { note(headline) }
    }

    private mutating func note(_ headline: Headline) {
        headlines.append(headline.id)
        if headlines.count > AsideMemory.headlinesMax { headlines.removeFirst() }
    }
}
