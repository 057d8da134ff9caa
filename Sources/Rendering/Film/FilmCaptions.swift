import Picture
import RenderWire

/// What is said in a film, as captions.
struct FilmCaptions {
    /// In order, in milliseconds of the film.
    let captions: [TimedCaption]

    init(_ order: RenderOrder, _ timeline: FilmTimeline) {
        captions = order.speeches(on: timeline).flatMap { FilmCaptions.cut($0, order.form) }
    }

    /// What one says in one go: the words of another one begin a caption of their own.
    static func cut(_ words: [SpokenWord], _ form: FilmForm) -> [TimedCaption] {
        CaptionCutter(form.height > form.width ? .upright : CaptionRules())
            .cut(words.map { TimedWord($0.text, start: Int64($0.start), end: Int64($0.end)) })
    }

    /// As a WebVTT file.
    var webVTT: String {
        var text = "WEBVTT\n"
        for caption in captions {
            text += "\n\(FilmCaptions.time(caption.start)) --> \(FilmCaptions.time(caption.end))\n"
            text += caption.texts.map(FilmCaptions.escaped).joined(separator: "\n") + "\n"
        }
        return text
    }

    /// Words are text and no marks of the format; an arrow would begin a cue.
    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    private static func time(_ milliseconds: Int64) -> String {
        func padded(_ number: Int64, _ digits: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        let (hours, minutes) = (milliseconds / 3_600_000, milliseconds / 60_000 % 60)
        let (seconds, rest) = (milliseconds / 1000 % 60, milliseconds % 1000)
        return "\(padded(hours, 2)):\(padded(minutes, 2)):\(padded(seconds, 2)).\(padded(rest, 3))"
    }
}
