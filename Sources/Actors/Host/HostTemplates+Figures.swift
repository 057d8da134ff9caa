import Domain

/// Texts that say figures, or the words of others.
extension HostTemplates {
    static let prices: [HostTemplate] = [
        HostTemplate("price.stands", .price, "{asset} stands at {price} on {source}, as of {time}."),
        HostTemplate("price.latest", .price, "The last price of {asset} on {source} is {price}, told at {time}."),
        HostTemplate("price.measured", .price, "Measured at {time}: {asset} at {price}, as {source} tells it."),
        HostTemplate(
            "price.lively",
            .price,
            in: [.peak, .afternoon],
            "Here on {station} we look at {asset}: {price} on {source}, measured at {time}!"
        ),
        HostTemplate(
            "price.quiet",
            .price,
            in: [.evening, .night],
            "A quiet look at {asset}: {source} shows {price}, as of {time}."
        ),
        HostTemplate(
            "change.hours",
            .change,
            "{asset} is {change} over the last twenty-four hours, and {source} shows {price}, as of {time}."
        ),
        HostTemplate(
            "change.price",
            .change,
            "{source} shows {asset} at {price} as of {time}, and that is {change} compared with a day before."
        ),
        HostTemplate(
            "range.hours",
            .range,
            "In the last twenty-four hours {asset} went as low as {low} and as high as {high} on {source}, "
                + "and as of {time} it is at {price}."
        ),
        HostTemplate(
            "two.beside",
            .twoPrices,
            "Two prices side by side, both from {source} as of {time}: {asset} at {price}, and {asset2} at {price2}."
        ),
        HostTemplate("two.and", .twoPrices, "At {time}, {source} has {asset} at {price} and {asset2} at {price2}."),
    ]

    static let trends: [HostTemplate] = [
        HostTemplate(
            "trend.said",
            .trend,
            "On X, people are {mood} about {asset} and see it {change}, as of {time}, which is talk that nobody measured."
        ),
        HostTemplate(
            "trend.theirs",
            .trend,
            "The talk on X about {asset} is {mood} as of {time}, and people there see it {change}; "
                + "the figure is theirs, not ours."
        ),
    ]

    static let moods: [HostTemplate] = [
        HostTemplate(
            "index.value",
            .index,
            "The Fear and Greed index of {source} is {index} of a hundred for {date}, which they call {mood}."
        ),
        HostTemplate(
            "index.feels",
            .index,
            "How the market feels: {source} has its index of fear and greed at {index} for {date}, in a word, {mood}."
        ),
        HostTemplate(
            "mood.scored",
            .mood,
            "A program has scored the news of the last {hours} hours, {count} of them, and on the whole they read {mood}, "
                + "as of {time}."
        ),
        HostTemplate(
            "mood.desk",
            .mood,
            "From the news desk: {count} pieces in {hours} hours, and their tone is {mood}, as of {time}, by our own count."
        ),
    ]

    static let headlines: [HostTemplate] = [
        HostTemplate("headline.wrote", .headline, "From the news: {source} wrote at {time}: {title}."),
        HostTemplate("headline.from", .headline, "{title}: that is a headline of {source}, from {time}."),
        HostTemplate("headline.words", .headline, "At {time} {source} reported, in words that are theirs: {title}."),
    ]

    static let history: [HostTemplate] = [
        HostTemplate(
            "history.closed",
            .history,
            "From the archive: on {date}, {asset} closed its candle at {price}, which is history and no price of today."
        ),
        HostTemplate(
            "history.left",
            .history,
            "The recorded candle that ended on {date} left {asset} at {price}, {candlechange} from where it had opened."
        ),
        HostTemplate("history.plain", .history, "A recorded figure, as of {date}: {asset} at {price}."),
    ]
}
