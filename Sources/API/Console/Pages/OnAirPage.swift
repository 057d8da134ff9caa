import Bus
import Domain

/// What is said on the air now and was said last, and the prices behind it.
struct OnAirPage: Page {
    let station: ConsoleData.StationFacts
    let health: HealthReport
    /// Newest first.
    let spoken: [ConsoleData.Spoken]
    let market: ConsoleData.MarketFacts
    /// Whether there is a page to listen on.
    let canListen: Bool
    let now: Timestamp

    var name: String { "On air" }
    var place: OwnPath? { "/" }
    var scripts: [StaticString] { ["onair.js"] }

    var body: Markup {
        div(.class("headline")) {
            h1("On air")
            AirState(station: station, health: health)
        }
        p(.class("contact"), .id("contact"), .role("status")) {
            "As of \(Figures.clock(now, now: now)). Reload the page for what is newer."
        }
        SpokenNow(spoken: spoken.first, station: station, now: now)
        if canListen, station.voice != "off", !station.isMuted {
            p(.class("onward")) { a(.href(ListenPage.path)) { "Listen to the station" } }
        }
        PriceTable(market: market, now: now)
        SpokenBefore(spoken: Array(spoken.dropFirst()), now: now)
        HealthLine(health: health)
        about
    }

    private var about: Markup {
        section(.aria("labelledby", "about")) {
            h2(.id("about")) { "What this is" }
            p {
                "\(station.name) is a market station whose hosts are programs. They talk about prices around the clock. "
                "Every figure they say was measured; where it comes from and when it held stand beside it."
            }
            if station.voice == "off" {
                p { "The voice is off: the hosts' words come as text, and nothing is sent as sound." }
            }
        }
    }
}

/// Whether anything is on the air at all, and as what.
struct AirState: View {
    let station: ConsoleData.StationFacts
    let health: HealthReport

    var body: Markup {
        p(.class("state"), .id("air-state"), .data("live")) {
            if station.isMuted {
                Condition("muted", .bad)
                span { "An operator has stopped the output." }
            } else if station.isOffAir {
                Condition("off the air", .poor)
                span { "An operator has taken the hosts off the air." }
            } else if health.status == .starting {
                Condition("starting", .quiet)
                span { "The station is starting." }
            } else {
                Condition("voice: \(station.voice)", station.voice == "off" ? .quiet : .good)
                span { station.voice == "off" ? "Text only, no sound." : "" }
            }
        }
    }
}

/// What was said last.
struct SpokenNow: View {
    let spoken: ConsoleData.Spoken?
    let station: ConsoleData.StationFacts
    let now: Timestamp

    var body: Markup {
        section(.class("air"), .aria("labelledby", "air-now")) {
            h2(.id("air-now"), .data("live")) { station.isMuted || station.isOffAir ? "Said last" : "Now" }
            // Renewed by itself: what is read aloud is the words, and not what stands below them.
            div(.id("air-text"), .class("words"), .data("live"), .aria("live", "polite"), .aria("atomic", "true")) {
                if let segment = spoken?.segment { p { segment.text } } else { silence }
            }
            div(.id("air-note"), .data("live")) { if let spoken { SpokenNote(spoken: spoken, now: now) } }
        }
    }

    private var silence: Markup {
        p(.class("empty")) {
            if station.isMuted {
                "Nothing was said since the start, and the output is stopped: an operator can release it."
            } else if station.isOffAir {
                "Nothing was said since the start: an operator has taken the hosts off the air."
            } else {
                "Nothing was said yet. The host speaks within seconds of the start."
            }
        }
    }
}

extension SegmentKind {
    /// Whose words they are, as readers are told.
    var words: String {
        switch self {
        case .live: "written by a model"
        case .fallback: "an approved text"
        case .operator: "the words of an operator"
        }
    }
}

/// Who said something, when, and with which figures.
struct SpokenNote: View {
    let spoken: ConsoleData.Spoken
    let now: Timestamp

    private var segment: HostSpoke { spoken.segment }

    var body: Markup {
        p(.class("note")) {
            strong(segment.host)
            " · "
            Moment(spoken.at, now: now)
            " · \(segment.kind.words)"
        }
        for measured in measurements {
            p(.class("note")) { "\(measured.place): \(measured.figures.joined(separator: " · "))" }
        }
    }

    /// The figures, those of one source and moment together.
    private var measurements: [(place: String, figures: [String])] {
        var measurements: [(place: String, figures: [String])] = []
        for fact in segment.facts {
            let place = "\(SpokenNote.origin(of: fact)), \(Figures.clock(fact.asOf, now: now))"
            let pair = fact.pair.map { "\($0.base)/\($0.quote) " } ?? ""
            let figure = "\(pair)\(SpokenNote.name(of: fact.quantity)) \(SpokenNote.value(of: fact))"
            if let index = measurements.firstIndex(where: { $0.place == place }) {
                measurements[index].figures.append(figure)
            } else {
                measurements.append((place, [figure]))
            }
        }
        return measurements
    }

    private static func origin(of fact: SpokenFact) -> String {
        switch fact.quantity {
        case .trendChange: "Said on X"
        case .fearGreed: "Told by \(fact.source)"
        case .newsMood: "Reckoned from the news"
        case .price, .change24h, .high24h, .low24h, .close, .candleChange: "Measured at \(fact.source)"
        }
    }

    private static func value(of fact: SpokenFact) -> String {
        switch fact.quantity {
        case .change24h, .candleChange, .trendChange: Figures.percent(fact.value.description)
        case .price, .high24h, .low24h, .close: Figures.grouped(fact.value.description)
        case .fearGreed, .newsMood: fact.value.description
        }
    }

    private static func name(of quantity: SpokenFact.Quantity) -> String {
        switch quantity {
        case .price: "price"
        case .change24h: "24 h change"
        case .trendChange: "change as people on X see it"
        case .high24h: "24 h high"
        case .low24h: "24 h low"
        case .close: "close"
        case .candleChange: "change"
        case .fearGreed: "fear and greed"
        case .newsMood: "mood"
        }
    }
}

/// What was said before that.
struct SpokenBefore: View {
    let spoken: [ConsoleData.Spoken]
    let now: Timestamp

    var body: Markup {
        section(.id("before"), .aria("labelledby", "said-before"), .data("live")) {
            h2(.id("said-before")) { "Before" }
            if spoken.isEmpty {
                p(.class("empty")) { "Nothing yet: what was said last moves here with the next words." }
            } else {
                ol(.class("said"), .id("said")) {
                    for item in spoken {
                        li {
                            Moment(item.at, now: now)
                            p { item.segment.text }
                        }
                    }
                }
            }
        }
    }
}

/// How the station is, in one line.
struct HealthLine: View {
    let health: HealthReport

    var body: Markup {
        section(.id("health"), .aria("labelledby", "station-health"), .data("live")) {
            h2(.id("station-health")) { "The station" }
            p {
                Condition(health.status)
                " "
                if let reason = health.reasons.first {
                    reason + (health.reasons.count > 1 ? " (and \(health.reasons.count - 1) more)" : "")
                } else {
                    "Up for \(Figures.span(seconds: Int64(health.uptimeSeconds)))."
                }
            }
        }
    }
}
