import Domain

/// What hosts may say while no language model speaks: approved texts, as data.
///
/// Each says only what its figures say. None promises, predicts or advises, and there are always two that need nothing,
/// so that a host never has to repeat itself. An id is never given to another text.
package enum HostTemplates {
    package static let all = plain + withoutPrices + prices + trends + moods + headlines + history

    static let plain: [HostTemplate] = [
        HostTemplate("plain.station", .nothing, "This is {station}. I am {host}, and we talk about {topic}."),
        HostTemplate(
            "plain.prices",
            .nothing,
            "You are listening to {station}. Every price you hear from me has been measured, and I say when."
        ),
        HostTemplate("plain.clock", .nothing, "{host} here on {station}. It is {now}."),
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
        HostTemplate(
            "plain.peak",
            .nothing,
            in: [.peak],
            "Good morning from {station}! {host} is with you. It is {now}."
        ),
        HostTemplate(
            "plain.afternoon",
            .nothing,
            in: [.afternoon],
            "{host} on {station}, through the afternoon with you. It is {now}."
        ),
        HostTemplate(
            "plain.evening",
            .nothing,
            in: [.evening],
            "Good evening. You are with {host} on {station}, and it is {now}."
        ),
        HostTemplate(
            "plain.night",
            .nothing,
            in: [.night],
            "It is {now}, and {station} stays awake. These markets have no closing bell."
        ),
    ]

    static let withoutPrices: [HostTemplate] = [
        HostTemplate(
            "down.honest",
            .noPrices,
            "I have no fresh prices at the moment, so I will not quote any. {station} stays on the air."
        ),
        HostTemplate(
            "down.waiting",
            .noPrices,
            "None of the prices on my desk is fresh enough to read out. I would rather say nothing than guess."
        ),
        HostTemplate(
            "down.asking",
            .noPrices,
            "{host} on {station}. There are no new prices to report, and old ones are not read out as if they were new."
        ),
    ]

    static let prices: [HostTemplate] = [
        HostTemplate("price.stands", .price, "{asset} stands at {price} on {source}, as of {time}."),
        HostTemplate("price.last", .price, "The last price of {asset} on {source} is {price}. That was at {time}."),
        HostTemplate("price.measured", .price, "Measured at {time}: {asset} at {price}, as {source} tells it."),
        HostTemplate(
            "price.lively",
            .price,
            in: [.peak, .afternoon],
            "Here on {station} we look at {asset}: {price} on {source}, measured at {time}!"
        ),
        HostTemplate(
            "price.calm",
            .price,
            in: [.evening, .night],
            "A quiet look at {asset}. {source} shows {price}, as of {time}."
        ),
        HostTemplate(
            "change.day",
            .change,
            "{asset} is {change} over the last twenty-four hours. {source} shows {price}, as of {time}."
        ),
        HostTemplate(
            "change.price",
            .change,
            "{source} shows {asset} at {price} as of {time}, and that is {change} compared with a day before."
        ),
        HostTemplate(
            "range.day",
            .range,
            "In the last twenty-four hours {asset} went as low as {low} and as high as {high} on {source}. "
                + "As of {time} it is at {price}."
        ),
        HostTemplate(
            "two.side",
            .twoPrices,
            "Two prices side by side, both from {source}: {asset} at {price}, and {asset2} at {price2}. As of {time}."
        ),
        HostTemplate("two.and", .twoPrices, "At {time}, {source} has {asset} at {price} and {asset2} at {price2}."),
    ]

    static let trends: [HostTemplate] = [
        HostTemplate(
            "trend.people",
            .trend,
            "On X, people are {mood} about {asset} and see it {change}, as of {time}. That is talk, and nobody measured it."
        ),
        HostTemplate(
            "trend.talk",
            .trend,
            "The talk on X about {asset} is {mood} as of {time}. People there see it {change}; the figure is theirs, not ours."
        ),
    ]

    static let moods: [HostTemplate] = [
        HostTemplate(
            "index.stands",
            .index,
            "The Fear and Greed index of {source} is {index} of a hundred for {date}. They call that {mood}."
        ),
        HostTemplate(
            "index.mood",
            .index,
            "How does the market feel? {source} has its index of fear and greed at {index} for {date}, in a word: {mood}."
        ),
        HostTemplate(
            "mood.news",
            .mood,
            "We have scored the news of the last {hours} hours, {count} of them. On the whole they read {mood}, "
                + "as of {time}. A program did the reading."
        ),
        HostTemplate(
            "mood.desk",
            .mood,
            "From the news desk: {count} pieces in {hours} hours, and their tone is {mood}, as of {time}, by our own count."
        ),
    ]

    static let headlines: [HostTemplate] = [
        HostTemplate("headline.wrote", .headline, "From the news: {source} wrote at {time}: {title}."),
        HostTemplate("headline.title", .headline, "{title}. That is a headline of {source}, from {time}."),
        HostTemplate("headline.report", .headline, "At {time} {source} reported: {title}. The words are theirs."),
    ]

    static let history: [HostTemplate] = [
        HostTemplate(
            "history.close",
            .history,
            "From the archive: on {date}, {asset} closed its candle at {price}. That is history, not a price of today."
        ),
        HostTemplate(
            "history.change",
            .history,
            "We are playing recorded candles. The one that ended on {date} left {asset} at {price}, "
                + "{candlechange} from where it had opened."
        ),
        HostTemplate("history.plain", .history, "A recorded figure, as of {date}: {asset} at {price}."),
    ]
}
