import Domain
package import JSON
import Media

extension FilmScript {
    package static let titleCharactersMax = 200
    package static let scenesMax = 200
    /// More than an hour of talk, and no film is longer.
    package static let wordsMax = 10_000
    /// One that is read is not larger.
    package static let sizeBytesMax = 1 << 20
    private static let textCharactersMax = 10_000
    private static let sentencesPerSceneMax = 100
    private static let tickerMax = 20
    private static let barCounts = 2...1000
    private static let keys = ["title", "form", "theme", "scenes", "teaser"]
    private static let sceneKeys = [
        "host", "style", "mood", "text", "chapter", "topic", "layout", "chart", "ticker",
    ]

    /// Reads a script that somebody has sent.
    ///
    /// - Parameters:
    ///   - value: an object with the fields of `FilmScript`; `teaser` may also be a truth value.
    ///   - wordsMax: how many words all scenes may have together.
    /// - Throws: `ScriptFaults` with everything that is wrong, as far as it goes.
    package init(reading value: JSONValue, wordsMax: Int = FilmScript.wordsMax) throws(ScriptFaults) {
        var reader = ScriptReader()
        let fields = reader.object(value, "", keys: Self.keys) ?? [:]
        let title = reader.line(fields["title"], "title", charactersMax: Self.titleCharactersMax)
        let form: Form? = reader.choice(fields["form"], "form", otherwise: .hd720)
        let theme = reader.optionalName(fields["theme"], "theme")
        let teaser = Self.teaser(fields["teaser"], &reader)
        let scenes = Self.scenes(fields["scenes"], &reader)
        let words = scenes.reduce(0) { $0 + $1.text.split(whereSeparator: \.isWhitespace).count }
        if words > wordsMax { reader.note("scenes", "have \(words) words, and no film has more than \(wordsMax)") }
        guard reader.faults.isEmpty, let title, let form else { throw ScriptFaults(faults: reader.faults) }
        self.init(title: title, form: form, theme: theme, scenes: scenes, teaser: teaser)
    }

    private static func scenes(_ value: JSONValue?, _ reader: inout ScriptReader) -> [Scene] {
        guard let list = reader.list(value, "scenes", counts: 1...scenesMax) else { return [] }
        return list.enumerated().compactMap { scene($1, "scenes.\($0)", &reader) }
    }

    private static func scene(_ value: JSONValue, _ place: String, _ reader: inout ScriptReader) -> Scene? {
        guard let fields = reader.object(value, place, keys: sceneKeys) else { return nil }
        let host = reader.name(fields["host"], "\(place).host")
        let style: Style? = reader.choice(fields["style"], "\(place).style", otherwise: .casual)
        let mood: Mood? = reader.choice(fields["mood"], "\(place).mood", otherwise: .neutral)
        let text = spoken(fields["text"], "\(place).text", &reader)
        let chapter = reader.optionalLine(fields["chapter"], "\(place).chapter", charactersMax: 100)
        let topic = reader.optionalLine(fields["topic"], "\(place).topic", charactersMax: 100)
        let layout = reader.optionalName(fields["layout"], "\(place).layout")
        let chart = chart(fields["chart"], "\(place).chart", &reader)
        let ticker = ticker(fields["ticker"], "\(place).ticker", &reader)
        guard let host, let style, let mood, let text else { return nil }
        return Scene(
            host: host,
            style: style,
            mood: mood,
            text: text,
            chapter: chapter,
            topic: topic,
            layout: layout,
            chart: chart,
            ticker: ticker
        )
    }

    /// What can be said whole, so that nobody learns of it after the first minutes were made.
    private static func spoken(_ value: JSONValue?, _ field: String, _ reader: inout ScriptReader) -> String? {
        guard let text = reader.text(value, field, charactersMax: textCharactersMax) else { return nil }
        do throws(SpeechError) {
            let count = try SpokenText.sentences(of: text, field: field).count
            guard count <= sentencesPerSceneMax else {
                reader.note(field, "has \(count) sentences, and a scene has at most \(sentencesPerSceneMax)")
                return nil
            }
            return text
        } catch {
            let problem =
                error.message.hasPrefix("\(field): ") ? error.message.dropFirst(field.count + 2) : "cannot be said"
            reader.note(field, String(problem))
            return nil
        }
    }

    private static func chart(_ value: JSONValue?, _ place: String, _ reader: inout ScriptReader) -> Chart? {
        guard let value, !value.isNull,
            let fields = reader.object(value, place, keys: ["pair", "interval", "hours"])
        else { return nil }
        let pair = reader.pair(fields["pair"], "\(place).pair")
        let interval: CandleInterval? = reader.choice(fields["interval"], "\(place).interval", otherwise: .oneHour)
        let hours = reader.number(fields["hours"], "\(place).hours", in: 1...87_600, otherwise: 48)
        guard let pair, let interval, let hours else { return nil }
        let bars = Int64(hours) * 3600 / interval.seconds
        guard barCounts.contains(Int(bars)) else {
            reader.note("\(place).hours", "are \(bars) candles of \(interval.rawValue), and a chart has 2 to 1000")
            return nil
        }
        return Chart(pair: pair, interval: interval, hours: hours)
    }

    private static func ticker(_ value: JSONValue?, _ place: String, _ reader: inout ScriptReader) -> [TradingPair] {
        guard let value, !value.isNull, let list = reader.list(value, place, counts: 0...tickerMax) else { return [] }
        return list.enumerated().compactMap { reader.pair($1, "\(place).\($0)") }
    }

    private static func teaser(_ value: JSONValue?, _ reader: inout ScriptReader) -> Teaser? {
        guard let value, !value.isNull else { return nil }
        if let wanted = value.bool { return wanted ? .usual : nil }
        guard let fields = reader.object(value, "teaser", keys: ["from", "to"]) else { return nil }
        let from = reader.number(fields["from"], "teaser.from", in: 1...600, otherwise: Teaser.usual.from)
        let to = reader.number(fields["to"], "teaser.to", in: 1...600, otherwise: Teaser.usual.to)
        guard let from, let to else { return nil }
        guard from <= to else {
            reader.note("teaser", "from \(from) to \(to) seconds is no range")
            return nil
        }
        return Teaser(from: from, to: to)
    }
}

/// Everything that is wrong with a script.
package struct ScriptFaults: Error, Hashable, Sendable, CustomStringConvertible {
    package let faults: [ScriptFault]

    package init(faults: [ScriptFault]) { self.faults = faults }

    package var description: String { faults.map(\.description).joined(separator: "; ") }
}
