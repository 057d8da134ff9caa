import Bus
import Domain

/// The station's sound, with what is said now, what comes next, and what was said.
struct ListenPage: Page {
    static let path: OwnPath = "/listen"
    /// So much of the transcript stands on one page.
    static let segmentsShown = 20

    let moment: NowAnswer
    let order: ScheduleAnswer
    let transcript: Shown<TranscriptAnswer>
    /// What the transcript is searched for; `nil` for nothing.
    let words: String?
    /// Whether it shows what was said before an earlier page.
    let isOlder: Bool
    let now: Timestamp

    var name: String { "Listen" }
    var place: OwnPath? { ListenPage.path }
    var scripts: [StaticString] { ["listen.js"] }

    var body: Markup {
        div(.class("headline")) {
            h1("Listen")
            SoundState(moment: moment)
        }
        p(.class("contact"), .id("contact"), .role("status")) {
            "As of \(Figures.clock(now, now: now)). Reload the page for what is newer."
        }
        StreamPlayer(moment: moment)
        HeardNow(moment: moment, now: now)
        HeardNext(order: order)
        TranscriptSearch(
            transcript: transcript,
            words: words,
            isNewest: words == nil && !isOlder,
            now: now
        )
    }
}

/// Whether there is sound at all, and of which kind.
struct SoundState: View {
    let moment: NowAnswer

    var body: Markup {
        p(.class("state"), .id("sound-state"), .data("live")) {
            if moment.muted {
                Condition("muted", .bad)
                span { "An operator has stopped the output." }
            } else if !moment.hasVoice {
                Condition("voice: off", .quiet)
                span { moment.reason.map { "There is no voice: \($0)." } ?? "The hosts' words come as text only." }
            } else if moment.levelDecibels == nil {
                Condition("no sound", .bad)
                span { "The program that makes the sound does not answer." }
            } else if let trouble = moment.trouble {
                Condition("no sound", .bad)
                span { "The programme does not get out: \(trouble)." }
            } else if moment.offAir {
                Condition("off the air", .poor)
                span { "An operator has taken the hosts off the air; music plays." }
            } else if moment.standby == true {
                Condition("standby", .poor)
                span { "Music until the hosts speak again." }
            } else {
                Condition("on air", .good)
                span { "Voice: \(moment.voice)" }
            }
        }
    }
}

/// The player: the browser's own, which scripts feed where it cannot read the playlist by itself.
struct StreamPlayer: View {
    let moment: NowAnswer

    private var audio: Tag { Tag("audio") }
    private var source: VoidTag { VoidTag("source") }
    private var meter: Tag { Tag("meter") }

    /// What is quieter than this shows nothing.
    private static let quietest = -60.0
    private static let playlist: OwnPath = "/stream/master.m3u8"

    var body: Markup {
        section(.class("player"), .aria("labelledby", "player-name")) {
            h2(.id("player-name")) { "The sound" }
            audio(
                .id("player"),
                .flag(.controls),
                Attribute(.preload, "none"),
                .aria("label", "The station, live")
            ) {
                source(.src(StreamPlayer.playlist), .type("application/vnd.apple.mpegurl"))
            }
            p(.class("note"), .id("player-note"), .role("status")) {
                "Live, a few seconds behind the studio."
            }
            div(.class("level")) {
                label(Attribute(.for, "level")) { "Level" }
                meter(
                    .id("level"),
                    Attribute(.min, "\(Int(StreamPlayer.quietest))"),
                    Attribute(.max, "0"),
                    .value("\(max(StreamPlayer.quietest, min(0, moment.levelDecibels ?? StreamPlayer.quietest)))")
                ) { level }
                span(.id("level-text"), .class("note")) { level }
            }
            p(.class("captions"), .id("captions"), .aria("live", "off"), .flag(.hidden)) { "" }
            p(.class("note")) {
                "No sound here? Open "
                a(.href(StreamPlayer.playlist)) { "the playlist" }
                " in a player such as VLC or mpv."
            }
        }
    }

    private var level: String {
        moment.levelDecibels.map { "\(Int($0.rounded())) dB".replacing("-", with: "\u{2212}") } ?? "not measured"
    }
}

/// What is heard at this moment.
struct HeardNow: View {
    let moment: NowAnswer
    let now: Timestamp

    var body: Markup {
        section(.class("air"), .aria("labelledby", "heard-now")) {
            h2(.id("heard-now")) { "Now" }
            div(.id("heard-words"), .class("words"), .data("live"), .aria("live", "polite"), .aria("atomic", "true")) {
                if let segment = moment.segment { p { segment.text } } else { silence }
            }
            div(.id("heard-note"), .data("live")) {
                if let segment = moment.segment { SegmentNote(segment: segment, now: now) }
            }
        }
    }

