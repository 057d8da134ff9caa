import Domain

/// What hosts may say while no language model speaks: approved texts, as data.
///
/// Each says only what its figures say. None promises, predicts or advises. Each sentence has something in it that changes,
/// be it the time, and can then be said anew; those that have not are said once in six hours. There are always enough
/// that need nothing but the time, so that a host never has to repeat itself. An id is never given to another text.
package enum HostTemplates {
    package static let all =
        plain + timed + timedByEnergy + withoutPrices + prices + trends + moods + headlines + history + turns

    static let plain: [HostTemplate] = [
        HostTemplate("plain.station", .nothing, "This is {station}. I am {host}, and we talk about {topic}."),
        HostTemplate(
            "plain.prices",
            .nothing,
            "You are listening to {station}. Every price you hear from me has been measured, and I say when."
        ),
        HostTemplate(
            "plain.sources",
            .nothing,
            "On {station} we say where a price comes from, because prices differ from one exchange to the next."
        ),
        HostTemplate(
            "plain.forming",
            .nothing,
            "A word about candles. We speak of one only when its time is over, because until then it can still change."
        ),
        HostTemplate(
            "plain.gaps",
            .nothing,
            "When an exchange goes quiet, its chart has a hole. On {station} a hole stays a hole, and nobody fills it in."
        ),
    ]

    /// Ids of texts that are not said any more; archives name them.
    static let retired: Set<String> = [
        "plain.clock", "plain.peak", "plain.afternoon", "plain.evening", "plain.night", "price.last", "price.calm",
        "change.day", "range.day", "two.side", "trend.people", "trend.talk", "index.stands", "index.mood", "mood.news",
        "headline.title", "headline.report", "history.close", "history.change",
    ]
}
