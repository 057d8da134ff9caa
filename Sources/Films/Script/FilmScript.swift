package import Domain

/// What a film is to be: who says what, and what stands beside it.
///
/// One that was read is within all bounds; names of figures, layouts and themes are the renderer's to know.
package struct FilmScript: Codable, Hashable, Sendable {
    package let title: String
    package let form: Form
    /// A theme of the renderer's; its own first choice when not given.
    package let theme: String?
    package let scenes: [Scene]
    /// A part of the film on its own; `nil` for none.
    package let teaser: Teaser?

    package init(title: String, form: Form, theme: String?, scenes: [Scene], teaser: Teaser?) {
        self.title = title
        self.form = form
        self.theme = theme
        self.scenes = scenes
        self.teaser = teaser
    }

    /// How large, and how many pictures a second.
    package enum Form: String, Codable, Hashable, Sendable, CaseIterable {
        case hd720 = "720p25"
        case hd1080 = "1080p30"
    }

    /// What the host wears.
    package enum Style: String, Codable, Hashable, Sendable, CaseIterable {
        case casual, formal, cyberpunk
    }

    /// What the host feels, as it shows.
    package enum Mood: String, Codable, Hashable, Sendable, CaseIterable {
        case neutral, happy, excited, serious, concerned, skeptical
    }

    package struct Scene: Codable, Hashable, Sendable {
        /// A figure of the renderer's, which speaks with the voice of the station's host of the same name.
        package let host: String
        package let style: Style
        package let mood: Mood
        package let text: String
        /// Begins a chapter of this name.
        package let chapter: String?
        package let topic: String?
        /// A layout of the renderer's; one that has room for the scene's chart when not given.
        package let layout: String?
        package let chart: Chart?
        /// Whose prices run along the edge.
        package let ticker: [TradingPair]

        package init(
            host: String,
            style: Style = .casual,
            mood: Mood = .neutral,
            text: String,
            chapter: String? = nil,
            topic: String? = nil,
            layout: String? = nil,
            chart: Chart? = nil,
            ticker: [TradingPair] = []
        ) {
            self.host = host
            self.style = style
            self.mood = mood
            self.text = text
            self.chapter = chapter
            self.topic = topic
            self.layout = layout
            self.chart = chart
            self.ticker = ticker
        }
    }

    /// Candles beside the host: the newest ones of so many hours.
    package struct Chart: Codable, Hashable, Sendable {
        package let pair: TradingPair
        package let interval: CandleInterval
        package let hours: Int

        package init(pair: TradingPair, interval: CandleInterval, hours: Int) {
            self.pair = pair
            self.interval = interval
            self.hours = hours
        }
    }

    /// How long the teaser may be, in seconds.
    package struct Teaser: Codable, Hashable, Sendable {
        package let from: Int
        package let to: Int

        /// What people watch before they decide.
        package static let usual = Teaser(from: 30, to: 60)

        package init(from: Int, to: Int) {
            self.from = from
            self.to = to
        }
    }
}

/// A field of a script that is not as it should be.
package struct ScriptFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// Such as `scenes.3.text`.
    package let field: String
    /// Such as `is missing`.
    package let problem: String

    package init(_ field: String, _ problem: String) {
        self.field = field
        self.problem = problem
    }

    package var description: String { "\(field): \(problem)" }
}