    private var silence: Markup {
        p(.class("empty")) {
            if moment.muted {
                "The output is stopped: an operator can release it."
            } else if moment.offAir {
                "The hosts are off the air until an operator starts the programme again."
            } else if !moment.hasVoice {
                "Nothing is spoken. What the hosts write stands on the page On air."
            } else {
                "Nobody speaks at this moment."
            }
        }
    }
}

/// Who says a segment, when, of what, and whose words they are.
struct SegmentNote: View {
    let segment: SegmentAnswer
    let now: Timestamp

    var body: Markup {
        p(.class("note")) {
            strong(segment.host)
            if let at = segment.startedAt {
                " · "
                Moment(at, now: now)
            }
            " · \(SegmentKind(rawValue: segment.kind)?.words ?? segment.kind)"
            if !segment.symbols.isEmpty { " · \(segment.symbols.joined(separator: ", "))" }
        }
    }
}

/// The running order.
struct HeardNext: View {
    let order: ScheduleAnswer

    /// So many of those that wait are shown.
    private static let segmentsMax = 5

    private var waiting: [SegmentAnswer] { order.segments.filter { $0.state != "airing" } }

    private static func standing(of segment: SegmentAnswer) -> String {
        if let seconds = segment.seconds { return " · \(Int(seconds.rounded(.up))) s" }
        return segment.state == "queued" ? " · ready" : " · in preparation"
    }

    var body: Markup {
        section(.id("next"), .aria("labelledby", "heard-next"), .data("live")) {
            h2(.id("heard-next")) { "Next" }
            if waiting.isEmpty {
                p(.class("empty")) { "Nothing waits: the hosts write the next words when there is something to say." }
            } else {
                ol(.class("said")) {
                    for segment in waiting.prefix(HeardNext.segmentsMax) {
                        li {
                            span(.class("note")) {
                                segment.host
                                HeardNext.standing(of: segment)
                            }
                            p { segment.text }
                        }
                    }
                }
                if waiting.count > HeardNext.segmentsMax {
                    p(.class("note")) { "And \(waiting.count - HeardNext.segmentsMax) more." }
                }
            }
        }
    }
}

/// What was said, and a search in it.
struct TranscriptSearch: View {
    let transcript: Shown<TranscriptAnswer>
    let words: String?
    /// Whether it shows the newest, which scripts keep current.
    let isNewest: Bool
    let now: Timestamp

    var body: Markup {
        section(.aria("labelledby", "transcript-name")) {
            h2(.id("transcript-name")) { "What was said" }
            form(.class("row"), Attribute(.method, "get"), .action(ListenPage.path), .role("search")) {
                label {
                    "Words that all occur"
                    input(.name("q"), .type("search"), .value(words ?? ""), Attribute(.maxlength, "200"))
                }
                button(.type("submit")) { "Search" }
            }
            div([.id("transcript")] + (isNewest ? [.data("live")] : [])) {
                switch transcript {
                case .failure(let failure): refusal(failure)
                case .success(let answer): found(answer)
                }
            }
        }
    }

    /// Every fault of the search, where there are some.
    @MarkupBuilder private func refusal(_ failure: APIError) -> Markup {
        if failure.faults.isEmpty {
            Unavailable(failure: failure)
        } else {
            for fault in failure.faults { p(.class("error")) { "This search \(fault.message)." } }
        }
    }

    @MarkupBuilder private func found(_ answer: TranscriptAnswer) -> Markup {
        if answer.segments.isEmpty {
            p(.class("empty")) {
                if let words { "Nobody said \u{201C}\(words)\u{201D}." } else { "Nothing was said yet." }
            }
        } else {
            ol(.class("said")) {
                for segment in answer.segments {
                    li {
                        Moment(segment.startedAt ?? segment.writtenAt, now: now)
                        div {
                            p { segment.text }
                            if segment.state != "aired" { p(.class("note")) { TranscriptSearch.fate(of: segment) } }
                        }
                    }
                }
            }
        }
        if let next = answer.next { p { a(.href(older(than: next))) { "Older" } } }
        if !isNewest { p { a(.href(ListenPage.path)) { "The newest" } } }
    }

    private static func fate(of segment: SegmentAnswer) -> String {
        let reason = segment.reason.map { ": \($0)" } ?? ""
        return switch segment.state {
        case "written", "queued": "Not heard yet"
        case "airing": "Heard now"
        case "skipped": "Not heard, or not to its end\(reason)"
        case "failed": "Not heard\(reason)"
        default: segment.state
        }
    }

    private func older(than position: Int64) -> OwnPath {
        (words.map { ListenPage.path.asking("q", $0) } ?? ListenPage.path).asking("before", "\(position)")
    }
}

extension NowAnswer {
    var hasVoice: Bool { voice != "off" }
}
