import Domain

/// Texts that need nothing but the time, or that there are no prices: what is said when there is nothing else.
extension HostTemplates {
    static let timed: [HostTemplate] = [
        HostTemplate("clock.with", .nothing, "It is {now} on {station}, and {host} is with you."),
        HostTemplate("clock.here", .nothing, "{host} here on {station}, and it is {now}."),
        HostTemplate("clock.part", .nothing, "{host} at {now}: the plan of our hour says {part}."),
        HostTemplate("clock.listening", .nothing, "You are listening to {station}, where the clock says {now}."),
        HostTemplate("clock.topic", .nothing, "This is {station} at {now}, and the subject is {topic}."),
        HostTemplate(
            "clock.sources",
            .nothing,
            "At {now}, as at any other time, {station} says of each price where it comes from and when it was measured."
        ),
        HostTemplate(
            "clock.holes",
            .nothing,
            "It is {now}, and where an exchange has gone quiet, {station} leaves the hole in its chart as it is."
        ),
        HostTemplate(
            "clock.candles",
            .nothing,
            "A candle that is not over at {now} is not read on {station}, because until its end it can still change."
        ),
    ]

    static let timedByEnergy: [HostTemplate] = [
        HostTemplate("peak.morning", .nothing, in: [.peak], "Good morning from {station}, where it is {now}!"),
        HostTemplate("peak.host", .nothing, in: [.peak], "The morning on {station} is with {host}, and it is {now}."),
        HostTemplate("peak.part", .nothing, in: [.peak], "It is {now} this morning, time for {part}, with {host}."),
        HostTemplate(
            "afternoon.through",
            .nothing,
            in: [.afternoon],
            "{host} on {station}, through the afternoon with you, at {now}."
        ),
        HostTemplate("afternoon.good", .nothing, in: [.afternoon], "Good afternoon: it is {now} on {station}."),
        HostTemplate(
            "afternoon.part",
            .nothing,
            in: [.afternoon],
            "It is {now} in the afternoon, time for {part}, with {host}."
        ),
        HostTemplate(
            "evening.good",
            .nothing,
            in: [.evening],
            "Good evening: you are with {host} on {station}, and it is {now}."
        ),
        HostTemplate(
            "evening.station",
            .nothing,
            in: [.evening],
            "An evening on {station}, and the clock is at {now}."
        ),
        HostTemplate(
            "evening.part",
            .nothing,
            in: [.evening],
            "It is {now} this evening, time for {part}, with {host}."
        ),
        HostTemplate(
            "night.awake",
            .nothing,
            in: [.night],
            "It is {now}, and {station} stays awake, as these markets have no closing bell."
        ),
        HostTemplate("night.host", .nothing, in: [.night], "{host} goes through the night with you, and it is {now}."),
        HostTemplate("night.part", .nothing, in: [.night], "It is {now} at night, time for {part}, with {host}."),
        HostTemplate("day.goes", .nothing, in: [.normal], "The day goes on, and so does {station}, at {now}."),
        HostTemplate("day.host", .nothing, in: [.normal], "{host} is at the microphone, and it is {now}."),
        HostTemplate("day.part", .nothing, in: [.normal], "It is {now}, time for {part}, with {host}."),
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
        HostTemplate(
            "down.clock",
            .noPrices,
            "It is {now}, and as I have no fresh prices, I quote none on {station}."
        ),
        HostTemplate(
            "down.desk",
            .noPrices,
            "At {now} no price on the desk of {host} is fresh enough to be read out."
        ),
        HostTemplate(
            "down.still",
            .noPrices,
            "Still no new prices on {station} at {now}, and old ones are not read out as if they were new."
        ),
    ]

    static let turns: [HostTemplate] = [
        HostTemplate("handover.next", .handover, "That was {host} until {now}, and {other} goes on with {part}."),
        HostTemplate("handover.over", .handover, "It is {now}, and {host} hands over to {other}, for {part}."),
        HostTemplate(
            "handover.thanks",
            .handover,
            "{host} says goodbye for now at {now}, and {other} takes it from here."
        ),
        HostTemplate("handover.microphone", .handover, "At {now} the microphone goes from {host} to {other}."),
        HostTemplate("takeover.thanks", .takeover, "Thank you, {other}: it is {now}, and {host} goes on with {part}."),
        HostTemplate("takeover.here", .takeover, "{host} here, taking over from {other} at {now}."),
        HostTemplate(
            "takeover.with",
            .takeover,
            "From {now} on you are with {host} on {station}, and {other} comes back later."
        ),
    ]
}
